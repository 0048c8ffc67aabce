import { describe, expect, test } from 'vitest';
import {
  chosenRows, craftAsked, grouped, lost, lostInYears, metOnAverage, scaleOf, serving, shortfalls, sorted, standing,
} from '../src/views/requirements/requirement';
import { areaAttainment, attainment, share } from '../src/lib/attainment';
import type { AllocationRow, Domain, Requirement } from '../src/lib/types';

const row = (part: Partial<Requirement>): Requirement => ({
  id: 'a-detection-small_craft_4h', area: 'a', measure: 'detection', target: 'small_craft', within_h: 4, unit: 'fraction', at_most: false,
  threshold: 0.5, weight: 1, sentence: 'a small craft in A found within 4 h', planned: 0.4, simulated: 0.4, low: 0.38, high: 0.42,
  probability_met: 0.1, ...part,
});
const NONE = { areas: new Set<string>(), measures: new Set<string>(), standings: new Set<never>(), text: '' };

describe('how far a requirement is met', () => {
  test('by its interval against the threshold, either way round', () => {
    expect(standing(row({}))).toBe('short');
    expect(standing(row({ high: 0.5 }))).toBe('edge');
    expect(standing(row({ simulated: 0.6, low: 0.5, high: 0.7 }))).toBe('met');
    const hours = { unit: 'h', at_most: true, threshold: 48 };
    expect(standing(row({ ...hours, simulated: 60, low: 55, high: 65 }))).toBe('short');
    expect(standing(row({ ...hours, simulated: 40, low: 30, high: 48 }))).toBe('met');
    expect(standing(row({ ...hours, simulated: 47, low: 30, high: 49 }))).toBe('edge');
    expect(standing(row({ planned: null, simulated: null, low: null, high: null }))).toBe('unknown');
  });

  test('a share of one is the threshold itself', () => {
    expect(share(row({}), 0.5)).toBe(1);
    expect(share(row({ at_most: true, threshold: 48 }), 96)).toBe(0.5);
    expect(share(row({ at_most: true, threshold: 48 }), 0)).toBe(1);
  });

  test('the weighted mean counts no more than the threshold, and nothing without a value', () => {
    const rows = [row({ simulated: 0.9, weight: 3 }), row({ simulated: 0.25, weight: 1 }), row({ planned: null, simulated: null, weight: 9 })];
    expect(attainment(rows)).toBeCloseTo((3 * 1 + 1 * 0.5) / 4, 12);
    expect(attainment([])).toBeNull();
    expect([...areaAttainment(rows)]).toEqual([['a', attainment(rows)]]);
    expect(metOnAverage(rows)).toBe(1);
  });

  test('what is lost in single years is the rest of what is missing', () => {
    const rows = [row({ weight: 3 }), row({ simulated: 0.1, weight: 2 })];
    const sum = rows.reduce((total, each) => total + lost(each, rows), 0);
    expect(sum + (lostInYears(0.6, rows) ?? 0)).toBeCloseTo(1 - 0.6, 12);
    expect([lostInYears(null, rows), lostInYears(0.6, [])]).toEqual([null, null]);
  });

  test('what is lost sums to what is missing', () => {
    const rows = [row({ weight: 3 }), row({ simulated: 0.1, weight: 2 }), row({ simulated: 0.7, weight: 1 })];
    const sum = rows.reduce((total, each) => total + lost(each, rows), 0);
    expect(sum).toBeCloseTo(1 - (attainment(rows) ?? 0), 12);
    expect(shortfalls(rows, 1)[0]).toBe(rows[1]);
    expect(shortfalls(rows)).toHaveLength(2);
  });
});

