/** Light, dark, or as the system is; always light on paper. */
import { flushSync } from 'svelte';

export type Theme = 'system' | 'light' | 'dark';
const KEPT = 'fleetcraft.theme';

class Look {
  theme = $state<Theme>((localStorage.getItem(KEPT) as Theme | null) ?? 'system');
  /** Counts changes of colours, for drawings on a canvas to be drawn anew. */
  changes = $state(0);
  /** The page is being put on paper: who draws does it at once. */
  printing = $state(false);

  constructor() {
    this.#apply();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (this.changes += 1));
    addEventListener('beforeprint', () => this.#print(true));
    addEventListener('afterprint', () => this.#print(false));
  }

  set(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(KEPT, theme);
    this.#apply();
    this.changes += 1;
  }

  /** Paper is light: what is drawn on a canvas is drawn anew for it, before the browser takes it. */
  #print(begins: boolean): void {
    this.printing = begins;
    this.#apply();
    this.changes += 1;
    flushSync();
  }

  #apply(): void {
    if (this.printing) document.documentElement.dataset['theme'] = 'light';
    else if (this.theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.theme;
  }
}

export const look = new Look();

/** The value of a colour of the palette as it is now: `colour('air')`. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
