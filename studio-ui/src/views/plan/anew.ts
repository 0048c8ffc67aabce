/** A scenario of one's own in which pins and forbidden types are law, to be planned anew. */
import { api } from '../../lib/api';
import type { Draft } from '../../lib/types';
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

/** Values of scenario.yaml to set, by path, in their order. */
export function settings(values: unknown, wish: Pick<Wish, 'orders' | 'edits' | 'scale'>): [string, unknown][] {
  const stated = (values ?? {}) as Record<string, any>;
  const pins = pinsOf(wish.orders, wish.edits);
  const found: [string, unknown][] = [];
  if (pins.length) found.push(['policies.pinned', [...otherPins(stated, pins), ...pins]]);
  if (wish.edits.forbidden.length) {
    const before: string[] = stated['policies']?.platforms?.without ?? [];
    found.push(['policies.platforms.without', [...new Set([...before, ...wish.edits.forbidden])]]);
  }
  const counts: string = stated['budget']?.counts ?? 'obligation';
  if (Math.abs(wish.scale - 1) > 1e-9) {
    for (const [year, amount] of Object.entries((stated['budget']?.[counts] ?? {}) as Record<string, number>)) {
      found.push([`budget.${counts}.${year}`, Math.round(Number(amount) * wish.scale)]);
    }
  }
  return found;
}

/** Pins that the scenario has of other types or quarters. */
function otherPins(stated: Record<string, any>, pins: readonly Pin[]): Pin[] {
  const before: Pin[] = stated['policies']?.pinned ?? [];
  return before.filter((one) => !pins.some((pin) => pin.platform === one.platform && pin.period === one.period));
}

/** Copy the scenario and write pins, forbidden types and the budget into the copy; the copy's id. */
export async function madeAnew(wish: Wish): Promise<string> {
  const { id } = await api.copyScenario(wish.from, wish.name);
  let draft: Draft = await api.draft(id);
  for (const [path, value] of settings(draft.values, wish)) draft = await api.setValue(id, draft.version, path, value);
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
