/** What was asked for, in the reader's language. */
import { has, t } from './i18n.svelte';
import type { Job, ScenarioEntry } from './types';

export const verbName = (verb: string): string => (has(`verb.${verb}`) ? t(`verb.${verb}`) : verb);

/** A scenario or run by name, with its case where it has one. */
export const inCase = (name: string, caseName: string | null | undefined): string =>
  caseName ? t('scenario.in_case', { name, case: caseName }) : name;

/** What a job was asked, of which scenario. */
export function jobTitle(job: Job, scenarios: readonly ScenarioEntry[]): string {
  const { verb, scenario, case: caseName } = job.request;
  const title = scenarios.find((entry) => entry.id === scenario)?.title ?? scenario.replace(/^run:/, '');
  return `${verbName(verb)} · ${inCase(title, caseName)}`;
}