describe('the list', () => {
  const rows = [
    row({ id: '1', area: 'b', weight: 1, probability_met: 0.9 }),
    row({ id: '2', area: 'a', measure: 'presence', target: null, weight: 3, simulated: 1, low: 1, high: 1, probability_met: 1 }),
    row({ id: '3', area: 'b', weight: 2, simulated: 0.1, low: 0, high: 0.2, probability_met: null }),
  ];

  test('is filtered by all that is chosen', () => {
    const ids = (chosen: object) => chosenRows(rows, { ...NONE, ...chosen }, (each) => `${each.id} Miyako`).map((each) => each.id);
    expect(ids({})).toEqual(['1', '2', '3']);
    expect(ids({ areas: new Set(['b']) })).toEqual(['1', '3']);
    expect(ids({ standings: new Set(['met', 'edge']) })).toEqual(['2']);
    expect(ids({ areas: new Set(['b']), measures: new Set(['presence']) })).toEqual([]);
    expect(ids({ text: ' miyako 3' })).toEqual(['3']);
  });

  test('is sorted without a change of the rows given', () => {
    const ids = (key: Parameters<typeof sorted>[1], descending = true) => sorted(rows, key, descending, rows).map((each) => each.id);
    expect(ids('stated')).toEqual(['1', '2', '3']);
    expect(ids('lost')).toEqual(['3', '1', '2']);
    expect(ids('weight', false)).toEqual(['1', '3', '2']);
    expect(ids('probability')).toEqual(['2', '1', '3']);
    expect(ids('area', false)[0]).toBe('2');
    expect(rows.map((each) => each.id)).toEqual(['1', '2', '3']);
  });

  test('is grouped in the order of first rows', () => {
    expect(grouped(rows, 'area').map((group) => [group.key, group.rows.length])).toEqual([['b', 2], ['a', 1]]);
    expect(grouped(rows, 'none')).toHaveLength(1);
    expect(grouped([], 'none')).toHaveLength(0);
  });
});

describe('what is asked of craft', () => {
  test('is read from the row, else from the id', () => {
    const presence = { measure: 'presence', target: null };
    expect(craftAsked(row({ ...presence, domain: 'surface', craft: 2 }))).toEqual({ craft: 2, domains: ['surface'] });
    expect(craftAsked(row({ ...presence, id: 'x-presence-3_underwater' }))).toEqual({ craft: 3, domains: ['underwater'] });
    expect(craftAsked(row({ ...presence, measure: 'layered', id: 'x-layered-air_surface' }))).toEqual({ craft: 1, domains: ['air', 'surface'] });
    expect(craftAsked(row({ ...presence, id: 'my own name' }))).toBeNull();
  });

  test('decides with the table of platforms who serves', () => {
    const allocation: AllocationRow[] = [
      { platform: 'glider', base: 'p', area: 'a', craft: 4, stations: 3 },
      { platform: 'plane', base: 'p', area: 'a', craft: 2, stations: 1 },
      { platform: 'plane', base: 'p', area: 'b', craft: 2, stations: 1 },
    ];
    const domains = new Map<string, Domain>([['glider', 'underwater'], ['plane', 'air']]);
    const values = (id: string, submerged: number, small: number, identifies: string) =>
      ({ id, values: { sweep_width_nm_submerged: submerged, sweep_width_nm_small_craft: small, identifies }, sources: {} });
    const platforms = { columns: [], rows: [values('glider', 2, 0, ''), values('plane', 0, 6, 'surface_vessel;small_craft')] };
    const names = (part: Partial<Requirement>) => serving(row(part), allocation, domains, platforms).map((each) => each.platform);
    expect(names({ target: 'submerged' })).toEqual(['glider']);
    expect(names({ target: 'small_craft' })).toEqual(['plane']);
    expect(names({ measure: 'identification', target: 'small_craft' })).toEqual(['plane']);
    expect(names({ target: 'fishing_boat' })).toEqual(['glider', 'plane']);
    expect(names({ measure: 'presence', target: null, domain: 'underwater', craft: 1 })).toEqual(['glider']);
  });
});

test('an axis in hours reaches every value in round steps', () => {
  const rows = [row({ unit: 'h', at_most: true, threshold: 48, planned: 30, simulated: 51, high: 61 })];
  const { most, ticks } = scaleOf(rows, 'h');
  expect(most).toBeGreaterThanOrEqual(61);
  expect(ticks).toEqual([0, 20, 40, 60, 80]);
  expect(scaleOf(rows, 'fraction').most).toBe(1);
});
