/** Opens a stored run where what it found is shown. */
import { studio, type View } from '../../lib/studio.svelte';
import type { RunEntry } from '../../lib/types';

const VIEW_OF: Record<string, View> = { plan: 'plan', simulate: 'plan', replan: 'plan', frontier: 'money', compare: 'requirements' };

export async function open(run: RunEntry): Promise<void> {
  await studio.openRun(run.folder);
  if (run.verb === 'frontier') studio.showBudget(studio.frontier.data?.stated ?? null);
  if (run.verb === 'compare') sessionStorage.setItem('fleetcraft.requirements.part', 'restrictions');
  const view = VIEW_OF[run.verb];
  if (view) studio.go(view);
}
