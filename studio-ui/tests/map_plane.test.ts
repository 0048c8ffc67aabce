/** The map's plane, the points spread over an area, labels, sorties and the strip of days. */
import { describe, expect, it } from 'vitest';
import { beside, placeLabels, wrapped } from '../src/views/map/labels';
import { nearest } from '../src/views/map/pointing';
import { moved, MOST, onPlane, onScreen, showing, WHOLE, zoomed, type Point } from '../src/views/map/projection';
import { hoursOf, sortiesOf } from '../src/views/map/sorties';
import { anyHolds, spreadPoints, type Shape } from '../src/views/map/spread';
import { dayPath } from '../src/views/map/strip';

const SIZE = { width: 1000, height: 600 };

describe('zoom and pan', () => {
  it('keep the point under the pointer where it is', () => {
    const about: Point = [420, 310];
    const before = onPlane(WHOLE, about);
    const look = zoomed(WHOLE, 3, about, SIZE);
    expect(look.k).toBe(3);
    expect(onScreen(look, before)[0]).toBeCloseTo(420);
    expect(onScreen(look, before)[1]).toBeCloseTo(310);
  });
  it('stay within the whole map and the closest look', () => {
    expect(zoomed(WHOLE, 0.1, [0, 0], SIZE).k).toBe(1);
    expect(zoomed(WHOLE, 1e6, [0, 0], SIZE).k).toBe(MOST);
    const far = moved(WHOLE, 1e6, -1e6, SIZE);
    expect(far.x).toBeLessThan(0.2 * SIZE.width);
    expect(far.y).toBeGreaterThan(-0.2 * SIZE.height);
  });
  it('show a box in the middle', () => {
    const look = showing([[400, 200], [500, 260]], SIZE);
    const [x, y] = onScreen(look, [450, 230]);
    expect([Math.round(x), Math.round(y)]).toEqual([500, 300]);
    expect(look.k).toBeGreaterThan(4);
  });
});

describe('craft on station', () => {
  const square = (x: number, y: number, side: number): Shape => [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]];
  it('are spread over the water of their area and over nothing else', () => {
    const [area, island] = [square(0, 0, 100), square(30, 30, 40)];
    const points = spreadPoints([area], [island, square(500, 500, 10)]);
    expect(points.length).toBe(256);
    for (const point of points) {
      expect(anyHolds([area], point)).toBe(true);
      expect(anyHolds([island], point)).toBe(false);
    }
    expect(points).toEqual(spreadPoints([area], [island]));
    for (const left of [true, false]) expect(points.filter(([x]) => x < 50 === left).length).toBeGreaterThan(90);
  });
  it('have no place where there is no water', () => expect(spreadPoints([square(0, 0, 10)], [square(-5, -5, 30)])).toEqual([]));
});

const ROOM = { width: 300, height: 300 };

describe('labels', () => {
  it('overlap neither each other nor marks; the later one moves or is left out', () => {
    const label = (of: string, places: [number, number][]) => ({ of, width: 40, height: 10, places });
    const placed = placeLabels(
      [label('first', [[10, 20]]), label('moved', [[20, 25], [60, 25]]), label('left out', [[30, 20], [70, 28]])],
      [{ x: 200, y: 200, width: 10, height: 10 }],
      ROOM,
    );
    expect(placed).toEqual([{ of: 'first', x: 10, y: 20 }, { of: 'moved', x: 60, y: 25 }]);
    expect(placeLabels([label('on a mark', [[195, 195]])], [{ x: 200, y: 200, width: 10, height: 10 }], ROOM)).toEqual([]);
  });
  it('are moved in where the edge would cut them, and left out beyond it', () => {
    const at = (x: number, y: number) => placeLabels([{ of: '', width: 40, height: 10, places: [[x, y]] }], [], ROOM)[0];
    for (const [x, y] of [[-20, 50], [280, 50], [50, -5], [50, 295]] as const) {
      const placed = at(x, y)!;
      expect(placed.x >= 0 && placed.x + 40 <= ROOM.width && placed.y >= 0 && placed.y + 10 <= ROOM.height).toBe(true);
    }
    expect(at(100, 100)).toMatchObject({ x: 100, y: 100 });
    expect([at(-50, 50), at(310, 50), at(50, 301)]).toEqual([undefined, undefined, undefined]);
  });
  it('stand clear of their mark on every side', () => {
    for (const [x, y] of beside([100, 100], 40, 10, 6)) {
      expect(x >= 104 || x + 40 <= 96 || y >= 104 || y + 10 <= 96).toBe(true);
    }
  });
  it('break between words only', () => {
    expect(wrapped('Waters around Yonaguni and Ishigaki', 20)).toEqual(['Waters around', 'Yonaguni and', 'Ishigaki']);
    expect(wrapped('対馬海峡', 2)).toEqual(['対馬海峡']);
  });
});

describe('a craft\'s year', () => {
  const spells = (['ready', 'outbound', 'on station', 'inbound', 'in repair', 'outbound', 'inbound', 'outbound', 'on station'] as const).map(
    (state, i) => ({ state, start_h: 10 * i, end_h: 10 * i + 10, row: i }),
  );
  it('is cut into sorties, of which one may turn back and the last be under way', () => {
    expect(sortiesOf(spells)).toEqual([
      { out_h: 10, home_h: 40, station_h: 10, row: 1 },
      { out_h: 50, home_h: 70, station_h: 0, row: 5 },
      { out_h: 70, home_h: 90, station_h: 10, row: 7 },
    ]);
  });
  it('starts with a sortie that began before the window', () => {
    expect(sortiesOf([{ state: 'on station', start_h: -5, end_h: 5, row: 0 }])).toEqual([{ out_h: -5, home_h: 5, station_h: 10, row: 0 }]);
  });
  it('divides its hours, cut to the window', () => {
    expect(Object.fromEntries(hoursOf(spells, 5, 85))).toEqual({ ready: 5, transit: 50, station: 15, care: 10 });
  });
});

it('days are drawn as bars from the axis', () => {
  expect(dayPath([2, 0, 4], 4, 20, -1)).toBe('M0 0V-10H1V0H2V-20H3V0Z');
  expect(dayPath([1], 4, 20, 1)).toBe('M0 0V5H1V0Z');
});

it('the pointer means the nearest mark within its reach, and none beyond', () => {
  const marks = [{ id: 'far', at: [30, 0] as Point }, { id: 'near', at: [6, 0] as Point }, { id: 'nearer', at: [0, 4] as Point }];
  expect(nearest(marks, [0, 0], 12)).toBe('nearer');
  expect(nearest(marks, [29, 1], 12)).toBe('far');
  expect(nearest(marks, [60, 60], 12)).toBe(null);
});
