/** The first-run tour: three steps, shown once, again on request. */
import { studio, type View } from './studio.svelte';

export const STEPS: View[] = ['map', 'money', 'plan'];
const SEEN = 'fleetcraft.tour';

class Tour {
  step = $state<number | null>(localStorage.getItem(SEEN) ? null : 0);

  begin(): void {
    this.step = 0;
    studio.go(STEPS[0] ?? 'map');
  }

  next(): void {
    const next = (this.step ?? 0) + 1;
    const view = STEPS[next];
    if (view === undefined) return this.end();
    this.step = next;
    studio.go(view);
  }

  end(): void {
    this.step = null;
    localStorage.setItem(SEEN, 'seen');
    document.getElementById('main')?.focus();
  }
}

export const tour = new Tour();
