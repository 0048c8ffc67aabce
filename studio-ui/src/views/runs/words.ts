/** Runs and jobs in words. */
import { has, t } from '../../lib/i18n.svelte';
import { inCase } from '../../lib/titles';
import type { Job, RunEntry } from '../../lib/types';
import { nameOf } from './runs';

export const titleOf = (run: RunEntry): string => inCase(nameOf(run), run.case);

/** Of a job's options those that its verb heeds and that say something. */
export function jobOptions(job: Job): string[] {
  const { by, without, ...common } = job.request.options ?? {};
  const { verb } = job.request;
  if (verb === 'explain') return [];
  const heeded = { seed: common.seed, replications: common.replications, ...(verb === 'simulate' ? {} : { futures: common.futures }) };
  const told = Object.entries(heeded).filter(([, value]) => value !== null && value !== undefined);
  const named = told.map(([name, value]) => `${optionName(name)} ${optionValue(value)}`);
  if (verb === 'compare') named.push(t(`runs.start.by.${by ?? 'supplier_country'}`), ...(without ? [t('runs.start.without')] : []));
  return named;
}

export const figureName = (name: string): string => (has(`runs.figure.${name}`) ? t(`runs.figure.${name}`) : upper(name.replaceAll('_', ' ')));

const upper = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

export const folderName = (folder: string): string => t(has(`runs.folder.${folder}`) ? `runs.folder.${folder}` : 'runs.folder.other', { folder });

export const optionName = (name: string): string => (has(`runs.option.${name}`) ? t(`runs.option.${name}`) : name.replaceAll('_', ' '));

export function optionValue(value: unknown): string {
  if (value === null || value === undefined) return t('runs.option.unset');
  if (typeof value === 'boolean') return t(value ? 'runs.yes' : 'runs.no');
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value.slice(0, 12);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
