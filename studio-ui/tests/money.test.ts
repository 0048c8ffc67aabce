import { describe, expect, test } from 'vitest';
import { limitOf } from '../src/views/money/limits';
import { enough, gains, held, planned, roundStep, snapped, stepped } from '../src/views/money/points';
import { fullest, partsBy, stackOrder, SYSTEM, yearRows } from '../src/views/money/sums';
import type { FrontierPoint, OrderRow } from '../src/lib/types';

const point = (budget: number, simulated: number | null, yearly?: number[]): FrontierPoint => ({
  run: 'r', key: String(budget), budget, scale: budget / 100, kept_from: null, yearly: yearly ?? [], status: 'optimal',
  attainment: simulated === null ? null : { planned: simulated, simulated, low: simulated - 0.01, high: simulated + 0.01 },
  risk: null, cost: {}, probability_all_met: 0, orders: [], later: [], allocation: [], requirements: [], conflict: [], binding: [],
});
const order = (platform: string, country: string, domain: OrderRow['domain'], cost: number): OrderRow => ({
  platform, name: platform, supplier_country: country, domain, period: '2026Q1', quantity: 1, cost,
});

describe('moving along a frontier', () => {
  const points = planned([point(20, 0.5), point(40, null), point(60, 0.6), point(100, 0.7)]);

  test('points without a plan are left out', () => expect(points.map((one) => one.budget)).toEqual([20, 60, 100]));

  test.each([[100, 100], [99.9, 60], [60, 60], [59, 20], [5, 20], [500, 100]])('a budget of %d shows the plan of %d', (budget, shown) =>
    expect(held(points, budget)?.budget).toBe(shown));

  test('rounding of a budget in text does not lose its own point', () => expect(held(points, 100 * (1 - 1e-9))?.budget).toBe(100));

  test.each([[60, 1, 100], [60, -1, 20], [70, 1, 100], [70, -1, 60], [100, 1, 100], [20, -1, 20]] as const)('from %d a step of %d goes to %d', (from, way, to) =>
    expect(stepped(points, from, way)).toBe(to));

  test('a dragged budget near a computed one means that one, others a round sum', () => {
    expect(snapped(points, 60.5)).toBe(60);
    expect(snapped(points, 71.234)).toBeCloseTo(71.2);
    expect(snapped([], 3)).toBe(3);
  });

  test('a round step is a twentieth, to 1, 2 or 5', () => expect([200e9, 100e9, 30e6, 1000].map(roundStep)).toEqual([10e9, 5e9, 2e6, 50]));
});

describe('what more money gains', () => {
  test('gains are for the same sum on every step', () => {
    const [first, second] = gains(planned([point(20, 0.5), point(40, 0.6), point(100, 0.63)]), 10);
    expect(first?.gain).toBeCloseTo(0.05);
    expect(second?.gain).toBeCloseTo(0.005);
    expect(first?.low).toBeNull();
  });

  test('intervals are those of paired years', () => {
    const [only] = gains(planned([point(20, 0.5, [0.4, 0.6]), point(40, 0.6, [0.5, 0.7])]), 10);
    expect([only?.gain, only?.low, only?.high].map((value) => Number(value?.toFixed(6)))).toEqual([0.05, 0.05, 0.05]);
  });

  test('enough is the least budget that no larger one beats beyond chance', () => {
    const years = [0.1, 0.5, 0.9, 0.4];
    const better = years.map((value) => value + 0.05);
    const wobbling = [0.14, 0.56, 0.95, 0.45].map((value, k) => value + (k % 2 ? 0.2 : -0.2));
    expect(enough(planned([point(1, 0.5, years), point(2, 0.55, better), point(3, 0.55, wobbling)]))).toBe(2);
    expect(enough(planned([point(1, 0.5, years), point(2, 0.55, better)]))).toBeNull();
    expect(enough(planned([point(1, 0.5), point(2, 0.5)]))).toBeNull();
  });
});

describe('where the money goes', () => {
  const bought = {
    orders: [order('a', 'US', 'air', 30), order('b', 'TR', 'air', 40), order('free', 'AT', 'surface', 0)],
    later: [{ platform: 'c', supplier_country: 'US', domain: 'surface', cost: 20 }],
    cost: { integration: 8, gateways: 2 },
  };

  test('parts add up to all acquisition, later orders included', () => {
    const parts = partsBy('supplier_country', bought);
    expect(parts.map((part) => [part.key, part.amount])).toEqual([['US', 50], ['TR', 40], [SYSTEM, 10]]);
    expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1);
    expect(partsBy('domain', bought).map((part) => part.key)).toEqual(['air', 'surface', SYSTEM]);
  });

  test('stacks of all budgets have one order, the system last', () => {
    const stacks = [[{ key: SYSTEM, amount: 99, share: 1 }], [{ key: 'US', amount: 1, share: 1 }, { key: 'TR', amount: 5, share: 1 }]];
    expect(stackOrder(stacks)).toEqual(['TR', 'US', SYSTEM]);
  });

  test("a run's limits are its own, a point's are those it was made under", () => {
    const spent = { '2026': { obligation: 90, outlay: 70, support: 0 }, '2027': { obligation: 0, outlay: 20, support: 8 } };
    const run = yearRows({ by_fiscal_year: spent, budget: { '2026': { obligation: 200, support: null }, '2027': { obligation: 0, support: 10 } } }, []);
    expect(run.map((row) => [row.year, row.purse, row.limit])).toEqual([['2026', 'obligation', 200], ['2026', 'outlay', null], ['2027', 'outlay', null], ['2027', 'support', 10]]);
    const binding = [{ limit: 'budget.obligation.2026', label: '', used: 90, of: 100, unit: 'JPY' }];
    expect(yearRows({ by_fiscal_year: spent }, binding)[0]?.limit).toBe(100);
    expect(fullest(run).map((row) => row.purse)).toEqual(['support', 'obligation']);
  });
});

test.each([
  ['budget.support.2027', { kind: 'money', purse: 'support', year: '2027' }],
  ['places.naha.capacity_air', { kind: 'base', place: 'naha', domain: 'air' }],
  ['platforms.tb2.production_rate_per_year', { kind: 'output', platform: 'tb2' }],
  ['operations.people_limit', { kind: 'people' }],
  ['policies.supplier_country_share.max', { kind: 'country_share' }],
  ['policies.domestic_share.min', { kind: 'domestic_share' }],
  ['something.else', { kind: 'other' }],
])('the limit %s is understood', (path, limit) => expect(limitOf(path)).toEqual(limit));
