/** Labels placed in order of importance, each where it overlaps nothing before it; what finds no room is left out. */
import type { Size } from './projection';

export interface Box { x: number; y: number; width: number; height: number }
export interface Wanted<T> {
  of: T;
  width: number;
  height: number;
  /** Top left corners, the best first. */
  places: [number, number][];
}

/** What an edge of `within` would cut is moved in; what lies beyond it is left out. */
export function placeLabels<T>(wanted: Wanted<T>[], taken: Box[], within: Size): { of: T; x: number; y: number }[] {
  const boxes = [...taken];
  const placed: { of: T; x: number; y: number }[] = [];
  for (const { of, width, height, places } of wanted) {
    const seen = places.flatMap((place) => movedIn(place, width, height, within));
    const found = seen.find(([x, y]) => boxes.every((box) => apart(box, { x, y, width, height })));
    if (!found) continue;
    boxes.push({ x: found[0], y: found[1], width, height });
    placed.push({ of, x: found[0], y: found[1] });
  }
  return placed;
}

function movedIn([x, y]: [number, number], width: number, height: number, within: Size): [number, number][] {
  if (x + width <= 0 || y + height <= 0 || x >= within.width || y >= within.height) return [];
  const kept = (from: number, length: number, room: number) => Math.max(Math.min(from, room - EDGE - length), EDGE);
  return [[kept(x, width, within.width), kept(y, height, within.height)]];
}

/** Pixels between a label and the map's edge. */
const EDGE = 3;

const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

/** Words in lines of about so many characters; text without spaces stays whole. */
export function wrapped(text: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < characters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Corners for a label beside a mark: right, left, above, below, then the diagonals. */
export function beside([x, y]: [number, number], width: number, height: number, gap: number): [number, number][] {
  return [
    [x + gap, y - height / 2], [x - gap - width, y - height / 2], [x - width / 2, y - gap - height], [x - width / 2, y + gap],
    [x + gap, y - gap - height], [x + gap, y + gap], [x - gap - width, y - gap - height], [x - gap - width, y + gap],
  ];
}
