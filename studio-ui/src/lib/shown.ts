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
    budget: sum(Object.values(found['cost']?.budget ?? {}).map((year: any) => year.obligation ?? 0)),
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

/** An area's attainment: its requirements' weighted shares of their thresholds, as the reports colour it. */
export function areaAttainment(requirements: Requirement[]): Map<string, number> {
  const parts = new Map<string, [number, number]>();
  for (const r of requirements) {
    const value = r.simulated ?? r.planned;
    if (value === null || value === undefined) continue;
    const share = r.at_most ? (value > 0 ? r.threshold / value : 1) : r.threshold > 0 ? value / r.threshold : 1;
    const [done, weight] = parts.get(r.area) ?? [0, 0];
    parts.set(r.area, [done + r.weight * Math.min(Math.max(share, 0), 1), weight + r.weight]);
  }
  return new Map([...parts].map(([area, [done, weight]]) => [area, done / weight]));
}
