/** One craft's year: its sorties and how its hours divide. */
import type { Spell } from './playback';

export interface Sortie {
  out_h: number;
  /** When it was home again; the window's end where it was not. */
  home_h: number;
  station_h: number;
  row: number;
}

export type Doing = 'station' | 'transit' | 'ready' | 'care' | 'lost' | 'absent';

const DOING: Record<string, Doing> = {
  'on station': 'station',
  outbound: 'transit',
  inbound: 'transit',
  ready: 'ready',
  'waiting at sea': 'ready',
  'waiting for repair': 'care',
  'in repair': 'care',
  'in service': 'care',
  lost: 'lost',
};

export const doing = (state: string): Doing => DOING[state] ?? 'absent';

/** Ways out and home again, in time's order; the last may be under way still. */
export function sortiesOf(spells: Spell[]): Sortie[] {
  const sorties: Sortie[] = [];
  let open: Sortie | null = null;
  for (const { state, start_h, end_h, row } of spells) {
    const what = doing(state);
    const away = what === 'station' || what === 'transit';
    if (away && (!open || state === 'outbound')) sorties.push((open = { out_h: start_h, home_h: end_h, station_h: 0, row }));
    if (!away) open = null;
    else if (open) {
      open.home_h = end_h;
      if (what === 'station') open.station_h += end_h - start_h;
    }
  }
  return sorties;
}

/** Hours by what the craft did between two moments. */
export function hoursOf(spells: Spell[], from_h: number, to_h: number): Map<Doing, number> {
  const hours = new Map<Doing, number>();
  for (const { state, start_h, end_h } of spells) {
    const part = Math.min(end_h, to_h) - Math.max(start_h, from_h);
    if (part > 0) hours.set(doing(state), (hours.get(doing(state)) ?? 0) + part);
  }
  return hours;
}
