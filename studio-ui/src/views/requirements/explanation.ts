/** The shape of explain.json, and what is computed of it for display. Money in whole units, shares 0 to 1. */
import type { Domain } from '../../lib/types';

export interface Change {
  platform: string;
  name: string;
  supplier_country: string;
  domain: Domain;
  craft: number;
  money: number;
}

export interface Limit {
  limit: string;
  kind: 'acquisition' | 'support' | 'base' | 'people' | 'output' | 'share';
  unit: string;
  used: number;
  of: number;
  slack: number;
  asked: boolean;
  step: number;
  /** What a step more is worth: attainment as a share, or money where cost is the aim. */
  marginal: number;
}

export interface WhyNot {
  platform: string;
  name: string;
  reason: string;
  by: string | null;
  price: number | null;
  price_now: number;
  currency: string;
  verified: { below: { price: number; craft: number }; above: { price: number; craft: number } } | null;
  detail: Record<string, any>;
}

export interface Difference {
  mean: number;
  low: number;
  high: number;
}

export interface NextMoney {
  budget: string;
  amount: number;
  currency: string;
  why: string | null;
  changes: Change[] | null;
  planned: number | null;
  simulated: Difference | null;
}

export interface Alternative {
  changes: Change[];
  moved: number;
  planned: number;
  simulated: Difference;
}

export interface FlipEnd {
  can_be_kept: boolean;
  found?: boolean;
  moved?: number;
  regret?: number | null;
}

export interface Flip {
  path: string;
  platform: string | null;
  low: number;
  likely: number;
  high: number;
  unit: string;
  ends: { low: FlipEnd | null; high: FlipEnd | null };
  moved: number | null;
  regret: number | null;
  flips: boolean;
}

export interface Pair {
  paths: [string, string];
  ends: [End, End];
  found: boolean;
  moved: number;
}

export interface Explanation {
  currency: string;
  plan: { solved_again: { moved: number } };
  binding: Limit[];
  why_not: WhyNot[];
  next_money: NextMoney;
  alternatives: Alternative[];
  flips: { flip_from: number; ranges: number; solved: number; entries: Flip[]; pairs: Pair[] };
  solves: number;
}

export type End = 'low' | 'high';
export const ENDS: readonly End[] = ['low', 'high'];
/** A difference of attainment from which it is told as one that matters. */
export const WORTH_TELLING = 0.01;

/** Limits of which more is worth something, dearest first; then the fullest of the others. */
export function limitsInOrder(found: Explanation): { binding: Limit[]; slack: Limit[] } {
  const full = (row: Limit) => (row.of > 0 ? row.used / row.of : 1);
  return {
    binding: found.binding.filter((row) => row.marginal > 0).toSorted((a, b) => b.marginal - a.marginal || full(b) - full(a)),
    slack: found.binding.filter((row) => !(row.marginal > 0)).toSorted((a, b) => full(b) - full(a)),
  };
}

/** Why types are not bought: those nearest to being bought first, then as they were found. */
export function whyNotInOrder(rows: readonly WhyNot[]): WhyNot[] {
  const near = (row: WhyNot) => (row.price === null ? -1 : row.price / row.price_now);
  return rows.toSorted((a, b) => near(b) - near(a));
}

export function reasonsOf(rows: readonly WhyNot[]): { reason: string; n: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.reason, (counts.get(row.reason) ?? 0) + 1);
  return [...counts].map(([reason, n]) => ({ reason, n })).toSorted((a, b) => b.n - a.n);
}

export function findWhyNot(rows: readonly WhyNot[], text: string, reason: string | null, told: (row: WhyNot) => string): WhyNot[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) => (reason === null || row.reason === reason) && words.every((word) => `${row.platform} ${told(row)}`.toLowerCase().includes(word)),
  );
}

/** Whether solving the plan again moves more money than what is told as a flip. */
export const isFar = (found: Explanation): boolean => found.plan.solved_again.moved > found.flips.flip_from;

/** Values that were solved and move money, the most first. */
export const movers = (found: Explanation): Flip[] =>
  found.flips.entries.filter((row) => (row.moved ?? 0) > 0).toSorted((a, b) => (b.moved ?? 0) - (a.moved ?? 0));

/** Flips with which keeping the plan would cost something that matters, the dearest first. */
export const dearToKeep = (found: Explanation): Flip[] =>
  found.flips.entries
    .filter((row) => row.flips && (row.regret ?? 0) >= WORTH_TELLING)
    .toSorted((a, b) => (b.regret ?? 0) - (a.regret ?? 0));

export const dearestEnd = (row: Flip): End => ((row.ends.high?.regret ?? 0) > (row.ends.low?.regret ?? 0) ? 'high' : 'low');

/** Ends of ranges at which the plan breaks a limit. */
export const notKept = (found: Explanation): { row: Flip; end: End }[] =>
  found.flips.entries
    .filter((row) => row.moved !== null)
    .flatMap((row) => ENDS.filter((end) => row.ends[end]?.can_be_kept === false).map((end) => ({ row, end })));

/** What another plan orders more and fewer of, the most money first. */
export function moreAndFewer(changes: readonly Change[]): { more: Change[]; fewer: Change[] } {
  const dearest = (a: Change, b: Change) => Math.abs(b.money) - Math.abs(a.money);
  return {
    more: changes.filter((row) => row.craft > 0).toSorted(dearest),
    fewer: changes.filter((row) => row.craft < 0).toSorted(dearest),
  };
}

export type NextMoneyKind = 'unknown' | 'same' | 'less' | 'chance' | 'more' | 'maybe';

/** What another sum buys, of which sentence: see `report/explain.py`. */
export function nextMoneyKind(found: Explanation): NextMoneyKind {
  const { simulated, changes, budget } = found.next_money;
  if (simulated === null) return 'unknown';
  if (!changes?.length) return 'same';
  if (simulated.high < 0) return 'less';
  const limit = found.binding.find((row) => row.limit === budget);
  if (!limit?.marginal && simulated.low <= 0) return 'chance';
  return simulated.low > 0 ? 'more' : 'maybe';
}

/** Of an explained budget that does not bind: how much of it is left. */
export function leftOver(found: Explanation): number {
  const limit = found.binding.find((row) => row.limit === found.next_money.budget);
  return limit && !limit.marginal && limit.slack > 0 ? limit.slack : 0;
}
