/** Restrictions beside open competition: the rows of a stored comparison, in the order they are told. */
import type { OrderRow } from '../../lib/types';

export interface Plan {
  status: string;
  gap: number | null;
  attainment: { planned: number; simulated: number; low: number; high: number } | null;
  cost: Record<string, any> | null;
  orders: OrderRow[];
  later: Record<string, any>[];
  requirements: { id: string; simulated: number | null }[];
  probability_all_met: number | null;
  conflict: string[];
}

export interface Restriction extends Plan {
  name: string;
  of: string;
  only: string[];
  without: string[];
  difference: { attainment: number; low: number; high: number; cost: number; acquisition: number } | null;
  more_money: { amount: number | null; searched_to?: number } | null;
  more_money_unknown: string | null;
}

export interface Comparison {
  currency: string;
  budget: { acquisition: number };
  lifted: string[];
  open: Plan;
  restrictions: Restriction[];
  replications: number;
}

/** Those with a plan, best first; then those without one. */
export function ranked(found: Comparison): Restriction[] {
  const value = (row: Restriction) => row.attainment?.simulated ?? -1;
  return found.restrictions.toSorted((a, b) => value(b) - value(a) || a.name.localeCompare(b.name));
}

/** The requirements whose simulated share falls most behind open competition, in points as shares; `most` of them. */
export function losses(open: Plan, row: Plan, shares: ReadonlySet<string>, most = 4): { id: string; fall: number }[] {
  const after = new Map(row.requirements.map((each) => [each.id, each.simulated ?? 0]));
  return open.requirements
    .filter((each) => shares.has(each.id))
    .map((each) => ({ id: each.id, fall: (each.simulated ?? 0) - (after.get(each.id) ?? 0) }))
    .filter((each) => each.fall > 0.01)
    .toSorted((a, b) => b.fall - a.fall)
    .slice(0, most);
}

/** Orders by type, dearest first, those that single futures place included. */
export function ordersByType(plan: Plan): { platform: string; name: string; supplier_country: string; domain: OrderRow['domain']; craft: number; later: number; cost: number }[] {
  const found = new Map<string, ReturnType<typeof ordersByType>[number]>();
  const at = (row: any) => {
    const now = found.get(row.platform) ?? {
      platform: row.platform, name: row.name, supplier_country: row.supplier_country, domain: row.domain, craft: 0, later: 0, cost: 0,
    };
    found.set(row.platform, now);
    return now;
  };
  for (const row of plan.orders) {
    const now = at(row);
    now.craft += row.quantity;
    now.cost += row.cost;
  }
  for (const row of plan.later) {
    const now = at(row);
    now.later += row['quantity'].mean;
    now.cost += row['cost'];
  }
  return [...found.values()].toSorted((a, b) => b.cost - a.cost);
}
