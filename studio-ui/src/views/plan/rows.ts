/** The rows and columns of the orders by quarter: a type a row, a quarter a column. */
import { number } from '../../lib/format';
import type { Domain, OrderRow, Platform } from '../../lib/types';
import { cellOf, ordered, periodOf, platformOf, type Edits } from './edits';

const DOMAINS: Domain[] = ['air', 'surface', 'underwater'];

export interface LaterOrder {
  platform: string;
  period: string;
  /** Share of futures that order it. */
  probability: number;
  quantity: { mean: number; low: number; high: number };
  cost: number;
}

/** Craft in the mean of the futures; few are not told as none. */
export const meanTold = (mean: number): string => (mean > 0 && mean < 0.05 ? '<0.1' : number(mean, 1));

export interface TypeRow {
  id: string;
  name: string;
  country: string;
  domain: Domain;
  /** Craft ordered in every future now, all quarters. */
  craft: number;
  /** What they cost; null where a price is not known before the plan is judged. */
  cost: number | null;
  forbidden: boolean;
}

export interface Group {
  domain: Domain;
  rows: TypeRow[];
  craft: number;
  cost: number | null;
}

/** Types by domain, dearest first; those that only single futures order, and those edited to none, are among them. */
export function groups(platforms: readonly Platform[], orders: readonly OrderRow[], later: readonly LaterOrder[], edits: Edits, judged: readonly OrderRow[]): Group[] {
  const now = ordered(orders, edits);
  const prices = unitPrices([...orders, ...judged]);
  const ids = new Set([...Object.keys(now).map(platformOf), ...later.map((one) => one.platform), ...edits.forbidden]);
  const named = new Map([...platforms, ...orders.map(asPlatform)].map((one) => [one.id, one]));
  const rows = [...ids].flatMap((id): TypeRow[] => {
    const found = named.get(id);
    if (!found) return [];
    const cells = Object.entries(now).filter(([cell]) => platformOf(cell) === id);
    const craft = cells.reduce((sum, [, quantity]) => sum + quantity, 0);
    return [{
      id, name: found.name, country: found.supplier_country, domain: found.domain, craft,
      cost: total(cells.map(([cell, quantity]) => costOf(cell, quantity, prices))), forbidden: edits.forbidden.includes(id),
    }];
  });
  return DOMAINS.map((domain) => {
    const mine = rows.filter((row) => row.domain === domain).sort((a, b) => (b.cost ?? Infinity) - (a.cost ?? Infinity) || b.craft - a.craft || a.name.localeCompare(b.name));
    return { domain, rows: mine, craft: mine.reduce((sum, row) => sum + row.craft, 0), cost: total(mine.map((row) => row.cost)) };
  }).filter((group) => group.rows.length > 0);
}

const asPlatform = (order: OrderRow): Platform => ({
  id: order.platform, name: order.name, domain: order.domain, supplier: '', supplier_country: order.supplier_country,
});

const total = (amounts: (number | null)[]): number | null =>
  amounts.includes(null) ? null : amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);

/** Price of one craft by cell, and by type for quarters in which none was bought so far. */
export function unitPrices(orders: readonly OrderRow[]): Map<string, number> {
  const prices = new Map<string, number>();
  for (const order of orders) {
    if (order.quantity === 0) continue;
    prices.set(cellOf(order.platform, order.period), order.cost / order.quantity);
    prices.set(order.platform, order.cost / order.quantity);
  }
  return prices;
}

/** Money of a cell's craft; null where the type's price is not known. */
export function costOf(cell: string, quantity: number, prices: ReadonlyMap<string, number>): number | null {
  if (quantity === 0) return 0;
  const price = prices.get(cell) ?? prices.get(platformOf(cell));
  return price === undefined ? null : price * quantity;
}

/** The quarters in which anything is ordered, in order. */
export const periodsShown = (orders: readonly OrderRow[], later: readonly LaterOrder[], edits: Edits): string[] =>
  [...new Set([...orders, ...later].map((one) => one.period).concat(Object.keys(edits.changed).map(periodOf)))].sort();
