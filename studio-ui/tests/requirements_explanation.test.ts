import { describe, expect, test } from 'vitest';
import {
  dearestEnd, dearToKeep, findWhyNot, isFar, leftOver, limitsInOrder, moreAndFewer, movers, nextMoneyKind, notKept, reasonsOf, whyNotInOrder,
  type Change, type Explanation, type Flip, type Limit, type WhyNot,
} from '../src/views/requirements/explanation';
import { losses, ordersByType, ranked, type Comparison, type Plan, type Restriction } from '../src/views/requirements/restrictions';

const limit = (part: Partial<Limit>): Limit =>
  ({ limit: 'budget.support.2028', kind: 'support', unit: 'JPY', used: 79, of: 80, slack: 1, asked: true, step: 5, marginal: 0.01, ...part });
const reason = (part: Partial<WhyNot>): WhyNot =>
  ({ platform: 'x', name: 'X', reason: 'too_dear', by: null, price: 5, price_now: 10, currency: 'USD', verified: null, detail: {}, ...part });
const flip = (part: Partial<Flip>): Flip =>
  ({ path: 'a', platform: null, low: 1, likely: 2, high: 3, unit: '', ends: { low: null, high: null }, moved: 0.2, regret: 0.05, flips: true, ...part });
const change = (platform: string, craft: number, money: number): Change =>
  ({ platform, name: platform, supplier_country: 'US', domain: 'air', craft, money });

const explanation = (part: Partial<Explanation> = {}): Explanation => ({
  currency: 'JPY', plan: { solved_again: { moved: 0.05 } }, binding: [], why_not: [], alternatives: [], solves: 1,
  next_money: { budget: 'budget.obligation.2026', amount: 10, currency: 'JPY', why: null, changes: [change('a', 1, 1)], planned: 0, simulated: { mean: 0.01, low: 0.005, high: 0.015 } },
  flips: { flip_from: 0.1, ranges: 3, solved: 2, entries: [], pairs: [] },
  ...part,
});

test('limits that bind come dearest first, the others fullest first', () => {
  const rows = [limit({ limit: 'a', marginal: 0, used: 1, of: 10 }), limit({ limit: 'b', marginal: 0.002 }), limit({ limit: 'c', marginal: 0.01 }), limit({ limit: 'd', marginal: 0, used: 9, of: 10 })];
  const { binding, slack } = limitsInOrder(explanation({ binding: rows }));
  expect(binding.map((each) => each.limit)).toEqual(['c', 'b']);
  expect(slack.map((each) => each.limit)).toEqual(['d', 'a']);
});

test('types nearest to being bought come first, and are found by name and reason', () => {
  const rows = [reason({ platform: 'late', reason: 'late', price: null }), reason({ platform: 'far', price: 1 }), reason({ platform: 'near', price: 9 })];
  expect(whyNotInOrder(rows).map((each) => each.platform)).toEqual(['near', 'far', 'late']);
  expect(reasonsOf(rows)).toEqual([{ reason: 'too_dear', n: 2 }, { reason: 'late', n: 1 }]);
  expect(findWhyNot(rows, 'NEAR', null, (each) => each.name).map((each) => each.platform)).toEqual(['near']);
  expect(findWhyNot(rows, '', 'late', (each) => each.name).map((each) => each.platform)).toEqual(['late']);
});

describe('what another sum buys', () => {
  const next = (simulated: Explanation['next_money']['simulated'], changes: Change[] | null = [change('a', 1, 1)]) =>
    ({ ...explanation().next_money, simulated, changes });
  test('is told by its interval', () => {
    expect(nextMoneyKind(explanation())).toBe('more');
    expect(nextMoneyKind(explanation({ next_money: next(null) }))).toBe('unknown');
    expect(nextMoneyKind(explanation({ next_money: next({ mean: 0, low: 0, high: 0 }, []) }))).toBe('same');
    expect(nextMoneyKind(explanation({ next_money: next({ mean: -0.02, low: -0.03, high: -0.01 }) }))).toBe('less');
    const unsure = next({ mean: 0.001, low: -0.01, high: 0.012 });
    expect(nextMoneyKind(explanation({ next_money: unsure }))).toBe('chance');
    expect(nextMoneyKind(explanation({ next_money: unsure, binding: [limit({ limit: 'budget.obligation.2026' })] }))).toBe('maybe');
  });
  test('tells what is left only of a budget that does not bind', () => {
    expect(leftOver(explanation({ binding: [limit({ limit: 'budget.obligation.2026', marginal: 0, slack: 7 })] }))).toBe(7);
    expect(leftOver(explanation({ binding: [limit({ limit: 'budget.obligation.2026', marginal: 0.1, slack: 7 })] }))).toBe(0);
  });
});

