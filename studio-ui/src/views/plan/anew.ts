/** A scenario of one's own in which pins and forbidden types are law, to be planned anew. */
import { api } from '../../lib/api';
import type { Draft } from '../../lib/types';
import { valueAt } from '../scenario/fields';
import { ordered, periodOf, platformOf, type Edits } from './edits';

export interface Wish {
  from: string;
  name: string;
  caseName: string | null;
  /** Orders of the plan on display. */
  orders: readonly { platform: string; period: string; quantity: number }[];
  edits: Edits;
  /** The budget of the plan on display over the stated one. */
  scale: number;
}

export interface Pin {
  platform: string;
  period: string;
  quantity: number;
}

/** Pinned cells with their quantities as they are now. */
export function pinsOf(orders: Wish['orders'], edits: Edits): Pin[] {
  const now = ordered(orders, edits);
  return edits.pinned.map((cell) => ({ platform: platformOf(cell), period: periodOf(cell), quantity: now[cell] ?? 0 }));
}

/** Values of scenario.yaml to set, by path, in their order; where the case states its own, in the case. */
export function settings(values: unknown, wish: Pick<Wish, 'caseName' | 'orders' | 'edits' | 'scale'>): [string, unknown][] {
  const own = (wish.caseName === null ? {} : (valueAt(values, ['cases', wish.caseName]) ?? {})) as Record<string, unknown>;
  const stated = (path: string): unknown => own[path] ?? valueAt(values, path.split('.'));
  const found: [string, unknown][] = [];
  const set = (path: string, value: unknown) => found.push([path in own ? `cases.${wish.caseName}.${path}` : path, value]);
  const pins = pinsOf(wish.orders, wish.edits);
  if (pins.length) set(PINNED, [...others((stated(PINNED) ?? []) as Pin[], pins), ...pins]);
  if (wish.edits.forbidden.length) set(WITHOUT, [...new Set([...((stated(WITHOUT) ?? []) as string[]), ...wish.edits.forbidden])]);
  if (Math.abs(wish.scale - 1) > 1e-9) {
    const purse = `budget.${(stated('budget.counts') as string | undefined) ?? 'obligation'}`;
    const inCase = Object.keys(own).filter((path) => path.startsWith(`${purse}.`)).map((path) => path.slice(purse.length + 1));
    const years = new Set([...Object.keys((stated(purse) ?? {}) as object), ...inCase]);
    for (const year of years) set(`${purse}.${year}`, Math.round(Number(stated(`${purse}.${year}`)) * wish.scale));
  }
  return found;
}

const PINNED = 'policies.pinned';
const WITHOUT = 'policies.platforms.without';

/** Pins of other types or quarters. */
const others = (before: readonly Pin[], pins: readonly Pin[]): Pin[] =>
  before.filter((one) => !pins.some((pin) => pin.platform === one.platform && pin.period === one.period));

/** Copy the scenario and write pins, forbidden types and the budget into the copy; the copy's id. */
export async function madeAnew(wish: Wish): Promise<string> {
  const { id } = await api.copyScenario(wish.from, wish.name);
  let draft: Draft = await api.draft(id, wish.caseName);
  for (const [path, value] of settings(draft.values, wish)) draft = await api.setValue(id, draft.version, path, value, wish.caseName);
  await api.save(id, draft.version);
  return id;
}

/** A free name of at most 40 characters in [a-z0-9-]. */
export function proposedName(from: string, taken: readonly string[]): string {
  const stem = from.replace(/^run:/, '').toLowerCase().replace(/[^a-z0-9-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 28) || 'scenario';
  for (let k = 1; ; k += 1) {
    const name = `${stem}-own${k > 1 ? `-${k}` : ''}`;
    if (!taken.includes(name)) return name;
  }
}

export const isName = (name: string): boolean => /^[a-z0-9-]{1,40}$/.test(name);
