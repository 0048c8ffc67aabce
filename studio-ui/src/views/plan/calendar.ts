/** The dates that frame a plan, and the quarters in which orders can be placed. */

export interface Calendar {
  /** ISO dates. */
  start: string;
  news: string;
  deadline: string;
  end: string;
  /** `MM-DD` on which fiscal years begin. */
  fiscalYearStart: string;
}

const DAY = 86_400_000;

/** Milliseconds of an ISO date at midnight UTC. */
export const at = (iso: string): number => Date.parse(`${iso.slice(0, 10)}T00:00:00Z`);
/** The day after an ISO date. */
export const dayAfter = (date: string): string => iso(at(date) + DAY);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The calendar of a scenario's values as they stand in scenario.yaml; null where they hold none. */
export function calendarOf(values: unknown): Calendar | null {
  const found = (values as { calendar?: Record<string, unknown> } | null)?.calendar;
  if (!found || typeof found['start'] !== 'string' || typeof found['deadline'] !== 'string') return null;
  const [start, deadline] = [found['start'], found['deadline']];
  const text = (key: string, otherwise: string) => (typeof found[key] === 'string' ? (found[key] as string) : otherwise);
  return {
    start, deadline,
    news: text('news', start),
    end: text('end', iso(at(deadline) + 366 * DAY)),
    fiscalYearStart: text('fiscal_year_start', start.slice(5)),
  };
}

export interface Quarter {
  id: string;
  /** ISO date of its first day. */
  start: string;
  /** Whether the news is known on that day. */
  told: boolean;
}

/** Every fiscal quarter that starts within the calendar and not after the deadline. */
export function quartersOf(calendar: Calendar): Quarter[] {
  const month = Number(calendar.fiscalYearStart.slice(0, 2)) - 1;
  const [first, last] = [Number(calendar.start.slice(0, 4)) - 1, Number(calendar.deadline.slice(0, 4))];
  const found: Quarter[] = [];
  for (let year = first; year <= last; year += 1) {
    for (let quarter = 0; quarter < 4; quarter += 1) {
      const start = iso(Date.UTC(year, month + 3 * quarter, 1));
      if (start >= calendar.start && start <= calendar.deadline) {
        found.push({ id: `${year}Q${quarter + 1}`, start, told: start >= calendar.news });
      }
    }
  }
  return found;
}

/** The first day of a quarter such as `2026Q3`. */
export function startOf(id: string, calendar: Calendar): string {
  const [year, quarter] = id.split('Q').map(Number) as [number, number];
  return iso(Date.UTC(year, Number(calendar.fiscalYearStart.slice(0, 2)) - 1 + 3 * (quarter - 1), 1));
}
