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

/** Of a result.json: what was attained, and in which simulated years. */
export interface Judged {
  attainment?: { simulated?: number | null; low?: number | null; high?: number | null } | null;
  yearly?: Years;
  seed?: number | null;
  scenario?: { hash?: string | null } | null;
}

export interface Difference extends Estimate {
  /** Whether the same simulated years were compared one by one; else as if the two had none in common. */
  paired: boolean;
  /** Whether chance alone does not explain it. */
  told: boolean;
}

/** One judged plan's attainment less another's with its 95% interval; null where either was not judged. */
export function attainmentDifference(one: Judged, other: Judged): Difference | null {
  const [mine, others] = [estimated(one), estimated(other)];
  if (!mine || !others) return null;
  const paired = hasSameYears(one, other) ? pairedDifference(one.yearly ?? [], other.yearly ?? []) : null;
  const found = paired ?? unpairedDifference(mine, others);
  return { ...found, paired: paired !== null, told: isTold(found) };
}

/** Years are drawn of the scenario's values by the seed: only with the same of both is one plan's k-th year the other's too. */
const hasSameYears = (one: Judged, other: Judged): boolean =>
  one.seed != null && one.seed === other.seed &&
  one.scenario?.hash != null && one.scenario.hash === other.scenario?.hash &&
  one.yearly?.length === other.yearly?.length;

function estimated({ attainment, yearly }: Judged): Estimate | null {
  if (typeof attainment?.simulated !== 'number') return null;
  const { simulated, low, high } = attainment;
  return (yearly && estimate(yearly)) || { mean: simulated, low: low ?? simulated, high: high ?? simulated };
}

const FEW_DEGREES = [12.7062, 4.3027, 3.1824, 2.7764];

/** The 97.5% quantile of Student's t: tabled for 1 to 4 degrees of freedom, else its expansion around the normal's, right to 0.1%. */
function studentQuantile(degrees: number): number {
  const tabled = FEW_DEGREES[degrees - 1];
  if (tabled !== undefined) return tabled;
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, k) => sum + term / degrees ** (k + 1), z);
}
