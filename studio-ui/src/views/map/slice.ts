/** A chunk of a traced year as playback reads it: typed columns, legs by craft and start, contacts by when they came. */
import type { TraceChunk, TraceHead } from '../../lib/types';

const MISSED = 'left unfound';

/** How positions become pixels; `spread` is where a craft is drawn on station, so that craft do not lie on each other. */
export interface Placing {
  project(lon: number, lat: number): [number, number];
  spread(area: string, craft: number): [number, number] | null;
}

export interface Slice {
  from_h: number;
  /** Legs of craft c: from first[c] to first[c + 1], in time's order. */
  first: Int32Array;
  start: Float64Array;
  end: Float64Array;
  state: Uint8Array;
  row: Int16Array;
  begin: Float32Array;
  finish: Float32Array;
  targets: Targets;
  weather: TraceChunk['weather'];
  /** Found, identified and missed within this chunk, by area. */
  found: Int32Array;
  identified: Int32Array;
  missed: Int32Array;
}

/** Contacts of a chunk in the order in which they came; moments that never came are Infinity. */
export interface Targets {
  length: number;
  came: Float64Array;
  found: Float64Array;
  identified: Float64Array;
  gone: Float64Array;
  area: Uint8Array;
  missed: Uint8Array;
  lon: Float64Array;
  lat: Float64Array;
  x: Float32Array;
  y: Float32Array;
}

export function sliced(told: TraceChunk, head: TraceHead, from_h: number): Slice {
  const { legs } = told;
  const order = legs.craft.map((_, i) => i).sort((a, b) => legs.craft[a]! - legs.craft[b]! || legs.start_h[a]! - legs.start_h[b]!);
  const first = new Int32Array(head.craft.length + 1);
  for (const craft of legs.craft) first[craft + 1]! += 1;
  for (let c = 0; c < head.craft.length; c++) first[c + 1]! += first[c]!;
  const areas = head.areas.length;
  return {
    from_h: told.from_h,
    first,
    start: Float64Array.from(order, (i) => legs.start_h[i]!),
    end: Float64Array.from(order, (i) => legs.end_h[i]!),
    state: Uint8Array.from(order, (i) => legs.state[i]!),
    row: Int16Array.from(order, (i) => legs.row[i]!),
    begin: Float32Array.from(order, (i) => legs.first[i]!),
    finish: Float32Array.from(order, (i) => legs.last[i]!),
    targets: targetsOf(told.contacts, from_h),
    weather: told.weather,
    found: new Int32Array(areas),
    identified: new Int32Array(areas),
    missed: new Int32Array(areas),
  };
}

function targetsOf(told: TraceChunk['contacts'], from_h: number): Targets {
  const order = told.contact.map((_, i) => i).sort((a, b) => told.came_in_h[a]! - told.came_in_h[b]!);
  const moments = (values: (number | null)[]) => Float64Array.from(order, (i) => values[i] ?? Infinity);
  return {
    length: order.length,
    came: moments(told.came_in_h),
    found: moments(told.found_h),
    identified: moments(told.identified_h),
    gone: moments(told.gone_h),
    area: Uint8Array.from(order, (i) => told.area[i]!),
    missed: Uint8Array.from(order, (i) => (told.fate[i] === MISSED && told.gone_h[i]! >= from_h ? 1 : 0)),
    lon: Float64Array.from(order, (i) => told.lon[i]!),
    lat: Float64Array.from(order, (i) => told.lat[i]!),
    x: new Float32Array(order.length),
    y: new Float32Array(order.length),
  };
}

export function placeTargets(targets: Targets, placing: Placing): void {
  for (let i = 0; i < targets.length; i++) {
    const [x, y] = placing.project(targets.lon[i]!, targets.lat[i]!);
    targets.x[i] = x;
    targets.y[i] = y;
  }
}

/** The last of `length` ascending values that is not above `value`; -1: none. */
export function lastUpTo(values: ArrayLike<number>, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
