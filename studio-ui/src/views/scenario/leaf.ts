/** A value as its field shows it, and what was typed as a value. */
import { money, percent } from '../../lib/format';
import { t } from '../../lib/i18n.svelte';
import type { Field } from './fields';
import { shownNumber, typedNumber } from './numbers';

const SHARES = new Set(['fraction', 'probability', '1/year']);

/** Plain data in a field's words; empty where there is none. */
export function shownValue(field: Field, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return shownNumber(value);
  if (field.kind === 'pairs' && Array.isArray(value)) return value.map((pair) => (Array.isArray(pair) ? pair.join(' | ') : String(pair))).join('\n');
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/**
 * What was typed as plain data: null where the field was emptied. What is no number stays the words that it is, for
 * the scenario's own check to say what is expected.
 */
export function committed(field: Field, typed: string): unknown {
  const plain = typed.trim();
  if (plain === '') return null;
  if (field.kind === 'number' || field.kind === 'integer') return typedNumber(plain) ?? plain;
  if (field.kind === 'pairs') return plain.split('\n').map((line) => line.split('|').map((part) => part.trim()));
  if (field.kind === 'words') return plain.split(/[,;、]/).map((part) => part.trim()).filter(Boolean);
  return plain;
}

/** A large or small number as people say it: ¥200 bn, 2,000億円, 10%. Empty where it says nothing more. */
export function echoOf(field: Field, typed: string, currency: string): string {
  const value = field.kind === 'number' || field.kind === 'integer' ? typedNumber(typed) : null;
  if (value === null) return '';
  if (field.unit === 'scenario currency') return Math.abs(value) >= 1e4 ? money(value, currency) : '';
  if (SHARES.has(field.unit) && value !== 0 && Math.abs(value) <= 1) return percent(value, (100 * value) % 1 ? 1 : 0);
  return '';
}

/** `from 0 to 1`, `above 0`; empty where there are none. */
export function limitsInWords(field: Field): string {
  const { above, least, below, most } = field.limits;
  const parts = [
    above === undefined ? '' : t('scenario.limit.above', { value: shownNumber(above) }),
    least === undefined ? '' : t('scenario.limit.least', { value: shownNumber(least) }),
    below === undefined ? '' : t('scenario.limit.below', { value: shownNumber(below) }),
    most === undefined ? '' : t('scenario.limit.most', { value: shownNumber(most) }),
  ];
  return parts.filter(Boolean).join(t('scenario.limit.and'));
}
