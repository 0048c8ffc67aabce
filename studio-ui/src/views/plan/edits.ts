/** A plan changed by hand: what is ordered of it now, and the plan file that judges it. */
import type { PlanFile } from '../../lib/types';

/** Of all craft ordered in every future; by `platform/period`. */
export type Quantities = Readonly<Record<string, number>>;

export interface Edits {
  /** Quantities that differ from the plan on display. */
  readonly changed: Quantities;
  /** Cells whose quantity stays when the plan is decided anew. */
  readonly pinned: readonly string[];
  /** Types that may not be bought. */
  readonly forbidden: readonly string[];
}

export const NOTHING: Edits = { changed: {}, pinned: [], forbidden: [] };
export const MOST_CRAFT = 100_000;

type Order = PlanFile['orders'][number];
type Row = NonNullable<PlanFile['allocation']>[number];
interface LaterEntry {
  future: number;
  seed: number;
  orders: Order[];
  allocation?: Row[];
}

export const cellOf = (platform: string, period: string): string => `${platform}/${period}`;
export const platformOf = (cell: string): string => cell.slice(0, cell.lastIndexOf('/'));
export const periodOf = (cell: string): string => cell.slice(cell.lastIndexOf('/') + 1);

export const isEmpty = (edits: Edits): boolean =>
  Object.keys(edits.changed).length + edits.pinned.length + edits.forbidden.length === 0;

/** Whether an edit changes what is ordered, so that the plan has to be judged anew. */
export const changesOrders = (edits: Edits, base: readonly Order[]): boolean =>
  differences(quantitiesOf(base), ordered(base, edits)).length > 0;

export function quantitiesOf(orders: readonly Order[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const order of orders) {
    const cell = cellOf(order.platform, order.period);
    found[cell] = (found[cell] ?? 0) + order.quantity;
  }
  return found;
}

/** What is ordered after the edits; types that may not be bought have 0. */
export function ordered(base: readonly Order[], edits: Edits): Record<string, number> {
  const found: Record<string, number> = { ...quantitiesOf(base), ...edits.changed };
  for (const cell of Object.keys(found)) if (edits.forbidden.includes(platformOf(cell))) found[cell] = 0;
  return found;
}

/** A cell's quantity set; one that is that of the plan on display is no change. */
export function withQuantity(edits: Edits, base: readonly Order[], cell: string, quantity: number): Edits {
  const wanted = Math.min(Math.max(Math.round(quantity), 0), MOST_CRAFT);
  const { [cell]: _, ...others } = edits.changed;
  const same = wanted === (quantitiesOf(base)[cell] ?? 0);
  return { ...edits, changed: same ? others : { ...others, [cell]: wanted } };
}

export const withPin = (edits: Edits, cell: string): Edits => ({ ...edits, pinned: toggled(edits.pinned, cell) });

/** A type forbidden or allowed again; a forbidden one has no pins. */
export function withForbidden(edits: Edits, platform: string): Edits {
  const forbidden = toggled(edits.forbidden, platform);
  const pinned = edits.pinned.filter((cell) => !forbidden.includes(platformOf(cell)));
  return { ...edits, forbidden, pinned };
}

const toggled = (list: readonly string[], name: string): string[] =>
  list.includes(name) ? list.filter((one) => one !== name) : [...list, name];

/** Where two plans order differently, by cell. */
export function differences(before: Quantities, after: Quantities): { cell: string; before: number; after: number }[] {
  const cells = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return cells
    .map((cell) => ({ cell, before: before[cell] ?? 0, after: after[cell] ?? 0 }))
    .filter((row) => row.before !== row.after);
}

export interface Placed {
  plan: PlanFile;
  /** Whether the greedy rule has to place all craft, since a type was added that the plan bases nowhere. */
  greedy: boolean;
}

/**
 * The plan on display with other orders. Craft stay where they are based: fewer of a type leave its rows by share,
 * more join them by share. A type that is based nowhere leaves the placing of all craft to the greedy rule.
 */
