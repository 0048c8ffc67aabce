/** Where a fault belongs: to a field of the form, to a cell of a table, else to its line alone. */
import type { Fault } from '../../lib/types';
import { parsedCsv } from './csv';

export const STATEMENT = 'scenario.yaml';

/** The dotted path that a fault of the statement means, rows by position from 0; null where it means a file or a line. */
export function pathOf(fault: Fault): string | null {
  if (fault.file !== STATEMENT) return null;
  const row = /^(?:(\w+) of )?requirement (\d+)$/.exec(fault.where);
  if (row) return ['requirements', Number(row[2]) - 1, ...(row[1] ? [row[1]] : [])].join('.');
  return /^[\w.*-]+$/.test(fault.where) && fault.where !== 'file' ? fault.where : null;
}

/** Faults at a path itself, or in what stands below it. */
export function faultsBelow(faults: readonly Fault[], path: string): Fault[] {
  return faults.filter((fault) => {
    const at = pathOf(fault);
    return at !== null && (at === path || at.startsWith(`${path}.`));
  });
}

export const faultsAt = (faults: readonly Fault[], path: string): Fault[] => faults.filter((fault) => pathOf(fault) === path);

/** The cell of a table that a fault means: `cruise_speed_kn of tb2s`; null where it means none. */
export function cellOf(fault: Fault): { row: string; column: string } | null {
  const found = /^(\w+) of ([\w.-]+)$/.exec(fault.where);
  return found && fault.file !== STATEMENT ? { column: found[1] ?? '', row: found[2] ?? '' } : null;
}

/** The ids of the sea areas that a GeoJSON file holds; empty where it cannot be read. */
export function areaIds(text: string): string[] {
  try {
    const features: { properties?: { id?: unknown } }[] = JSON.parse(text.replace(/^\ufeff/, '')).features ?? [];
    return features.map((feature) => feature.properties?.id).filter((id): id is string => typeof id === 'string');
  } catch {
    return [];
  }
}

/** How many rows a table's text holds below its header. */
export const rowsIn = (text: string): number => Math.max(parsedCsv(text).length - 1, 0);
