/** Light, dark, or as the system is. */

export type Theme = 'system' | 'light' | 'dark';
const KEPT = 'fleetcraft.theme';

class Look {
  theme = $state<Theme>((localStorage.getItem(KEPT) as Theme | null) ?? 'system');
  /** Counts changes of colours, for drawings on a canvas to be drawn anew. */
  changes = $state(0);

  constructor() {
    this.#apply();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (this.changes += 1));
  }

  set(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(KEPT, theme);
    this.#apply();
    this.changes += 1;
  }

  #apply(): void {
    if (this.theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.theme;
  }
}

export const look = new Look();

/** The value of a colour of the palette as it is now: `colour('air')`. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
