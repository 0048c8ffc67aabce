/** What is pointed at or chosen on the map. */
export type Choice = { kind: 'area' | 'base' | 'craft'; id: string };

export const same = (a: Choice | null, b: Choice | null): boolean => a?.kind === b?.kind && a?.id === b?.id;
