/** Numbers as the reports write them, with their unit; Japanese where the reader's language is. */
import tokens from '../../../src/fleetcraft/report/tokens.json';
import { words } from './i18n.svelte';

export const MISSING: string = tokens.missing;
const NBSP = '\u00a0';
const SYMBOLS: Record<string, string> = tokens.currency_symbols;

type Number = number | null | undefined;

const isMissing = (value: Number): value is null | undefined => value === null || value === undefined || Number.isNaN(value);

/** `12,345.6`; minus is a minus sign. */
export function number(value: Number, decimals = 0): string {
  if (isMissing(value)) return MISSING;
  const size = Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return value < 0 && /[1-9]/.test(size) ? `−${size}` : size;
}

export const quantity = (value: Number, unit: string, decimals = 0): string =>
  isMissing(value) ? MISSING : `${number(value, decimals)}${NBSP}${unit}`;

export const percent = (share: Number, decimals = 1): string =>
  isMissing(share) ? MISSING : `${number(100 * share, decimals)}%`;

/** A probability estimated from some hundreds of draws: whole percent, 0% and 100% only where exact. */
export function probability(value: Number): string {
  if (isMissing(value)) return MISSING;
  if (value > 0 && value < 0.01) return '<1%';
  if (value > 0.99 && value < 1) return '>99%';
  return percent(value, 0);
}

/** A requirement's value in its own unit. */
export const measure = (value: Number, unit: string, decimals = 1): string =>
  unit === 'fraction' ? percent(value, decimals) : quantity(value, unit, decimals);

/** `75.8 to 77.0%`. */
export function interval(low: Number, high: Number, unit = 'fraction', decimals = 1): string {
  if (isMissing(low) || isMissing(high)) return MISSING;
  const to = words.language === 'ja' ? '～' : ' to ';
  if (unit !== 'fraction') return `${number(low, decimals)}${to}${quantity(high, unit, decimals)}`;
  return `${number(100 * Math.max(low, 0), decimals)}${to}${percent(Math.min(high, 1), decimals)}`;
}

/** `¥12.3 bn`, `$450 k`; in Japanese yen are told in 億円 and 兆円, others with their code: `1,234万ドル` is not used. */
export function money(amount: Number, currency: string): string {
  if (isMissing(amount)) return MISSING;
  const size = Math.abs(amount);
  const sign = amount < 0 && size > 0 ? '−' : '';
  if (words.language === 'ja' && currency === 'JPY') return sign + yen(size);
  const scale = scaleOf(size);
  const decimals = scale.name === '' ? 0 : size / scale.divisor < 10 ? 2 : 1;
  const symbol = SYMBOLS[currency] ?? currency + NBSP;
  return `${sign}${symbol}${number(size / scale.divisor, decimals)}${scale.name ? NBSP + scale.name : ''}`;
}

function yen(size: number): string {
  if (size >= 1e12) return `${number(size / 1e12, 2)}兆円`;
  if (size >= 1e8) return `${number(size / 1e8, size < 1e9 ? 1 : 0)}億円`;
  return size >= 1e4 ? `${number(size / 1e4, 0)}万円` : `${number(size, 0)}円`;
}

function scaleOf(size: number): { divisor: number; name: string } {
  const scales: { divisor: number; name: string }[] = tokens.money_scales;
  const at = scales.findIndex((scale) => size >= scale.divisor);
  const found = scales[at] ?? { divisor: 1, name: '' };
  const larger = scales[at - 1];
  return larger && found.name && Math.round((size / found.divisor) * 10) / 10 >= 1000 ? larger : found;
}

/** `31 March 2028`, `2028年3月31日`; of an ISO date, with no time zone in play. */
export function day(iso: string | null | undefined): string {
  if (!iso) return MISSING;
  const date = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return date.toLocaleDateString(words.language === 'ja' ? 'ja-JP' : 'en-GB', options);
}

/** `31 Mar 2028 06:00 UTC`; `2028/03/31 06:00 UTC`. */
export function moment(ms: number): string {
  const date = new Date(ms);
  const clock = `${date.toISOString().slice(11, 16)}${NBSP}UTC`;
  if (words.language === 'ja') return `${date.toISOString().slice(0, 10).replaceAll('-', '/')} ${clock}`;
  const options = { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return `${date.toLocaleDateString('en-GB', options)} ${clock}`;
}

/** When something was made, in the reader's own time zone. */
export function made(iso: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const;
  return new Date(iso).toLocaleString(words.language === 'ja' ? 'ja-JP' : 'en-GB', options);
}

export function bytes(size: number): string {
  const scales = [[1e9, 'GB'], [1e6, 'MB'], [1e3, 'kB']] as const;
  const found = scales.find(([divisor]) => size >= divisor);
  return found ? quantity(size / found[0], found[1], 1) : quantity(size, 'B');
}

/** `FY2026 Q1`, `2026年度 第1四半期`. */
export function period(name: string): string {
  const found = /^(\d{4})([QHM])(\d+)$/.exec(name);
  if (!found) return name;
  const [, year, kind, which] = found;
  if (words.language !== 'ja') return `FY${year} ${kind}${which}`;
  const unit = { Q: `第${which}四半期`, H: which === '1' ? '上期' : '下期', M: `${which}月目` }[kind as 'Q' | 'H' | 'M'];
  return `${year}年度 ${unit}`;
}

export const fiscalYear = (year: string | number): string => (words.language === 'ja' ? `${year}年度` : `FY${year}`);

/** A country's name of its two letters. */
export function country(code: string): string {
  try {
    return new Intl.DisplayNames([words.language], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}
