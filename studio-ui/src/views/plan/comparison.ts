/** A changed plan beside the one on display: which requirements differ. */
import type { Requirement } from '../../lib/types';

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
