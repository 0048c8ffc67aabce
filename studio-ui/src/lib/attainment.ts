/** How far requirements are met, as the program counts it: weighted shares of their thresholds. */
import type { Requirement } from './types';

export const valueOf = (row: Requirement): number | null => row.simulated ?? row.planned ?? null;

/** How much of what is asked a value is: 1 where it reaches the threshold exactly; not cut off above. */
export function share(row: Pick<Requirement, 'threshold' | 'at_most'>, value: number): number {
  if (row.at_most) return value > 0 ? row.threshold / value : 1;
  return row.threshold > 0 ? value / row.threshold : 1;
}

export const upTo1 = (value: number): number => Math.min(Math.max(value, 0), 1);

/** Weighted mean of what share of each threshold is reached; null where nothing has a value. */
export function attainment(rows: readonly Requirement[]): number | null {
  let [done, weight] = [0, 0];
  for (const row of rows) {
    const value = valueOf(row);
    if (value === null) continue;
    done += row.weight * upTo1(share(row, value));
    weight += row.weight;
  }
  return weight > 0 ? done / weight : null;
}

/** Attainment of every area of which something is known, as the reports colour it. */
export function areaAttainment(rows: readonly Requirement[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const area of new Set(rows.map((row) => row.area))) {
    const value = attainment(rows.filter((row) => row.area === area));
    if (value !== null) found.set(area, value);
  }
  return found;
}
