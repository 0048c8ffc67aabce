/** The list of stored runs: found by text, filtered, sorted; which file is of which kind. */
import type { RunEntry } from '../../lib/types';

export type SortKey = 'made' | 'name' | 'verb' | 'attainment' | 'acquisition' | 'bytes';

export interface Wanted {
  text: string;
  scenario: string;
  verb: string;
}

export const nameOf = (run: RunEntry): string => (run.study ? `${run.scenario}: ${run.study}` : run.scenario);

export function found(runs: readonly RunEntry[], wanted: Wanted, told: (run: RunEntry) => string): RunEntry[] {
  const words = wanted.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter(
    (run) =>
      (wanted.scenario === '' || run.scenario === wanted.scenario) && (wanted.verb === '' || run.verb === wanted.verb) &&
      words.every((word) => `${run.folder} ${nameOf(run)} ${run.case ?? ''} ${told(run)}`.toLowerCase().includes(word)),
  );
}

/** Runs without the value come last, whichever way is sorted. */
export function sorted(runs: readonly RunEntry[], key: SortKey, descending: boolean): RunEntry[] {
  const text = (run: RunEntry) => ({ made: run.made, name: `${nameOf(run)} ${run.folder}`, verb: run.verb })[key as 'made' | 'name' | 'verb'];
  const sign = descending ? -1 : 1;
  return runs.toSorted((a, b) => {
    if (key === 'made' || key === 'name' || key === 'verb') return sign * text(a).localeCompare(text(b));
    const [x, y] = [a[key], b[key]];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}

export const valuesOf = (runs: readonly RunEntry[], key: 'scenario' | 'verb'): string[] => [...new Set(runs.map((run) => run[key]))].toSorted();

export interface StoredFile {
  path: string;
  bytes: number;
}

export interface Files {
  /** Paths of pictures, without their ending, each with the endings that are there. */
  figures: { path: string; name: string; endings: string[] }[];
  /** Everything else: files of one name with different endings together. */
  folders: { folder: string; entries: { name: string; files: (StoredFile & { ending: string })[] }[] }[];
  bytes: number;
}

/** Figures as pictures, everything else by folder. */
export function arranged(files: readonly StoredFile[]): Files {
  const figures = new Map<string, string[]>();
  const folders = new Map<string, Map<string, (StoredFile & { ending: string })[]>>();
  for (const file of files) {
    const picture = /^(figures\/.+|explain\/[^/]+)\.(svg|png)$/.exec(file.path);
    if (picture?.[1] && picture[2]) {
      figures.set(picture[1], [...(figures.get(picture[1]) ?? []), picture[2]]);
      continue;
    }
    const [, folder = '', name = '', ending = ''] = /^(?:([^/]+)\/)?(.*?)(?:\.([^./]+))?$/.exec(file.path) ?? [];
    const mine = folders.get(folder) ?? new Map<string, (StoredFile & { ending: string })[]>();
    mine.set(name, [...(mine.get(name) ?? []), { ...file, ending }]);
    folders.set(folder, mine);
  }
  return {
    figures: [...figures].map(([path, endings]) => ({ path, name: path.split('/').at(-1) ?? path, endings: endings.toSorted() })),
    folders: [...folders]
      .map(([folder, mine]) => ({ folder, entries: [...mine].map(([name, own]) => ({ name, files: own })) }))
      .toSorted((a, b) => a.folder.localeCompare(b.folder)),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  };
}

/** Two runs are compared at most: choosing a third lets go of the first. */
export function chosenWith(chosen: readonly string[], folder: string): string[] {
  if (chosen.includes(folder)) return chosen.filter((each) => each !== folder);
  return [...chosen, folder].slice(-2);
}
