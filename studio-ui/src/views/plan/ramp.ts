/** How many craft have come into use, month by month. */
import type { Domain } from '../../lib/types';

export interface RampRow {
  domain: Domain;
  /** ISO date of a month's first day. */
  date: string;
  low: number;
  mean: number;
  high: number;
  ordered: number;
}

/** Craft usable when the judged time opens, in the mean: what comes in the month before is in time. Rows of one domain, by date. */
export const usableAt = (rows: readonly RampRow[], opens: string): number =>
  (rows.find((row) => row.date >= opens.slice(0, 10)) ?? rows.at(-1))?.mean ?? 0;
