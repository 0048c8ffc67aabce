/** From the order to the craft in use: spans of each type, from the judged futures' monthly counts. */
import type { OrderRow } from '../../lib/types';

export interface Monthly {
  date: string;
  low: number;
  mean: number;
  high: number;
}

export interface Lane {
  platform: string;
  name: string;
  domain: OrderRow['domain'];
  quantity: number;
  /** Period of the first order. */
  period: string;
  /** First months in which half as many craft are usable as every future orders: in a fast future (one in twenty is faster), as a rule, in a slow one; null: not in the time told. */
  early: string | null;
  expected: string | null;
  late: string | null;
  /** Share of the craft usable at the start of each month, in the mean. */
  months: { date: string; share: number }[];
  /** Share of the craft usable by the deadline; null where it is 95% or more. */
  inTime: number | null;
}

type Delivery = Monthly & { platform: string };
type Late = { platform: string; ordered: number; probability_usable_in_time: number | null };

/** A lane for each type that all futures order, in order of the expected month. */
export function lanes(orders: readonly OrderRow[], deliveries: readonly Delivery[], late: readonly Late[]): Lane[] {
  const byPlatform = new Map<string, OrderRow[]>();
  for (const order of orders) byPlatform.set(order.platform, [...(byPlatform.get(order.platform) ?? []), order]);
  const found = [...byPlatform].map(([platform, mine]) => {
    const first = mine[0] as OrderRow;
    const months = deliveries.filter((row) => row.platform === platform);
    const quantity = mine.reduce((sum, order) => sum + order.quantity, 0);
    const all = Math.max(quantity, ...months.map((row) => row.mean));
    return {
      platform, name: first.name, domain: first.domain, quantity,
      period: mine.map((order) => order.period).sort()[0] as string,
      early: firstWith(months, 'high', quantity / 2), expected: firstWith(months, 'mean', quantity / 2), late: firstWith(months, 'low', quantity / 2),
      months: months.map((row) => ({ date: row.date, share: row.mean / all })),
      inTime: late.find((row) => row.platform === platform)?.probability_usable_in_time ?? null,
    };
  });
  return found.sort((a, b) => (a.expected ?? '9').localeCompare(b.expected ?? '9') || a.name.localeCompare(b.name));
}

const firstWith = (months: readonly Monthly[], which: 'low' | 'mean' | 'high', count: number): string | null =>
  months.find((row) => row[which] >= count)?.date ?? null;

/** What is drawn to the width of its box is drawn to this for paper, in CSS pixels: that of a sheet between its margins. */
export const PAPER_PX = 700;
