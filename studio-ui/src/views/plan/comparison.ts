/** A changed plan beside the one on display: what differs, and what chance may have made of it. */
import type { Requirement } from '../../lib/types';
import { estimate, isTold, pairedDifference, unpairedDifference, type Estimate, type Years } from '../../lib/years';

interface Judged {
  attainment: { simulated: number; low: number; high: number };
  yearly?: Years;
  requirements: Requirement[];
}

export interface Difference extends Estimate {
  /** Whether the same simulated years were compared: the interval is then as narrow as it can be. */
  paired: boolean;
  /** Whether chance alone does not explain it. */
  told: boolean;
}

/** Attainment of one judged plan less another's. */
export function attainmentDifference(one: Judged, other: Judged): Difference {
  const paired = pairedDifference(one.yearly ?? [], other.yearly ?? []);
  const found = paired ?? unpairedDifference(asEstimate(one), asEstimate(other));
  return { ...found, paired: paired !== null, told: isTold(found) };
}

const asEstimate = ({ attainment, yearly }: Judged): Estimate =>
  (yearly && estimate(yearly)) || { mean: attainment.simulated, low: attainment.low, high: attainment.high };

export interface RequirementChange {
  requirement: Requirement;
  before: number;
  after: number;
  /** In shares of the threshold and to the better where above 0, so that measures compare. */
  gain: number;
}

/** Every requirement whose simulated value changed, the largest change for its weight first. */
export function requirementChanges(before: readonly Requirement[], after: readonly Requirement[]): RequirementChange[] {
  const earlier = new Map(before.map((row) => [row.id, row]));
  return after
    .flatMap((requirement): RequirementChange[] => {
      const was = earlier.get(requirement.id)?.simulated ?? null;
      if (was === null || requirement.simulated === null || was === requirement.simulated) return [];
      const gain = ((requirement.simulated - was) * (requirement.at_most ? -1 : 1)) / (requirement.threshold || 1);
      return [{ requirement, before: was, after: requirement.simulated, gain }];
    })
    .sort((a, b) => Math.abs(b.gain * b.requirement.weight) - Math.abs(a.gain * a.requirement.weight));
}
