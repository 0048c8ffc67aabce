/** Values of a scenario that might be others, as people call them: the path's own words, or a message of its pattern. */
import { fiscalYear } from '../../lib/format';
import { has, t } from '../../lib/i18n.svelte';
import { targetName } from './words';

/** Patterns of which a part is said in words; the slot's name is the parameter of the message. */
const SLOTS: readonly string[] = [
  'exchange.start.{currency}',
  'targets.{target}.speed_kn', 'targets.{target}.arrivals_per_day', 'targets.{target}.hours_present',
  'targets.{target}.dwell_h', 'targets.{target}.background_per_target',
  'operations.classes.{class}.utilisation_h_per_year', 'operations.classes.{class}.maintenance_interval_h',
  'operations.classes.{class}.maintenance_duration_h', 'operations.classes.{class}.upkeep_people',
  'places.{place}.capacity_air', 'places.{place}.capacity_surface', 'places.{place}.capacity_underwater',
  'places.{place}.repair_crews_air', 'places.{place}.repair_crews_surface', 'places.{place}.repair_crews_underwater',
  'budget.obligation.{year}', 'budget.support.{year}',
];

export interface Names {
  platform: (id: string) => string;
  place: (id: string) => string;
  hired: (id: string) => boolean;
}

export function rangeInWords(row: { path: string; platform: string | null }, names: Names): string {
  const parts = row.path.split('.');
  const field = parts.at(-1) ?? '';
  if (row.platform !== null) {
    const fee = field === 'unit_price_likely' && names.hired(row.platform);
    const key = `requirements.field.${fee ? 'yearly_fee' : field}`;
    return t('requirements.of_type', { name: names.platform(row.platform), what: has(key) ? t(key) : field.replaceAll('_', ' ') });
  }
  if (has(`requirements.range.${row.path}`)) return t(`requirements.range.${row.path}`);
  for (const pattern of SLOTS) {
    const said = slotsOf(pattern.split('.'), parts, names);
    if (said) return t(`requirements.range.${pattern}`, said);
  }
  return asWritten(parts);
}

function slotsOf(pattern: string[], parts: string[], names: Names): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const said: Record<string, string> = {};
  for (const [k, one] of pattern.entries()) {
    const part = parts[k] ?? '';
    if (one.startsWith('{')) said[one.slice(1, -1)] = slotInWords(one.slice(1, -1), part, names);
    else if (one !== part) return null;
  }
  return said;
}

function slotInWords(slot: string, part: string, names: Names): string {
  if (slot === 'year') return fiscalYear(part);
  if (slot === 'target') return targetName(part);
  if (slot === 'place') return part === '*' ? t('requirements.any_base') : names.place(part);
  const key = `requirements.${slot}.${part}`;
  return has(key) ? t(key) : part.replaceAll('_', ' ');
}

function asWritten(parts: string[]): string {
  const [first = '', ...rest] = parts.filter((part) => part !== '*').map((part) => part.replaceAll('_', ' '));
  return rest.length ? `${first}: ${rest.join(', ')}` : first;
}