export function editedPlan(base: PlanFile, edits: Edits): Placed {
  const cells = ordered(base.orders, edits);
  const orders = Object.entries(cells)
    .filter(([, quantity]) => quantity > 0)
    .map(([cell, quantity]) => ({ platform: platformOf(cell), period: periodOf(cell), quantity }));
  const allocation = base.allocation ?? [];
  const based = new Set(allocation.map((row) => row.platform));
  const before = byPlatform(base.orders);
  const greedy = orders.some((order) => !based.has(order.platform) && !before.has(order.platform));
  const kept = { ...base, orders };
  if (greedy) return { plan: { fleetcraft: 1, scenario: base.scenario, orders, ...(base.gateways ? { gateways: base.gateways } : {}) }, greedy };
  const placed = replaced(allocation, before, byPlatform(orders));
  const later = ((base.later ?? []) as LaterEntry[]).map((entry) => fittedLater(entry, orders, placed, edits.forbidden));
  return { plan: { ...kept, allocation: placed, ...(base.later ? { later } : {}) }, greedy };
}

function byPlatform(rows: readonly { platform: string; quantity?: number; craft?: number }[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(row.platform, (sums.get(row.platform) ?? 0) + (row.quantity ?? row.craft ?? 0));
  return sums;
}

/** The rows of the types whose orders changed, with as many craft placed as of the orders before. */
function replaced(rows: readonly Row[], before: Map<string, number>, after: Map<string, number>): Row[] {
  const placed = byPlatform(rows);
  return [...new Set(rows.map((row) => row.platform))].flatMap((platform) => {
    const mine = rows.filter((row) => row.platform === platform);
    const [was, is, there] = [before.get(platform) ?? 0, after.get(platform) ?? 0, placed.get(platform) ?? 0];
    const wanted = is === was ? there : Math.max(Math.min(there + is - was, is), 0);
    return wanted === there ? mine : shared(mine, wanted);
  });
}

/** Rows with so many craft in all, each by its share before (largest remainders); stations follow from the craft. */
function shared(rows: readonly Row[], wanted: number): Row[] {
  const total = rows.reduce((sum, row) => sum + row.craft, 0);
  if (total === 0) return [];
  const exact = rows.map((row) => (row.craft * wanted) / total);
  const craft = exact.map(Math.floor);
  const ranked = exact.map((value, k) => [value - Math.floor(value), k] as const).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const left = wanted - craft.reduce((sum, value) => sum + value, 0);
  for (const [, k] of ranked.slice(0, left)) craft[k] = (craft[k] ?? 0) + 1;
  return rows
    .map(({ platform, base, area }, k) => ({ platform, base, area, craft: craft[k] ?? 0 }) as Row)
    .filter((row) => row.craft > 0);
}

/** What a future adds, without types that may not be bought and with no more craft placed than are left for it. */
function fittedLater(entry: LaterEntry, orders: readonly Order[], placed: readonly Row[], forbidden: readonly string[]): LaterEntry {
  const mine = entry.orders.filter((order) => !forbidden.includes(order.platform));
  const left = byPlatform([...orders, ...mine]);
  for (const [platform, craft] of byPlatform(placed)) left.set(platform, (left.get(platform) ?? 0) - craft);
  const allocation = (entry.allocation ?? []).flatMap((row) => {
    const craft = Math.min(row.craft, Math.max(left.get(row.platform) ?? 0, 0));
    left.set(row.platform, (left.get(row.platform) ?? 0) - craft);
    if (craft === row.craft) return [row];
    return craft > 0 ? [{ platform: row.platform, base: row.base, area: row.area, craft } as Row] : [];
  });
  return { ...entry, orders: mine, allocation };
}

/** Whether a read file has the form of a plan, before the server says what is wrong with it. */
export function isPlanFile(value: unknown): value is PlanFile {
  if (typeof value !== 'object' || value === null) return false;
  const { fleetcraft, orders } = value as Partial<PlanFile>;
  return fleetcraft === 1 && Array.isArray(orders) && orders.every(isOrder);
}

const isOrder = (value: unknown): value is Order => {
  const { platform, period, quantity } = (value ?? {}) as Partial<Order>;
  return typeof platform === 'string' && typeof period === 'string' && Number.isInteger(quantity) && (quantity ?? -1) >= 0;
};

/** The edits that turn a plan into the orders of a read file. */
export function editsTowards(base: readonly Order[], file: PlanFile): Edits {
  const after = quantitiesOf(file.orders);
  const changed = differences(quantitiesOf(base), after).map((row) => [row.cell, row.after] as const);
  return { ...NOTHING, changed: Object.fromEntries(changed) };
}
