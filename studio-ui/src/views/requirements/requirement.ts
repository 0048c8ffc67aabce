/** What is asked and what is attained: how far each requirement is met, what is lost, in which order it is told. */
import type { Platforms } from '../../lib/api';
import { attainment, share, upTo1, valueOf } from '../../lib/attainment';
import type { AllocationRow, Domain, Requirement } from '../../lib/types';

/** `edge`: the interval of the mean holds the threshold, so that neither can be said. */
export type Standing = 'met' | 'edge' | 'short' | 'unknown';
export const STANDINGS: readonly Standing[] = ['met', 'edge', 'short', 'unknown'];

export type SortKey = 'stated' | 'lost' | 'area' | 'simulated' | 'probability' | 'weight';
export type GroupKey = 'area' | 'measure' | 'none';

export interface Chosen {
  areas: ReadonlySet<string>;
  measures: ReadonlySet<string>;
  standings: ReadonlySet<Standing>;
  text: string;
}

export interface Group {
  key: string;
  rows: Requirement[];
}

export function standing(row: Requirement): Standing {
  const value = valueOf(row);
  if (value === null) return 'unknown';
  const [low, high] = [row.low ?? value, row.high ?? value];
  const [worst, best] = row.at_most ? [-high, -low] : [low, high];
  const asked = row.at_most ? -row.threshold : row.threshold;
  if (worst >= asked) return 'met';
  return best < asked ? 'short' : 'edge';
}

/** What a requirement keeps the attainment of all rows from being 100%, as a share. */
export function lost(row: Requirement, all: readonly Requirement[]): number {
  const value = valueOf(row);
  const weight = all.reduce((sum, each) => sum + each.weight, 0);
  return value === null || weight === 0 ? 0 : (row.weight * (1 - upTo1(share(row, value)))) / weight;
}

/**
 * What the attainment of simulated years is below that of the rows' means, as a share: in no single year does a requirement
 * count for more than its threshold, so that good years do not make up for bad ones. Null where years were not simulated.
 */
export function lostInYears(simulated: number | null, all: readonly Requirement[]): number | null {
  const ofMeans = attainment(all);
  return simulated === null || ofMeans === null ? null : ofMeans - simulated;
}

export function shortfalls(rows: readonly Requirement[], most = 3): Requirement[] {
  return rows
    .filter((row) => lost(row, rows) > 0)
    .toSorted((a, b) => lost(b, rows) - lost(a, rows))
    .slice(0, most);
}

export const metOnAverage = (rows: readonly Requirement[]): number =>
  rows.filter((row) => {
    const value = valueOf(row);
    return value !== null && share(row, value) >= 1;
  }).length;

export function chosenRows(rows: readonly Requirement[], chosen: Chosen, told: (row: Requirement) => string): Requirement[] {
  const words = chosen.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const holds = <T>(set: ReadonlySet<T>, value: T) => set.size === 0 || set.has(value);
  return rows.filter(
    (row) =>
      holds(chosen.areas, row.area) && holds(chosen.measures, row.measure) && holds(chosen.standings, standing(row)) &&
      words.every((word) => told(row).toLowerCase().includes(word)),
  );
}

export function sorted(rows: readonly Requirement[], key: SortKey, descending: boolean, all: readonly Requirement[]): Requirement[] {
  if (key === 'stated') return [...rows];
  const value = (row: Requirement): number => {
    if (key === 'lost') return lost(row, all);
    if (key === 'simulated') return share(row, valueOf(row) ?? 0);
    return (key === 'probability' ? row.probability_met : row.weight) ?? -1;
  };
  const order = (a: Requirement, b: Requirement) => (key === 'area' ? a.area.localeCompare(b.area) : value(a) - value(b));
  return rows.toSorted((a, b) => (descending ? -1 : 1) * order(a, b));
}

/** Groups in the order of their first row. */
export function grouped(rows: readonly Requirement[], by: GroupKey): Group[] {
  if (by === 'none') return rows.length ? [{ key: '', rows: [...rows] }] : [];
  const found = new Map<string, Requirement[]>();
  for (const row of rows) found.set(row[by], [...(found.get(row[by]) ?? []), row]);
  return [...found].map(([key, mine]) => ({ key, rows: mine }));
}

/** What presence and layered ask of craft; read from the id where the row does not say it; null where it cannot be known. */
export function craftAsked(row: Requirement): { craft: number; domains: Domain[] } | null {
  if (row.domains?.length) return { craft: 1, domains: row.domains };
  if (row.domain) return { craft: row.craft ?? 1, domains: [row.domain] };
  const what = row.id.split('-').at(-1) ?? '';
  const presence = /^(\d+)_(air|surface|underwater)$/.exec(what);
  if (presence) return { craft: Number(presence[1]), domains: [presence[2] as Domain] };
  const layered = what.split('_');
  const known = layered.every((name) => name === 'air' || name === 'surface' || name === 'underwater');
  return row.measure === 'layered' && known ? { craft: 1, domains: layered as Domain[] } : null;
}

export interface Serving extends AllocationRow {
  domain: Domain | null;
}

/**
 * Rows of the allocation whose craft count for a requirement: in its area, of its domains, and able to see (or identify)
 * its target where the table of platforms tells of that kind of target; a class of another name is not judged.
 */
export function serving(
  row: Requirement,
  allocation: readonly AllocationRow[],
  domains: ReadonlyMap<string, Domain>,
  platforms: Platforms | null,
): Serving[] {
  const asked = row.target === null ? craftAsked(row) : null;
  const values = new Map(platforms?.rows.map((each) => [each.id, each.values]) ?? []);
  const can = (id: string): boolean => {
    const domain = domains.get(id);
    if (asked) return domain !== undefined && asked.domains.includes(domain);
    const own = values.get(id);
    if (row.target === null || !own) return true;
    const sweep = own[`sweep_width_nm_${row.target}`];
    if (row.measure === 'identification' && sweep !== undefined) return String(own['identifies'] ?? '').split(/[;,]/).includes(row.target);
    return sweep === undefined || Number(sweep) > 0;
  };
  return allocation
    .filter((each) => each.area === row.area && each.craft > 0 && can(each.platform))
    .map((each) => ({ ...each, domain: domains.get(each.platform) ?? null }))
    .toSorted((a, b) => (b.stations ?? 0) - (a.stations ?? 0) || b.craft - a.craft);
}

/** Lowest and highest value that the rows of one unit have to show, and the marks of the axis. */
export function scaleOf(rows: readonly Requirement[], unit: string): { most: number; ticks: number[] } {
  if (unit === 'fraction') return { most: 1, ticks: [0, 0.25, 0.5, 0.75, 1] };
  const values = rows.filter((row) => row.unit === unit).flatMap((row) => [row.threshold, row.planned ?? 0, row.high ?? row.simulated ?? 0]);
  const step = niceStep(Math.max(...values, 1e-9) / 4);
  const most = step * Math.ceil(Math.max(...values, step) / step);
  return { most, ticks: Array.from({ length: Math.round(most / step) + 1 }, (_, k) => k * step) };
}

function niceStep(least: number): number {
  const size = 10 ** Math.floor(Math.log10(least));
  return (([1, 2, 5, 10] as const).find((by) => by * size >= least * (1 - 1e-9)) ?? 10) * size;
}
