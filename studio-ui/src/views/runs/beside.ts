/** Two plans beside each other: what differs in attainment, orders, requirements and money. First is A, second is B. */
import type { Domain, Requirement, Run } from '../../lib/types';

type Json = Record<string, any>;

export const hasOnePlan = (run: Run): boolean => Boolean(run.result['attainment'] && run.result['requirements']);

export interface OrderPair {
  platform: string;
  name: string;
  domain: Domain;
  country: string;
  /** Craft ordered in every future, and in the mean after the news. */
  a: { craft: number; later: number; cost: number };
  b: { craft: number; later: number; cost: number };
}

/** Orders by type, those whose money differs most first. */
export function ordersBeside(a: Json, b: Json): OrderPair[] {
  const pairs = new Map<string, OrderPair>();
  const nothing = () => ({ craft: 0, later: 0, cost: 0 });
  const side = (row: Json, which: 'a' | 'b') => {
    const pair = pairs.get(row['platform']) ?? {
      platform: row['platform'], name: row['name'], domain: row['domain'], country: row['supplier_country'], a: nothing(), b: nothing(),
    };
    pairs.set(pair.platform, pair);
    return pair[which];
  };
  for (const [result, which] of [[a, 'a'], [b, 'b']] as const) {
    for (const row of (result['orders'] ?? []) as Json[]) {
      const now = side(row, which);
      now.craft += row['quantity'];
      now.cost += row['cost'];
    }
    for (const row of (result['later'] ?? []) as Json[]) {
      const now = side(row, which);
      now.later += row['quantity'].mean;
      now.cost += row['cost'];
    }
  }
  return [...pairs.values()].toSorted((x, y) => Math.abs(y.b.cost - y.a.cost) - Math.abs(x.b.cost - x.a.cost) || y.b.craft - x.b.craft);
}

export const isSameOrder = (pair: OrderPair): boolean => pair.a.craft === pair.b.craft && Math.abs(pair.a.later - pair.b.later) < 0.05;

export interface RequirementPair {
  asked: Requirement;
  a: Requirement | null;
  b: Requirement | null;
  /** B less A in the measure's unit; null where one has no value. */
  difference: number | null;
  /** Whether more of it is better. */
  better: boolean | null;
  /** Whether the two intervals overlap. */
  overlap: boolean;
}

/** Requirements of either run by id, the largest difference in what share of the threshold is reached first. */
export function requirementsBeside(a: Json, b: Json): RequirementPair[] {
  const rows = (result: Json) => new Map(((result['requirements'] ?? []) as Requirement[]).map((row) => [row.id, row]));
  const [first, second] = [rows(a), rows(b)];
  const pairs = [...new Map([...first, ...second]).values()].map((asked) => {
    const [x, y] = [first.get(asked.id) ?? null, second.get(asked.id) ?? null];
    const difference = typeof x?.simulated === 'number' && typeof y?.simulated === 'number' ? y.simulated - x.simulated : null;
    const overlap = x?.low != null && x.high != null && y?.low != null && y.high != null ? x.low <= y.high && y.low <= x.high : true;
    return { asked, a: x, b: y, difference, better: difference ? difference > 0 !== asked.at_most : null, overlap };
  });
  const size = (pair: RequirementPair) => Math.abs((pair.difference ?? 0) / pair.asked.threshold);
  return pairs.toSorted((x, y) => size(y) - size(x));
}

export const KINDS = ['obligation', 'outlay', 'support'] as const;
export type Kind = (typeof KINDS)[number];

export interface YearPair {
  year: string;
  a: Partial<Record<Kind, number>>;
  b: Partial<Record<Kind, number>>;
}

export function yearsBeside(a: Json, b: Json): YearPair[] {
  const [x, y] = [a['cost']?.by_fiscal_year ?? {}, b['cost']?.by_fiscal_year ?? {}];
  return [...new Set([...Object.keys(x), ...Object.keys(y)])].toSorted().map((year) => ({ year, a: x[year] ?? {}, b: y[year] ?? {} }));
}

/** Craft ordered in every future. */
export const craftOf = (result: Json): number => ((result['orders'] ?? []) as Json[]).reduce((sum, row) => sum + row['quantity'], 0);
