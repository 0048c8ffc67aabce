/** Where a plan's money goes: by supplier country, by domain, by fiscal year against the limits. */
import type { FrontierPoint, OrderRow } from '../../lib/types';

export interface Part {
  key: string;
  amount: number;
  /** Of all acquisition. */
  share: number;
}

export const SYSTEM = 'system';
/** Integration and gateways: money that joins types to one system and goes to no supplier of craft. */
export const ONCE = ['integration', 'gateways'] as const;

type Row = Pick<OrderRow, 'supplier_country' | 'domain' | 'cost'>;
interface Bought {
  orders: readonly OrderRow[];
  later: readonly Record<string, any>[];
  cost: Record<string, any>;
}

/** Acquisition by the supplier's country or the domain, most first; integration and gateways stand last. */
export function partsBy(key: 'supplier_country' | 'domain', bought: Bought): Part[] {
  const sums = new Map<string, number>();
  for (const row of [...bought.orders, ...(bought.later as Row[])]) {
    sums.set(row[key], (sums.get(row[key]) ?? 0) + row.cost);
  }
  const ranked = [...sums].filter(([, amount]) => amount > 0).sort((a, b) => b[1] - a[1]);
  const system = ONCE.reduce((sum, name) => sum + (bought.cost[name] ?? 0), 0);
  const all: [string, number][] = system > 0 ? [...ranked, [SYSTEM, system]] : ranked;
  const total = all.reduce((sum, [, amount]) => sum + amount, 0);
  return all.map(([name, amount]) => ({ key: name, amount, share: amount / total }));
}

/** Keys of several budgets' parts in one order, so that stacks match: most money over all budgets first. */
export function stackOrder(stacks: readonly (readonly Part[])[]): string[] {
  const sums = new Map<string, number>();
  for (const part of stacks.flat()) sums.set(part.key, (sums.get(part.key) ?? 0) + part.amount);
  const ranked = [...sums].sort((a, b) => b[1] - a[1]).map(([key]) => key);
  return [...ranked.filter((key) => key !== SYSTEM), ...ranked.filter((key) => key === SYSTEM)];
}

export type Purse = 'obligation' | 'outlay' | 'support';

export interface YearRow {
  year: string;
  purse: Purse;
  used: number;
  /** null: nothing limits it. */
  limit: number | null;
}

/** Every kind of money of every fiscal year that is spent or limited. */
export function yearRows(cost: Record<string, any>, binding: FrontierPoint['binding']): YearRow[] {
  const years: Record<string, Record<Purse, number>> = cost['by_fiscal_year'] ?? {};
  const limits = limitsByYear(cost, binding);
  return Object.entries(years).flatMap(([year, spent]) =>
    (['obligation', 'outlay', 'support'] as const)
      .map((purse) => ({ year, purse, used: spent[purse], limit: limits.get(`${purse}.${year}`) ?? null }))
      .filter((row) => row.used > 0 || row.limit !== null),
  );
}

/** Limits by `purse.year`: those that a run states, else those that a frontier's point was made under. */
function limitsByYear(cost: Record<string, any>, binding: FrontierPoint['binding']): Map<string, number> {
  const limits = new Map<string, number>();
  for (const row of binding) {
    const [first, purse, year] = row.limit.split('.');
    if (first === 'budget') limits.set(`${purse}.${year}`, row.of);
  }
  const stated: Record<string, Record<string, number | null>> = cost['budget'] ?? {};
  for (const [year, purses] of Object.entries(stated)) {
    for (const [purse, amount] of Object.entries(purses)) if (amount) limits.set(`${purse}.${year}`, amount);
  }
  return limits;
}

/** What a run's own cost tells of its limits, where no frontier's point does: fullest first. */
export const fullest = (rows: readonly YearRow[]): YearRow[] =>
  rows.filter((row) => row.limit !== null).toSorted((a, b) => fullness(b) - fullness(a));

const fullness = (row: YearRow): number => (row.limit ? row.used / row.limit : 0);
