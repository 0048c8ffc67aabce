/** The names of a plan's parts in the reader's language. */
import { country } from '../../lib/format';
import { t } from '../../lib/i18n.svelte';
import { SYSTEM, type Part } from './sums';

export type By = 'supplier_country' | 'domain';

export const partName = (key: string, by: By): string =>
  key === SYSTEM ? t('money.system') : by === 'domain' ? t(`domain.${key}`) : country(key);

/** Two letters or a mark, for a segment that has no room for a name. */
export const partMark = (key: string, by: By): string =>
  key === SYSTEM ? '∗' : by === 'domain' ? (MARKS[key] ?? key) : key;

const MARKS: Record<string, string> = { air: '▲', surface: '■', underwater: '◆' };

export type Parts = readonly Part[];
