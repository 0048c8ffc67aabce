import { expect, test } from 'vitest';
import { craftOf, isSameOrder, ordersBeside, requirementsBeside, yearsBeside } from '../src/views/runs/beside';

const plan = (part: object) => ({ attainment: { simulated: 0.5, low: 0.4, high: 0.6 }, orders: [], later: [], requirements: [], ...part });

test('orders are summed by type, the largest difference in money first', () => {
  const order = (platform: string, quantity: number, cost: number) => ({ platform, name: platform, domain: 'air', supplier_country: 'US', quantity, cost });
  const a = plan({ orders: [order('x', 2, 20), order('x', 1, 10), order('same', 5, 500)], later: [{ ...order('x', 0, 1), quantity: { mean: 0.5 } }] });
  const b = plan({ orders: [order('y', 4, 400), order('same', 5, 500)] });
  const pairs = ordersBeside(a, b);
  expect(pairs.map((each) => each.platform)).toEqual(['y', 'x', 'same']);
  expect(pairs[1]?.a).toEqual({ craft: 3, later: 0.5, cost: 31 });
  expect(pairs[1]?.b).toEqual({ craft: 0, later: 0, cost: 0 });
  expect(pairs.map(isSameOrder)).toEqual([false, false, true]);
  expect(craftOf(a)).toBe(8);
});

test('requirements are matched by id, and better is less where less is asked', () => {
  const row = (id: string, simulated: number | null, part: object = {}) =>
    ({ id, threshold: 0.5, at_most: false, simulated, low: (simulated ?? 0) - 0.01, high: (simulated ?? 0) + 0.01, ...part });
  const hours = { at_most: true, threshold: 48 };
  const a = { requirements: [row('p', 0.5), row('h', 60, hours), row('only a', 0.3), row('q', 0.4)] };
  const b = { requirements: [row('p', 0.505), row('h', 40, hours), row('q', 0.2)] };
  const pairs = requirementsBeside(a, b);
  expect(pairs.map((each) => each.asked.id)).toEqual(['h', 'q', 'p', 'only a']);
  expect(pairs.map((each) => each.better)).toEqual([true, false, true, null]);
  expect(pairs.map((each) => each.overlap)).toEqual([false, false, true, true]);
  expect(pairs[3]?.b).toBeNull();
});

test('years of either run stand side by side', () => {
  const cost = (years: object) => ({ cost: { by_fiscal_year: years } });
  expect(yearsBeside(cost({ 2027: { support: 1 } }), cost({ 2026: { outlay: 2 }, 2027: { support: 3 } }))).toEqual([
    { year: '2026', a: {}, b: { outlay: 2 } },
    { year: '2027', a: { support: 1 }, b: { support: 3 } },
  ]);
});
