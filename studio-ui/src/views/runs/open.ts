/** Opens a stored run where what it found is shown. */
import { studio, type View } from '../../lib/studio.svelte';
import type { RunEntry } from '../../lib/types';

const VIEW_OF: Record<string, View> = { plan: 'plan', simulate: 'plan', replan: 'plan', frontier: 'money', compare: 'requirements' };

export async function open(run: RunEntry): Promise<void> {
  if (run.verb === 'compare') sessionStorage.setItem('fleetcraft.requirements.part', 'restrictions');
  await studio.openRun(run.folder, VIEW_OF[run.verb]);
}
