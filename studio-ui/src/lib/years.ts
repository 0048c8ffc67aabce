/** Differences between plans judged in the same simulated years, and what chance may have made of them. */

export type Years = readonly (number | null)[];

export interface Estimate {
  mean: number;
  low: number;
  high: number;
}

/** The mean of independent yearly values with its 95% interval (Student's t); null of fewer than two. */
export function estimate(values: Years): Estimate | null {
  const known = values.filter((value): value is number => value !== null);
  const n = known.length;
  if (n < 2) return null;
  const mean = known.reduce((a, b) => a + b, 0) / n;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile(n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}

/** One plan's years less another's, as far as both were judged; null where fewer than two are common. */
export function pairedDifference(one: Years, other: Years): Estimate | null {
  const common = Math.min(one.length, other.length);
  return estimate(Array.from({ length: common }, (_, k) => less(one[k], other[k])));
}

const less = (one: number | null | undefined, other: number | null | undefined): number | null =>
  one === null || one === undefined || other === null || other === undefined ? null : one - other;

/** The difference of two estimates of years that are not known to be the same: wider than need be where they are. */
export function unpairedDifference(one: Estimate, other: Estimate): Estimate {
  const mean = one.mean - other.mean;
  const half = Math.hypot((one.high - one.low) / 2, (other.high - other.low) / 2);
  return { mean, low: mean - half, high: mean + half };
}

/** Whether chance alone does not explain a difference. */
export const isTold = (difference: Estimate): boolean => difference.low > 0 || difference.high < 0;

/** The 97.5% quantile of Student's t, by its expansion around the normal's; right to 0.1% from 5 degrees of freedom on. */
function studentQuantile(degrees: number): number {
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, k) => sum + term / degrees ** (k + 1), z);
}