test('flips are told by what keeping the plan would cost, and where it cannot be kept', () => {
  const end = (part: object) => ({ can_be_kept: true, moved: 0.2, regret: 0, ...part });
  const entries = [
    flip({ path: 'cheap', regret: 0.001 }),
    flip({ path: 'dear', regret: 0.07, moved: 0.1, ends: { low: end({ regret: 0.02 }), high: end({ regret: 0.07 }) } }),
    flip({ path: 'broken', regret: null, moved: 0.4, ends: { low: end({ can_be_kept: false }), high: null } }),
    flip({ path: 'unsolved', moved: null, regret: null, flips: false, ends: { low: end({ can_be_kept: false }), high: null } }),
  ];
  const found = explanation({ flips: { flip_from: 0.1, ranges: 4, solved: 3, entries, pairs: [] } });
  expect(dearToKeep(found).map((each) => each.path)).toEqual(['dear']);
  expect(dearestEnd(entries[1]!)).toBe('high');
  expect(notKept(found).map(({ row, end: at }) => [row.path, at])).toEqual([['broken', 'low']]);
  expect(movers(found).map((each) => each.path)).toEqual(['broken', 'cheap', 'dear']);
  expect(isFar(found)).toBe(false);
});

test('changes are parted into more and fewer, the most money first', () => {
  const { more, fewer } = moreAndFewer([change('a', 1, 5), change('b', 3, 50), change('c', -2, -9)]);
  expect(more.map((each) => each.platform)).toEqual(['b', 'a']);
  expect(fewer.map((each) => each.platform)).toEqual(['c']);
});

describe('restrictions', () => {
  const plan = (part: Partial<Plan>): Plan => ({
    status: 'optimal', gap: 0, attainment: { planned: 0, simulated: 0.5, low: 0.4, high: 0.6 }, cost: null, orders: [], later: [], requirements: [],
    probability_all_met: 0, conflict: [], ...part,
  });
  const restriction = (name: string, part: Partial<Restriction>): Restriction =>
    ({ ...plan(part), name, of: 'supplier_country', only: ['TR'], without: [], difference: null, more_money: null, more_money_unknown: null, ...part });

  test('stand best first, those without a plan last', () => {
    const rows = [restriction('none', { attainment: null }), restriction('low', {}), restriction('high', { attainment: { planned: 0, simulated: 0.9, low: 0.8, high: 1 } })];
    const found = { currency: 'JPY', budget: { acquisition: 1 }, lifted: [], open: plan({}), restrictions: rows, replications: 2 } satisfies Comparison;
    expect(ranked(found).map((each) => each.name)).toEqual(['high', 'low', 'none']);
  });

  test('lose what falls by more than a point, of shares alone', () => {
    const values = (a: number, b: number, hours: number) => [{ id: 'a', simulated: a }, { id: 'b', simulated: b }, { id: 'h', simulated: hours }];
    const open = plan({ requirements: values(0.8, 0.5, 90) });
    expect(losses(open, plan({ requirements: values(0.2, 0.495, 10) }), new Set(['a', 'b']))).toEqual([{ id: 'a', fall: 0.8 - 0.2 }]);
  });

  test('tell orders of one type together, those of later among them', () => {
    const order = (platform: string, quantity: number, cost: number) =>
      ({ platform, name: platform, supplier_country: 'US', domain: 'air' as const, period: '2026Q1', quantity, cost });
    const found = ordersByType(plan({
      orders: [order('a', 2, 10), order('b', 1, 50), order('a', 3, 5)],
      later: [{ ...order('a', 0, 2), quantity: { mean: 1.5 } }],
    }));
    expect(found.map((each) => [each.platform, each.craft, each.later, each.cost])).toEqual([['b', 1, 0, 50], ['a', 5, 1.5, 17]]);
  });
});
