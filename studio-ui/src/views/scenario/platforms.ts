/** The platforms' table: which columns stand together, how values are told, found and sorted. */
import type { Platforms } from '../../lib/api';
import { MISSING, number } from '../../lib/format';

export type Row = Platforms['rows'][number];
export type Column = Platforms['columns'][number];

/** Groups of columns in reading order; what belongs to none is in `other`. */
const GROUPS: [string, RegExp][] = [
  ['price', /^(acquisition|buyable|unit_price|price_|annual_support|operating_cost|ground_segment|domestic_workshare|units_made)/],
  ['delivery', /^(lead_time|production_rate|buyers_share|licensed_from|original_line)/],
  ['movement', /^(endurance|cruise|max_speed|range|max_depth|turnaround|launch_mode|datalink)/],
  ['weather', /^(max_sea_state|max_wind)/],
  ['sensors', /^(sweep_width|identifies|submerged_sensor|control_interfaces)/],
  ['upkeep', /^(craft_class|crew_per|mtbf|mttr|loss_per|armed_variant)/],
];
export const GROUP_NAMES = [...GROUPS.map(([name]) => name), 'other'];
/** They head the row, whatever group is shown. */
export const HEADING = ['id', 'name', 'domain', 'supplier', 'supplier_country'];

export const groupOf = (column: string): string => GROUPS.find(([, like]) => like.test(column))?.[0] ?? 'other';

export const columnsOf = (columns: readonly Column[], group: string): Column[] =>
  columns.filter((column) => !HEADING.includes(column.name) && groupOf(column.name) === group);

/** A value as a cell tells it; lists with semicolons as the table has them. */
export function cellWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return MISSING;
  if (typeof value === 'number') return number(value, decimalsOf(value));
  return Array.isArray(value) ? value.join('; ') : String(value);
}

/** A year or another plain count is not grouped where the column's unit says so. */
export const yearWords = (value: unknown): string => (value === null || value === undefined ? MISSING : String(value));

const decimalsOf = (value: number): number => Math.min((String(value).split('.')[1] ?? '').length, 6);

/** Rows by words, domain and country, sorted by a column; those without a value last. */
export function rowsLike(rows: readonly Row[], asked: { text: string; domain: string; country: string; by: string; down: boolean }): Row[] {
  const words = asked.text.trim().toLowerCase();
  const found = rows.filter((row) => {
    const own = HEADING.map((column) => String(row.values[column] ?? '')).join(' ').toLowerCase();
    return own.includes(words) && (!asked.domain || row.values['domain'] === asked.domain) && (!asked.country || row.values['supplier_country'] === asked.country);
  });
  return asked.by ? found.toSorted((a, b) => compared(a.values[asked.by], b.values[asked.by], asked.down)) : found;
}

function compared(a: unknown, b: unknown, down: boolean): number {
  const [noneA, noneB] = [a === null || a === undefined || a === '', b === null || b === undefined || b === ''];
  if (noneA || noneB) return Number(noneA) - Number(noneB);
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
  return down ? -order : order;
}

/** What was typed into a cell as the table's value: null empties it. */
export function cellValue(typed: string, before: unknown): unknown {
  const plain = typed.trim();
  if (plain === '') return null;
  const value = Number(plain.replaceAll(',', ''));
  return Number.isFinite(value) && (typeof before === 'number' || before === null || before === undefined) ? value : plain;
}

/** The mark of a kind of source: its letter. */
export const markOf = (kind: string): string => kind.charAt(0).toUpperCase();
