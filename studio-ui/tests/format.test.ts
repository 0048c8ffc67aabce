import { afterEach, describe, expect, it } from 'vitest';
import { day, interval, measure, money, number, percent, period, probability, quantity } from '../src/lib/format';
import { words } from '../src/lib/i18n.svelte';

afterEach(() => words.set('en'));

describe('numbers', () => {
  it('are written as the reports write them', () => {
    expect(number(12345.67, 1)).toBe('12,345.7');
    expect(number(-3)).toBe('−3');
    expect(number(-0.04, 1)).toBe('0.0');
    expect(quantity(4, 'h')).toBe('4\u00a0h');
    expect(percent(0.7651)).toBe('76.5%');
    expect(measure(0.5, 'fraction')).toBe('50.0%');
    expect(measure(36, 'h', 0)).toBe('36\u00a0h');
    expect(interval(0.7508, 0.7793)).toBe('75.1 to 77.9%');
    expect(interval(-0.01, 1.02)).toBe('0.0 to 100.0%');
    expect(probability(0.004)).toBe('<1%');
    expect(probability(0.999)).toBe('>99%');
    expect(probability(1)).toBe('100%');
    expect([number(null), percent(undefined), interval(null, 1)]).toEqual(['–', '–', '–']);
  });
});

describe('money', () => {
  it('has three digits and a scale in English', () => {
    expect(money(138_965_008_254, 'JPY')).toBe('¥139.0\u00a0bn');
    expect(money(450_000, 'USD')).toBe('$450.0\u00a0k');
    expect(money(999_960_000, 'USD')).toBe('$1.00\u00a0bn');
    expect(money(1_200_000, 'AUD')).toBe('AUD\u00a01.20\u00a0M');
    expect(money(-2_500_000_000, 'JPY')).toBe('−¥2.50\u00a0bn');
  });

  it('is told in 億円 in Japanese', () => {
    words.set('ja');
    expect(money(200_000_000_000, 'JPY')).toBe('2,000億円');
    expect(money(1_390_000_000_000, 'JPY')).toBe('1.39兆円');
    expect(money(450_000_000, 'JPY')).toBe('4.5億円');
    expect(money(9_000_000, 'JPY')).toBe('900万円');
  });
});

describe('dates', () => {
  it('are those of the reader’s language', () => {
    expect(day('2028-03-31')).toBe('31 March 2028');
    expect(period('2026Q1')).toBe('FY2026 Q1');
    words.set('ja');
    expect(day('2028-03-31')).toBe('2028年3月31日');
    expect(period('2026Q1')).toBe('2026年度 第1四半期');
  });
});
