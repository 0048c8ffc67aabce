/** Everything of the map that stays while a plan changes, as paths of the fitted plane. */
import { geoGraticule, geoPath, type GeoProjection } from 'd3-geo';
import type { MapData } from '../../lib/types';
import { fitted, type Point, type Size } from './projection';
import { anyHolds, spreadPoints, type Shape } from './spread';

export interface AreaGround {
  id: string;
  name: string;
  path: Path2D;
  shapes: Shape[];
  box: [Point, Point];
  /** Size in px² of the plane, to find the smallest of nested ones. */
  size: number;
  /** Where its label stands best: in its water, far from its edge. */
  middle: Point;
  /** Where craft on station are drawn. */
  spread: Point[];
}

export interface PlaceGround { id: string; name: string; at: Point }

export interface Ground {
  size: Size;
  projection: GeoProjection;
  land: Path2D;
  graticule: Path2D;
  areas: AreaGround[];
  places: PlaceGround[];
}

const STEP_DEG = 5;

export function makeGround(map: MapData, size: Size): Ground {
  const projection = fitted(map, size);
  const place = (position: number[]): Point => projection([position[0]!, position[1]!]) ?? [NaN, NaN];
  const shapesOf = (geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon): Shape[] =>
    (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).map((rings) => rings.map((ring) => ring.map(place)));
  const drawn = geoPath(projection);
  const land = shapesOf(map.land);
  const areas = map.areas.features.map(({ geometry, properties }) => {
    const shapes = shapesOf(geometry);
    const spread = spreadPoints(shapes, land);
    const station = place(properties.station);
    return {
      id: properties.id,
      name: properties.name,
      path: new Path2D(drawn(geometry) ?? ''),
      shapes,
      box: drawn.bounds(geometry),
      size: drawn.area(geometry),
      middle: farthest(spread, [...shapes, ...land].flat(), station),
      spread: spread.length ? spread : [station],
    };
  });
  return {
    size,
    projection,
    land: pathOf(land),
    graticule: new Path2D(drawn(geoGraticule().extent(around(map)).step([STEP_DEG, STEP_DEG])()) ?? ''),
    areas,
    places: map.places.map(({ id, name, lon, lat }) => ({ id, name, at: place([lon, lat]) })),
  };
}

/** Straight between its points, which lie a degree apart at most. */
function pathOf(shapes: Shape[]): Path2D {
  const path = new Path2D();
  for (const ring of shapes.flat()) {
    ring.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
    path.closePath();
  }
  return path;
}

function around(map: MapData): [Point, Point] {
  const [[west, south], [east, north]] = map.box;
  const spare = Math.max(east - west, north - south);
  return [[west - spare, Math.max(south - spare, -85)], [east + spare, Math.min(north + spare, 85)]];
}

/** The point of some that is farthest from all edges near it; `otherwise` where there is none. */
function farthest(points: Point[], rings: Point[][], otherwise: Point): Point {
  const box = boxOf(points);
  const edge = rings.flat().filter(([x, y]) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
  let [best, most] = [otherwise, -1];
  for (const point of points.slice(0, 120)) {
    let least = Infinity;
    for (const [x, y] of edge) least = Math.min(least, (x - point[0]) ** 2 + (y - point[1]) ** 2);
    if (least > most) [best, most] = [point, least];
  }
  return best;
}

function boxOf(points: Point[]): [number, number, number, number] {
  const spare = 30;
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  return [Math.min(...xs) - spare, Math.min(...ys) - spare, Math.max(...xs) + spare, Math.max(...ys) + spare];
}

/** The smallest area that holds a point of the plane. */
export function areaAt(ground: Ground, point: Point): AreaGround | null {
  const holding = ground.areas.filter((area) => anyHolds(area.shapes, point));
  return holding.reduce<AreaGround | null>((least, area) => (least && least.size <= area.size ? least : area), null);
}
