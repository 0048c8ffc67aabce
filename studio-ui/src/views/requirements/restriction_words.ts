/** Restrictions in words. */
import { country, MISSING, money, percent } from '../../lib/format';
import { has, t } from '../../lib/i18n.svelte';
import { ranked, type Comparison, type Plan, type Restriction } from './restrictions';
import { listed, points } from './words';

/** `Only Türkiye`; a restriction of a policy file keeps the name it has there. */
export function restrictionName(row: Restriction): string {
  const chosen = row.only.length ? row.only : row.without;
  if (chosen.length !== 1 || !/^(only|without) /.test(row.name)) return row.name;
  const [first = ''] = chosen;
  const name = row.of === 'supplier_country' ? country(first) : row.of === 'domain' ? t(`domain.${first}`) : first;
  return t(row.only.length ? 'requirements.restrict.only' : 'requirements.restrict.but', { names: name });
}

export function statusInWords(row: Plan): string {
  const key = `requirements.restrict.status.${row.attainment ? row.status : 'infeasible'}`;
  return has(key) ? t(key, { gap: percent(row.gap, 2) }) : row.status;
}

export function catchUp(row: Restriction, currency: string): string {
  const more = row.more_money;
  if (!more) return row.more_money_unknown ?? MISSING;
  if (more.amount === 0) return t('requirements.restrict.catch.zero');
  return more.amount === null ? t('requirements.restrict.catch.none', { most: money(more.searched_to, currency) }) : money(more.amount, currency);
}

const inQuotes = (name: string) => t('requirements.quoted', { name });

/** The comparison in a sentence or two; empty where no restriction has a plan. */
export function answer(found: Comparison): string {
  const rows = ranked(found).filter((row) => row.attainment);
  const [best, worst] = [rows[0], rows.at(-1)];
  if (!best || !worst || best === worst) return '';
  return t('requirements.restrict.answer', {
    open: percent(found.open.attainment?.simulated),
    best: inQuotes(restrictionName(best)), best_value: percent(best.attainment?.simulated), best_points: points(best.difference?.attainment, true),
    worst: inQuotes(restrictionName(worst)), worst_value: percent(worst.attainment?.simulated), worst_points: points(worst.difference?.attainment, true),
  });
}

export const lifted = (found: Comparison): string => t('requirements.restrict.lifted', { names: listed(found.lifted) });
