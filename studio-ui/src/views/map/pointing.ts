/** What lies under a point of the screen. */
import type { Choice } from './choice';
import { areaAt, type Ground } from './ground';
import { PHASE, type Playback } from './playback';
import { onPlane, onScreen, type Look, type Point } from './projection';

/** Pixels within which a craft or a base is meant. */
const CRAFT_PX = 12;
const BASE_PX = 9;

interface Mark { id: string; at: Point }

export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** A craft at sea, else a base, else an area. */
export function choiceAt(ground: Ground, look: Look, playback: Playback | null, point: Point): Choice | null {
  const craft = playback && nearest(craftAtSea(playback, look), point, CRAFT_PX);
  if (craft) return { kind: 'craft', id: craft };
  const base = nearest(ground.places.map(({ id, at }) => ({ id, at: onScreen(look, at) })), point, BASE_PX);
  if (base) return { kind: 'base', id: base };
  const area = areaAt(ground, onPlane(look, point));
  return area && { kind: 'area', id: area.id };
}

function craftAtSea(playback: Playback, look: Look): Mark[] {
  return playback.head.craft.flatMap((id, c) => {
    const phase = playback.phase[c];
    const sea = phase === PHASE.out || phase === PHASE.in || phase === PHASE.station;
    return sea ? [{ id, at: onScreen(look, [playback.x[c] ?? NaN, playback.y[c] ?? NaN]) }] : [];
  });
}

/** The nearest of some marks within a reach. */
export function nearest(marks: Mark[], point: Point, reach: number): string | null {
  let [best, least] = [null as string | null, reach];
  for (const { id, at } of marks) {
    const away = distance(at, point);
    if (away < least) [best, least] = [id, away];
  }
  return best;
}
