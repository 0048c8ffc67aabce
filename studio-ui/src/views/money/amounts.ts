/** Money on axes and in the field where a budget is typed. */
import { money } from '../../lib/format';
import { t, words } from '../../lib/i18n.svelte';

/** As money(), without decimals that say nothing: `¥20 bn` of ¥20.0 bn. */
export const shortMoney = (amount: number, currency: string): string =>
  money(amount, currency).replace(/\.0+(?=\D|$)/, '');

export interface TypedUnit {
  divisor: number;
  name: string;
}

/** The unit in which a budget of this size is typed: 億円, or billions, millions, thousands of the currency. */
export function typedUnit(size: number, currency: string): TypedUnit {
  if (words.language === 'ja' && currency === 'JPY') return { divisor: 1e8, name: '億円' };
  const name = (['bn', 'm', 'k'] as const).find((scale) => size >= DIVISORS[scale]) ?? 'k';
  return { divisor: DIVISORS[name], name: t(`money.unit.${name}`, { currency }) };
}

const DIVISORS = { bn: 1e9, m: 1e6, k: 1e3 };
