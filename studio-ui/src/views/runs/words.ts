/** Runs and jobs in words. */
import { has, t } from '../../lib/i18n.svelte';
import { studio } from '../../lib/studio.svelte';
import type { Job, RunEntry } from '../../lib/types';
import { nameOf } from './runs';

export const verbName = (verb: string): string => (has(`runs.verb.${verb}`) ? t(`runs.verb.${verb}`) : verb);

export const titleOf = (run: RunEntry): string => (run.case ? t('runs.title.case', { name: nameOf(run), case: run.case }) : nameOf(run));

export function jobTitle(job: Job): string {
  const { verb, scenario, case: caseName } = job.request;
  const title = studio.scenarios.find((entry) => entry.id === scenario)?.title ?? scenario.replace(/^run:/, '');
  return `${verbName(verb)} · ${caseName ? t('runs.title.case', { name: title, case: caseName }) : title}`;
}

export const figureName = (name: string): string => (has(`runs.figure.${name}`) ? t(`runs.figure.${name}`) : name.replaceAll('_', ' '));

export const folderName = (folder: string): string => t(has(`runs.folder.${folder}`) ? `runs.folder.${folder}` : 'runs.folder.other', { folder });

export const optionName = (name: string): string => (has(`runs.option.${name}`) ? t(`runs.option.${name}`) : name.replaceAll('_', ' '));

export function optionValue(value: unknown): string {
  if (value === null || value === undefined) return t('runs.option.unset');
  if (typeof value === 'boolean') return t(value ? 'runs.yes' : 'runs.no');
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value.slice(0, 12);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
