/** An explanation in sentences, in the reader's language: the words of `report/explain.py` and `explain_words.py`. */
import { fiscalYear, MISSING, money, number, percent, probability } from '../../lib/format';
import { has, t, words } from '../../lib/i18n.svelte';
import {
  dearestEnd, dearToKeep, isFar, leftOver, limitsInOrder, moreAndFewer, nextMoneyKind, notKept, WORTH_TELLING,
  type Alternative, type Change, type End, type Explanation, type Flip, type Limit, type WhyNot,
} from './explanation';
import { rangeInWords, type Names } from './ranges';
import { listed, points, pointsBetween } from './words';

const MOST_NAMED = 4;
const MOST_CHANGES = 3;
/** A worth of less attainment than this is told as less than it. */
const LEAST = 0.001;

export function limitName(row: Limit, names: Names): string {
  const parts = row.limit.split('.');
  const last = parts.at(-1) ?? '';
  if (row.kind === 'acquisition' || row.kind === 'support') return t(`requirements.limit.${row.kind}`, { year: fiscalYear(last) });
  if (row.kind === 'base') {
    return t('requirements.limit.base', { domain: t(`domain.${last.replace('capacity_', '')}`), place: names.place(parts[1] ?? '') });
  }
  if (row.kind === 'people') return t('requirements.limit.people');
  if (row.kind === 'output') return t('requirements.limit.output', { name: names.platform(parts[1] ?? '') });
  return t(`requirements.limit.${parts[1] === 'supplier_country_share' ? 'country_share' : 'domestic_share'}`);
}

/** An amount of a limit in its own unit. */
export function amount(value: number, row: Limit, currency: string): string {
  if (row.unit === currency) return money(value, currency);
  if (row.unit === 'share') return percent(value);
  return t(`requirements.unit.${row.unit}`, { value: number(value) });
}

export function stepInWords(row: Limit, currency: string): string {
  if (row.kind === 'output') return t('requirements.step.output');
  if (row.unit === 'share') return t('requirements.points', { value: points(row.step, true) });
  return `+${amount(row.step, row, currency)}`;
}

export const worth = (row: Limit, found: Explanation, aimsAtCost: boolean): string =>
  aimsAtCost ? money(row.marginal, found.currency) : t('requirements.points', { value: row.marginal < LEAST ? `<${number(100 * LEAST, 1)}` : points(row.marginal) });

export function whatBinds(found: Explanation, names: Names, aimsAtCost: boolean): string {
  const rows = limitsInOrder(found).binding.slice(0, MOST_NAMED);
  if (!rows.length) return t('requirements.binds.nothing');
  const told = rows.map((row) =>
    t('requirements.binds.one', { what: limitName(row, names), step: stepInWords(row, found.currency), worth: worth(row, found, aimsAtCost) }),
  );
  return t('requirements.binds', { limits: listed(told) });
}

export function changesInWords(changes: readonly Change[]): string {
  const { more, fewer } = moreAndFewer(changes);
  const told = [
    ...(more.length ? [t('requirements.changes.more', { what: cut(more) })] : []),
    ...(fewer.length ? [t('requirements.changes.fewer', { what: cut(fewer) })] : []),
  ];
  return told.join(words.language === 'ja' ? '、' : ' and ');
}

function cut(rows: readonly Change[]): string {
  const named = rows.slice(0, MOST_CHANGES).map((row) => t('requirements.changes.one', { craft: number(Math.abs(row.craft)), name: row.name }));
  const rest = rows.length - MOST_CHANGES;
  return listed(rest > 0 ? [...named, t('requirements.changes.others', { n: rest })] : named);
}

export function moreMoney(found: Explanation): string {
  const { amount: sum, currency, simulated, why, changes } = found.next_money;
  const left = leftOver(found);
  const said = t(`requirements.next.${nextMoneyKind(found)}`, {
    amount: money(sum, currency),
    why: why ?? '',
    changes: changesInWords(changes ?? []),
    gain: points(simulated?.mean ?? null),
    mean: points(simulated?.mean ?? null, true),
    between: simulated ? pointsBetween(simulated.low, simulated.high) : MISSING,
    less: points(simulated ? -simulated.mean : null),
    less_between: simulated ? pointsBetween(-simulated.high, -simulated.low) : MISSING,
  });
  return left > 0 && nextMoneyKind(found) !== 'unknown' ? `${said}${gap()}${t('requirements.next.left', { left: money(left, currency) })}` : said;
}

const gap = () => (words.language === 'ja' ? '' : ' ');

export function leftOut(found: Explanation): string {
  const rows = found.why_not;
  if (!rows.length) return t('requirements.left_out.none');
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.reason, (counts.get(row.reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, n]) => t('requirements.left_out.reason', { count: number(n), reason: t(`requirements.reason.${reason}`) }));
  const priced = rows.filter((row) => row.price !== null).toSorted((a, b) => (b.price ?? 0) / b.price_now - (a.price ?? 0) / a.price_now);
  const near = priced[0];
  const said = t('requirements.left_out', { n: rows.length, reasons: listed(reasons) });
  if (!near) return said;
  return `${said}${gap()}${t('requirements.left_out.near', { name: near.name, less: percent(1 - (near.price ?? 0) / near.price_now, 0) })}`;
}

