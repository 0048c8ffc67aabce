/** Moving along a frontier: which computed point a budget shows, what more money gains, where more buys nothing. */
import { isTold, pairedDifference, type Estimate } from '../../lib/years';
import type { FrontierPoint } from '../../lib/types';

const SAME = 1e-6;
/** A dragged budget this near to a computed one, as a share of the whole range, means that one. */
const NEAR = 0.008;

export type PlannedPoint = FrontierPoint & { attainment: NonNullable<FrontierPoint['attainment']> };

/** The points that have a plan, ascending by budget. */
export const planned = (points: readonly FrontierPoint[]): PlannedPoint[] =>
  points.filter((point): point is PlannedPoint => point.attainment !== null);

export const isSame = (one: number, other: number): boolean => Math.abs(one - other) <= SAME * Math.max(one, other);

/** The point whose plan a budget shows: the largest one that the budget allows, else the smallest there is. */
export function held(points: readonly PlannedPoint[], budget: number): PlannedPoint | null {
  return points.findLast((point) => point.budget <= budget * (1 + SAME)) ?? points[0] ?? null;
}

/** The computed budget that a dragged one means, or the dragged one itself, to a round sum. */
export function snapped(points: readonly PlannedPoint[], budget: number): number {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return first?.budget ?? budget;
  const span = last.budget - first.budget;
  const nearest = points.reduce((best, point) => (gap(point, budget) < gap(best, budget) ? point : best), first);
  if (gap(nearest, budget) <= NEAR * span) return nearest.budget;
  const grain = 10 ** Math.floor(Math.log10(span / 100));
  return Math.round(budget / grain) * grain;
}

const gap = (point: PlannedPoint, budget: number): number => Math.abs(point.budget - budget);

/** The next computed budget above (+1) or below (-1), the outermost where there is none. */
export function stepped(points: readonly PlannedPoint[], budget: number, direction: 1 | -1): number {
  const next =
    direction > 0
      ? points.find((point) => point.budget > budget * (1 + SAME))
      : points.findLast((point) => point.budget < budget * (1 - SAME));
  return (next ?? (direction > 0 ? points.at(-1) : points[0]))?.budget ?? budget;
}

export interface Gain {
  from: number;
  to: number;
  /** Attainment gained by `per` more, and its interval where the points' years are known. */
  gain: number;
  low: number | null;
  high: number | null;
}

/** What a round sum more attains between neighbouring points. */
export function gains(points: readonly PlannedPoint[], per: number): Gain[] {
  return points.slice(1).map((point, k) => {
    const before = points[k] as PlannedPoint;
    const factor = per / (point.budget - before.budget);
    const difference = apart(point, before);
    const mean = difference?.mean ?? point.attainment.simulated - before.attainment.simulated;
    return {
      from: before.budget, to: point.budget, gain: mean * factor,
      low: difference && difference.low * factor, high: difference && difference.high * factor,
    };
  });
}

/** One point's attainment less another's in the same years; null where their years are not known. */
export const apart = (one: PlannedPoint, other: PlannedPoint): Estimate | null =>
  pairedDifference(one.yearly, other.yearly);

/** The least budget to which no larger one adds what the simulation can tell; null where the years are not known. */
export function enough(points: readonly PlannedPoint[]): number | null {
  const found = points.find((point, k) => {
    const larger = points.slice(k + 1).map((other) => apart(other, point));
    return larger.length > 0 && larger.every((difference) => difference && !(isTold(difference) && difference.mean > 0));
  });
  return found?.budget ?? null;
}

/** A twentieth of a sum, rounded to 1, 2 or 5 times a power of ten: 10 of 200 billion. */
export function roundStep(amount: number): number {
  const twentieth = Math.max(amount / 20, 1e-9);
  const power = 10 ** Math.floor(Math.log10(twentieth));
  const offset = (factor: number) => Math.abs(Math.log(twentieth / (factor * power)));
  return power * [1, 2, 5, 10].reduce((best, factor) => (offset(factor) < offset(best) ? factor : best));
}
