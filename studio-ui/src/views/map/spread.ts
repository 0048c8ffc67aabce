/** Where craft on station are drawn: points spread evenly over an area's water, the same every time. Display only. */
import type { Point } from './projection';

export type Ring = Point[];
/** A polygon: its outer ring, then its holes. */
export type Shape = Ring[];
interface Boxed { shape: Shape; box: [number, number, number, number] }

const POINTS = 256;
const TRIES = 6000;

/** Points in an area's polygons and on no land; fewer than POINTS where there is little water, none where there is none. */
export function spreadPoints(area: Shape[], land: Shape[]): Point[] {
  const mine = area.map(boxed);
  const box = union(mine);
  const near = land.map(boxed).filter((each) => overlap(each.box, box));
  const points: Point[] = [];
  for (let i = 1; i <= TRIES && points.length < POINTS; i++) {
    const point: Point = [box[0] + halton(i, 2) * (box[2] - box[0]), box[1] + halton(i, 3) * (box[3] - box[1])];
    if (mine.some((each) => holds(each, point)) && !near.some((each) => holds(each, point))) points.push(point);
  }
  return points;
}

/** Whether one of the shapes holds a point. */
export const anyHolds = (shapes: Shape[], point: Point): boolean => shapes.some((shape) => inside(shape, point));

function boxed(shape: Shape): Boxed {
  const box: Boxed['box'] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of shape[0] ?? []) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return { shape, box };
}

const union = (all: Boxed[]): Boxed['box'] =>
  all.reduce<Boxed['box']>(
    (box, each) => [
      Math.min(box[0], each.box[0]), Math.min(box[1], each.box[1]), Math.max(box[2], each.box[2]), Math.max(box[3], each.box[3]),
    ],
    [Infinity, Infinity, -Infinity, -Infinity],
  );

const overlap = (a: Boxed['box'], b: Boxed['box']) => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

const holds = ({ shape, box }: Boxed, point: Point) =>
  point[0] >= box[0] && point[0] <= box[2] && point[1] >= box[1] && point[1] <= box[3] && inside(shape, point);

function inside(shape: Shape, [x, y]: Point): boolean {
  let within = false;
  for (const ring of shape) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[xi, yi], [xj, yj]] = [ring[i]!, ring[j]!];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
    }
  }
  return within;
}

/** The i-th number of van der Corput's sequence: pairs in bases 2 and 3 fill a square evenly (Halton 1960). */
function halton(i: number, base: number): number {
  let [rest, part, value] = [i, 1, 0];
  while (rest > 0) {
    part /= base;
    value += part * (rest % base);
    rest = Math.floor(rest / base);
  }
  return value;
}
