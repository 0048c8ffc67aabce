/** Requirements in words, in the reader's language, made from what they ask. */
import { measure, number, percent } from '../../lib/format';
import { has, t, words } from '../../lib/i18n.svelte';
import type { Domain, Requirement } from '../../lib/types';
import { craftAsked } from './requirement';

export const listed = (names: readonly string[]): string =>
  new Intl.ListFormat(words.language === 'ja' ? 'ja' : 'en-GB', { type: 'conjunction' }).format(names);

export const targetName = (target: string): string =>
  has(`requirements.target.${target}`) ? t(`requirements.target.${target}`) : target.replaceAll('_', ' ');

export const measureName = (name: string): string => (has(`requirements.measure.${name}`) ? t(`requirements.measure.${name}`) : name);

export const hours = (value: number): string => t('requirements.hours', { value: number(value, value % 1 ? 1 : 0) });

/** A difference of attainments in percentage points: `−1.2`; `signed` writes the plus too. */
export function points(difference: number | null | undefined, signed = false): string {
  const told = number(difference === null || difference === undefined ? null : 100 * difference, 1);
  return signed && difference !== null && difference !== undefined && Number(told.replace('−', '-')) > 0 ? `+${told}` : told;
}

export const pointsBetween = (low: number, high: number): string =>
  `${points(low)}${words.language === 'ja' ? '～' : ' to '}${points(high)}`;

export const domainNames = (domains: readonly Domain[]): string => listed(domains.map((each) => t(`domain.${each}`)));

/** What is asked, without the area and the threshold: `surface vessel found within 3 h`. */
export function inShort(row: Requirement): string {
  const asked = row.target === null ? craftAsked(row) : null;
  if (row.target === null && asked === null) return row.sentence;
  return upper(
    t(`requirements.short.${row.measure}`, {
      target: row.target === null ? '' : targetName(row.target),
      within: row.within_h === null ? '' : hours(row.within_h),
      craft: String(asked?.craft ?? ''),
      domains: asked ? domainNames(asked.domains) : '',
    }),
  );
}

/** The whole demand as a sentence; the scenario's own English one where its parts are not told. */
export function inFull(row: Requirement, area: string): string {
  const asked = row.target === null ? craftAsked(row) : null;
  if (row.target === null && asked === null) return `${upper(row.sentence)}.`;
  const told = t(`requirements.full.${row.measure}`, {
    area,
    target: row.target === null ? '' : targetName(row.target),
    within: row.within_h === null ? '' : hours(row.within_h),
    craft: String(asked?.craft ?? ''),
    domains: asked ? domainNames(asked.domains) : '',
    threshold: row.unit === 'fraction' ? percent(row.threshold, 0) : hours(row.threshold),
  });
  return upper(told);
}

/** A shortfall in a sentence: what, where, what is reached and what was asked. */
export const shortfall = (row: Requirement, area: string): string =>
  t('requirements.shortfall', {
    what: inShort(row), area,
    value: measure(row.simulated ?? row.planned, row.unit),
    asked: measure(row.threshold, row.unit, 0),
  });

/** The threshold with its direction: `≥ 80%`. */
export const asked = (row: Requirement): string => `${row.at_most ? '≤' : '≥'} ${measure(row.threshold, row.unit, 0)}`;

export const upper = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);
