/** The plan on display, whether it comes from a stored run or from a point of a frontier: one shape for every view. */
import type { AllocationRow, FrontierData, FrontierPoint, OrderRow, Requirement, Run } from './types';

export interface Shown {
  from: 'run' | 'point';
  run: string;
  /** The frontier's point; null for a run. */
  point: string | null;
  verb: string;
  currency: string;
  budget: number | null;
  attainment: { planned: number | null; simulated: number | null; low: number | null; high: number | null };
  probabilityAllMet: number | null;
  cost: Record<string, any>;
  orders: OrderRow[];
  later: Record<string, any>[];
  allocation: AllocationRow[];
  requirements: Requirement[];
  routes: Record<string, [number, number][]>;
  /** The whole result.json of a run; null for a point. */
  result: Record<string, any> | null;
}

export function shownOfRun(run: Run): Shown | null {
  const found = run.result;
  if (!found['requirements'] || !found['attainment']) return null;
  const routes: Shown['routes'] = {};
  const domains = Object.fromEntries((found['platforms'] ?? []).map((p: any) => [p.id, p.domain]));
  for (const row of found['allocation'] ?? []) routes[`${row.base}/${row.area}/${domains[row.platform]}`] = row.route;
  return {
    from: 'run', run: run.name, point: null, verb: run.entry.verb,
    currency: found['cost']?.currency ?? run.entry.currency ?? '',
    // a plan that is only judged was not made for a budget
    budget: run.entry.verb === 'simulate' ? null : sum(Object.values(found['cost']?.budget ?? {}).map((year: any) => year.obligation ?? 0)),
    attainment: { planned: null, ...found['attainment'] },
    probabilityAllMet: found['probability_all_met'] ?? null,
    cost: found['cost'] ?? {},
    orders: found['orders'] ?? [], later: found['later'] ?? [], allocation: found['allocation'] ?? [],
    requirements: found['requirements'], routes, result: found,
  };
}

export function shownOfPoint(point: FrontierPoint, frontier: FrontierData): Shown {
  return {
    from: 'point', run: point.run, point: point.key, verb: 'frontier',
    currency: frontier.currency, budget: point.budget,
    attainment: point.attainment ?? { planned: null, simulated: null, low: null, high: null },
    probabilityAllMet: point.probability_all_met, cost: point.cost ?? {},
    orders: point.orders, later: point.later, allocation: point.allocation,
    requirements: point.requirements, routes: frontier.routes, result: null,
  };
}

const sum = (values: number[]): number | null => (values.length ? values.reduce((a, b) => a + b, 0) : null);
