import { afterEach, describe, expect, it } from 'vitest';
import { words } from '../src/lib/i18n.svelte';
import type { Requirement } from '../src/lib/types';
import { limitName, moreMoney, why } from '../src/views/requirements/explain_words';
import type { Explanation, Limit, WhyNot } from '../src/views/requirements/explanation';
import { rangeInWords, type Names } from '../src/views/requirements/ranges';
import { inFull, inShort, points, shortfall } from '../src/views/requirements/words';
import { restrictionName } from '../src/views/requirements/restriction_words';

afterEach(() => words.set('en'));

const row = (part: Partial<Requirement>): Requirement => ({
  id: 'a-detection-small_craft_4h', area: 'a', measure: 'detection', target: 'small_craft', within_h: 4, unit: 'fraction', at_most: false,
  threshold: 0.5, weight: 1, sentence: 'as stated', planned: 0.4, simulated: 0.4, low: 0.38, high: 0.42, probability_met: 0.1, ...part,
});
const NAMES: Names = { platform: (id) => id.toUpperCase(), place: (id) => id.toUpperCase(), hired: (id) => id === 'hired' };

describe('requirements in words', () => {
  it('say every measure in both languages, with nothing left to fill in', () => {
    const rows = [
      row({}), row({ measure: 'identification' }), row({ measure: 'revisit', at_most: true, unit: 'h', threshold: 48, within_h: null }),
      row({ measure: 'presence', target: null, within_h: null, domain: 'surface', craft: 2 }),
      row({ measure: 'layered', target: null, within_h: null, domains: ['air', 'surface'] }),
    ];
    for (const language of ['en', 'ja'] as const) {
      words.set(language);
      for (const each of rows) {
        for (const told of [inShort(each), inFull(each, 'Miyako'), shortfall(each, 'Miyako')]) expect(told).not.toMatch(/[{}]|undefined|requirements\./);
        expect(inFull(each, 'Miyako')).toContain('Miyako');
      }
    }
    expect(inFull(rows[0]!, '宮古海峡')).toBe('宮古海峡に到着した小型舟艇を、到着から4時間以内に50%以上の確率で発見する。');
    words.set('en');
    expect(inFull(rows[2]!, 'Miyako')).toBe('A still small craft in Miyako is looked at every 48\u00a0h or less.');
    expect(inShort(rows[3]!)).toBe('2 surface craft on station');
  });

  it('fall back on the stated sentence where what is asked cannot be known', () => {
    const unknown = row({ measure: 'presence', target: null, id: 'mine' });
    expect(inShort(unknown)).toBe('as stated');
    expect(inFull(unknown, 'A')).toBe('As stated.');
  });

  it('write points with their sign', () => {
    expect([points(-0.0443), points(0.0123, true), points(0.0001, true), points(null, true)]).toEqual(['−4.4', '+1.2', '0.0', '–']);
  });
});

describe('an explanation in words', () => {
  const reason = (part: Partial<WhyNot>): WhyNot =>
    ({ platform: 'x', name: 'X', reason: 'late', by: null, price: null, price_now: 10e6, currency: 'USD', verified: null, detail: {}, ...part });

  it('gives each reason in both languages', () => {
    const reasons = [
      reason({ detail: { probability_usable_in_time: 0.004 } }), reason({ reason: 'no_base', detail: { domain: 'air' } }),
      reason({ reason: 'out_of_range', detail: { nearest_nm: 16, range_nm: 7, station_h: 0, least_station_h: 1 } }),
      reason({ reason: 'out_of_range', detail: { nearest_nm: 16, range_nm: 70, station_h: 0.4, least_station_h: 1 } }),
      reason({ reason: 'serves_nothing' }), reason({ reason: 'excluded', by: 'policies.domains' }), reason({ reason: 'dominated', by: 'y' }),
      reason({ reason: 'too_dear', price: 8e6, verified: { below: { price: 8e6, craft: 4 }, above: { price: 8.4e6, craft: 0 } } }),
      reason({ reason: 'close', detail: { craft: 2 } }), reason({ reason: 'not_as_a_gift', by: 'budget.support.*' }), reason({ reason: 'not_as_a_gift', by: 'places.a' }), reason({ reason: 'not_as_a_gift' }),
    ];
    for (const language of ['en', 'ja'] as const) {
      words.set(language);
      const told = reasons.map((each) => why(each, NAMES));
      expect(new Set(told).size).toBe(reasons.length);
      for (const each of told) expect(each).not.toMatch(/[{}]|undefined|requirements\./);
    }
    words.set('en');
    expect(why(reasons[0]!, NAMES)).toContain('probability of <1%');
    expect(why(reasons[7]!, NAMES)).toContain('$8.00\u00a0M (20% less)');
  });

  it('names limits and ranges', () => {
    const limit = (part: Partial<Limit>) => ({ limit: '', kind: 'base', unit: 'craft', used: 1, of: 2, slack: 1, asked: true, step: 1, marginal: 0, ...part }) as Limit;
    expect(limitName(limit({ limit: 'places.miyako.capacity_air' }), NAMES)).toBe('room for air craft at MIYAKO');
    expect(limitName(limit({ kind: 'support', limit: 'budget.support.2028' }), NAMES)).toBe('support money of FY2028');
    const range = (path: string, platform: string | null = null) => rangeInWords({ path, platform }, NAMES);
    expect(range('exchange.start.USD')).toBe('the rate of the dollar (USD)');
    expect(range('places.*.capacity_surface')).toBe('surface craft a base can hold');
    expect(range('operations.classes.glider.upkeep_people')).toBe('people who keep a glider');
    expect(range('platforms.hired.unit_price_likely', 'hired')).toBe('HIRED: yearly fee');
    expect(range('platforms.tb2.unit_price_likely', 'tb2')).toBe('TB2: price');
    expect(range('some.other_value')).toBe('some: other value');
    words.set('ja');
    expect(range('budget.support.2028')).toBe('2028年度の維持予算');
  });

  it('tells what is left of a budget that does not bind', () => {
    const found = {
      currency: 'JPY', binding: [{ limit: 'b', marginal: 0, slack: 5e9 }],
      next_money: { budget: 'b', amount: 1e10, currency: 'JPY', why: null, changes: [{ craft: 1, name: 'X', money: 1 }], planned: 0, simulated: { mean: -0.002, low: -0.003, high: -0.001 } },
    } as unknown as Explanation;
    expect(moreMoney(found)).toBe(
      'Another ¥10.0\u00a0bn of acquisition money buys nothing: the plan found with it attains 0.2 points less (0.1 to 0.3) than the plan as it is, which would be kept. ¥5.00\u00a0bn of that year’s are left as it is.',
    );
  });
});

it('a restriction of one country bears its name, one of a policy file its own', () => {
  const restriction = (name: string, part: object) => ({ name, of: 'supplier_country', only: [], without: [], ...part }) as never;
  expect(restrictionName(restriction('only TR', { only: ['TR'] }))).toBe('Only Türkiye');
  expect(restrictionName(restriction('without air', { of: 'domain', without: ['air'] }))).toBe('Without air');
  expect(restrictionName(restriction('allies', { only: ['US', 'AU'] }))).toBe('allies');
});
