/** How long work will take, told from how long it took before. */
import { number } from './format';
import { t } from './i18n.svelte';
import type { JobOptions } from './types';

/** Of a stored run: manifest.seconds and manifest.options. */
export interface Former {
  seconds: Record<string, number>;
  options: { futures?: number | null; replications?: number | null };
}

/** Judging grows with the simulated years, deciding with the futures; the rest stays. In seconds. */
export function estimate(former: Former, asked: JobOptions): number {
  const by = (now: number | null | undefined, then: number | null | undefined) => (now && then ? now / then : 1);
  const futures = by(asked.futures, former.options.futures);
  const years = by(asked.replications, former.options.replications);
  const factor = (part: string) => ({ judge: years, loop: futures, information: futures, likely: futures, all: futures })[part] ?? 1;
  return Object.entries(former.seconds).reduce((sum, [part, seconds]) => sum + factor(part) * seconds, 0);
}

/** `40 s`, `6 min`, `1 h 20 min`: as exact as a guess is. */
export function duration(seconds: number): string {
  if (seconds < 90) return t('runs.seconds', { value: number(Math.max(seconds < 10 ? Math.ceil(seconds) : 5 * Math.ceil(seconds / 5), 1)) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('runs.minutes', { value: number(minutes) });
  return t('runs.hours', { hours: number(Math.floor(minutes / 60)), minutes: number(minutes % 60) });
}
