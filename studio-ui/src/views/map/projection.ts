/** The map's plane: a projection fitted to what is to be seen, and how far it is zoomed and moved. */
import { geoAzimuthalEqualArea, type GeoProjection } from 'd3-geo';
import type { MapData } from '../../lib/types';

export interface Size { width: number; height: number }
/** A point of the fitted plane is drawn at k * point + (x, y). */
export interface Look { k: number; x: number; y: number }
export type Point = [number, number];

export const WHOLE: Look = { k: 1, x: 0, y: 0 };
export const MOST = 40;
const MARGIN = 0.06;
/** Of the window: how far one may move beyond its edge. */
const BEYOND = 0.12;

/** Lambert's equal-area projection about the middle of the box, as the report's map has it, fitted to areas and places. */
export function fitted(map: MapData, size: Size): GeoProjection {
  const [lon, lat] = map.centre;
  const margin = MARGIN * Math.min(size.width, size.height);
  const seen = { type: 'MultiPoint' as const, coordinates: [...corners(map), ...map.places.map((p) => [p.lon, p.lat])] };
  return geoAzimuthalEqualArea()
    .rotate([-lon, -lat])
    .fitExtent([[margin, margin], [size.width - margin, size.height - margin]], seen);
}

function corners(map: MapData): number[][] {
  return map.areas.features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? geometry.coordinates.flat() : geometry.coordinates.flat(2),
  );
}

export const onScreen = (look: Look, [x, y]: Point): Point => [look.k * x + look.x, look.k * y + look.y];
export const onPlane = (look: Look, [x, y]: Point): Point => [(x - look.x) / look.k, (y - look.y) / look.k];

/** Zoomed by a factor about a point of the screen that stays where it is. */
export function zoomed(look: Look, factor: number, [x, y]: Point, size: Size): Look {
  const k = Math.min(Math.max(look.k * factor, 1), MOST);
  const part = k / look.k;
  return kept({ k, x: x - part * (x - look.x), y: y - part * (y - look.y) }, size);
}

export const moved = (look: Look, dx: number, dy: number, size: Size): Look =>
  kept({ ...look, x: look.x + dx, y: look.y + dy }, size);

/** Zoomed and moved so that a box of the plane fills the window. */
export function showing([[west, north], [east, south]]: [Point, Point], size: Size): Look {
  const k = Math.min(Math.max(0.6 * Math.min(size.width / (east - west), size.height / (south - north)), 1), MOST / 2);
  return kept({ k, x: size.width / 2 - (k * (west + east)) / 2, y: size.height / 2 - (k * (north + south)) / 2 }, size);
}

function kept(look: Look, size: Size): Look {
  const within = (at: number, full: number) =>
    Math.min(Math.max(at, full - look.k * full - BEYOND * full), BEYOND * full);
  return { k: look.k, x: within(look.x, size.width), y: within(look.y, size.height) };
}
