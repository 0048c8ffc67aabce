import { describe, expect, test } from 'vitest';
import { attainmentDifference, estimate, isTold, pairedDifference, unpairedDifference, type Judged } from '../src/lib/years';

describe('the mean of years', () => {
  test('has the interval of Student, of few years too', () => {
    const half = (n: number) => {
      const years = Array.from({ length: n }, (_, k) => k);
      const found = estimate(years)!;
      const mean = (n - 1) / 2;
      const variance = years.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
      return (found.high - found.mean) / Math.sqrt(variance / n);
    };
    const published = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.262, 2.045];
    [2, 3, 4, 5, 6, 7, 10, 30].forEach((n, k) => expect(half(n)).toBeCloseTo(published[k]!, 2));
  });

  test('leaves out years without a value; one year tells no interval', () => {
    expect(estimate([1, 2, 3, 4, 5, null])?.mean).toBe(3);
    expect(estimate([1])).toBeNull();
  });

  test('of a difference is that of common years', () => {
    expect(pairedDifference([1, 2, 3, 9], [0, null, 1])?.mean).toBe(1.5);
    expect(isTold(unpairedDifference({ mean: 1, low: 0.9, high: 1.1 }, { mean: 0, low: -0.1, high: 0.1 }))).toBe(true);
  });
});

describe('the difference of two attainments', () => {
  const YEARS = Array.from({ length: 20 }, (_, k) => 0.4 + 0.02 * k);
  const BETTER = YEARS.map((value, k) => value + 0.01 + (k % 2 ? 0.001 : -0.001));
  const judged = (part: Partial<Judged>): Judged => ({ attainment: { simulated: 0.5, low: 0.4, high: 0.6 }, seed: 1, scenario: { hash: 'h' }, yearly: YEARS, ...part });

  test('is paired year by year where the years are the same, and tells what means alone do not', () => {
    const found = attainmentDifference(judged({ yearly: BETTER }), judged({}))!;
    expect([found.paired, found.told, Number(found.mean.toFixed(6))]).toEqual([true, true, 0.01]);
  });

  test('is unpaired where seed, scenario or number of years differ, or are not known', () => {
    const others: Partial<Judged>[] = [{ seed: 2 }, { seed: null }, { scenario: { hash: 'other' } }, { scenario: null }, { yearly: YEARS.slice(1) }, { yearly: undefined }];
    for (const other of others) {
      const found = attainmentDifference(judged({ yearly: BETTER }), judged(other));
      expect([found?.paired, found?.told]).toEqual([false, false]);
    }
  });

  test('without years has both intervals in it; without a judgement there is none', () => {
    const found = attainmentDifference(judged({ yearly: [], attainment: { simulated: 0.55, low: 0.45, high: 0.65 } }), judged({ yearly: [] }))!;
    expect(found.high).toBeCloseTo(0.05 + Math.hypot(0.1, 0.1), 12);
    expect(found.low).toBeCloseTo(0.05 - Math.hypot(0.1, 0.1), 12);
    expect(attainmentDifference({}, judged({}))).toBeNull();
    expect(attainmentDifference(judged({ attainment: { simulated: null } }), judged({}))).toBeNull();
  });
});