export function others(found: Explanation): string {
  const rows = found.alternatives;
  const furthest = rows.toSorted((a, b) => b.moved - a.moved)[0];
  if (!furthest) return t('requirements.others.none');
  const worse = rows.filter((row) => row.simulated.high < -WORTH_TELLING).length;
  const said = t('requirements.others', { n: rows.length, share: percent(furthest.moved, 0), changes: changesInWords(furthest.changes) });
  return worse ? `${said}${gap()}${t('requirements.others.worse', { n: worse })}` : said;
}

export function alternativeInWords(row: Alternative): string {
  return t('requirements.alternative', {
    share: percent(row.moved, 0), changes: changesInWords(row.changes),
    mean: points(row.simulated.mean, true), between: pointsBetween(row.simulated.low, row.simulated.high),
  });
}

export function flipsInWords(found: Explanation, names: Names): string {
  const flips = found.flips.entries.filter((row) => row.flips);
  const dear = dearToKeep(found);
  const broken = notKept(found).map(({ row, end }) => atEnd(row, end, names));
  const told = [t('requirements.flips', { ranges: number(found.flips.ranges), n: flips.length, from: percent(found.flips.flip_from, 0) })];
  if (dear.length) {
    const named = dear.slice(0, MOST_NAMED).map((row) =>
      t('requirements.flips.dear.one', { what: atEnd(row, dearestEnd(row), names), regret: points(row.regret) }),
    );
    told.push(t('requirements.flips.dear', { values: listed(named) }));
  } else if (flips.length) {
    told.push(t(broken.length ? 'requirements.flips.cheap_where_kept' : 'requirements.flips.cheap'));
  }
  if (broken.length) told.push(t('requirements.flips.broken', { n: broken.length, values: listed(broken.slice(0, MOST_NAMED)) }));
  return told.join(gap());
}

export const atEnd = (row: Pick<Flip, 'path' | 'platform'>, end: End, names: Names): string =>
  t(`requirements.at.${end}`, { what: rangeInWords(row, names) });

export function howSure(found: Explanation): string {
  const told = [t('requirements.sure', { solves: number(found.solves), share: percent(found.plan.solved_again.moved, 0) })];
  if (isFar(found)) told.push(t('requirements.sure.far', { from: percent(found.flips.flip_from, 0) }));
  return told.join(gap());
}

/** Why a type is not bought, without its name. */
export function why(row: WhyNot, names: Names): string {
  const { detail, by } = row;
  const price = (value: number) =>
    names.hired(row.platform) ? t('requirements.a_year', { amount: money(value, row.currency) }) : money(value, row.currency);
  switch (row.reason) {
    case 'no_base':
      return t('requirements.why.no_base', { domain: t(`domain.${detail['domain']}`) });
    case 'out_of_range':
      return detail['nearest_nm'] > detail['range_nm']
        ? t('requirements.why.out_of_range', { nearest: number(detail['nearest_nm']), range: number(detail['range_nm']) })
        : t('requirements.why.too_short', { nearest: number(detail['nearest_nm']), station: number(detail['station_h'], 1), least: number(detail['least_station_h']) });
    case 'late':
      return t('requirements.why.late', { chance: probability(detail['probability_usable_in_time']) });
    case 'excluded':
      return t('requirements.why.excluded', { by: by ?? '' });
    case 'dominated':
      return t('requirements.why.dominated', { other: names.platform(by ?? '') });
    case 'too_dear':
      return t('requirements.why.too_dear', {
        now: price(row.price_now), at: price(row.price ?? 0), less: percent(1 - (row.price ?? 0) / row.price_now, 0),
        craft: number(row.verified?.below.craft), above: price(row.verified?.above.price ?? 0),
      });
    case 'close':
      return t('requirements.why.close', { craft: number(detail['craft']) });
    case 'not_as_a_gift': {
      const key = `requirements.why.gift.${by ?? 'none'}`;
      return t('requirements.why.not_as_a_gift', { reason: t(has(key) ? key : by ? 'requirements.why.gift.places' : 'requirements.why.gift.none') });
    }
    default:
      return t(`requirements.why.${row.reason}`);
  }
}

/** A value of a range, short, with its unit. */
export function compact(value: number, unit: string): string {
  if (unit === 'fraction' || unit === 'probability') return percent(value, Number.isInteger(value * 100) ? 0 : 1);
  if (/^[A-Z]{3}$/.test(unit)) return money(value, unit);
  const [currency = '', per] = unit.split('/');
  if (per && /^[A-Z]{3}$/.test(currency)) return t('requirements.per', { amount: money(value, currency), per: t(`requirements.per.${per}`) });
  const size = number(value, Math.abs(value) < 100 && !Number.isInteger(value) ? 1 : 0);
  const key = `requirements.unit.${unit}`;
  return has(key) ? t(key, { value: size }) : `${size} ${unit}`.trim();
}
