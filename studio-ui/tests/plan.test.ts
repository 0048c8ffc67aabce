import { describe, expect, test } from 'vitest';
import { pinsOf, proposedName, settings } from '../src/views/plan/anew';
import { calendarOf, quartersOf, startOf } from '../src/views/plan/calendar';
import { requirementChanges } from '../src/views/plan/comparison';
import { changesOrders, editedPlan, editsTowards, isPlanFile, NOTHING, ordered, withForbidden, withPin, withQuantity } from '../src/views/plan/edits';
import { lanes } from '../src/views/plan/gantt';
import { did, FRESH, readHistory, redone, undone } from '../src/views/plan/history';
import { usableAt } from '../src/views/plan/ramp';
import { groups, meanTold, periodsShown, unitPrices } from '../src/views/plan/rows';
import type { OrderRow, PlanFile, Requirement } from '../src/lib/types';

const BASE: PlanFile = {
  fleetcraft: 1, scenario: 'h',
  orders: [{ platform: 'tb2', period: '2026Q1', quantity: 10 }, { platform: 'usv', period: '2026Q1', quantity: 4 }],
  allocation: [
    { platform: 'tb2', base: 'a', area: 'x', craft: 6, stations: 2 },
    { platform: 'tb2', base: 'b', area: 'y', craft: 3, stations: 1 },
    { platform: 'usv', base: 'c', area: 'x', craft: 4, stations: 3 },
  ],
  gateways: [['one', 'two']],
  later: [
    { future: 0, seed: 5, orders: [{ platform: 'usv', period: '2026Q3', quantity: 2 }], allocation: [{ platform: 'usv', base: 'c', area: 'x', craft: 2 }, { platform: 'tb2', base: 'b', area: 'y', craft: 1 }] },
  ],
};
const craft = (plan: PlanFile, platform: string) => (plan.allocation ?? []).filter((row) => row.platform === platform).map((row) => row.craft);

describe('edits', () => {
  test('a quantity that is set back is no change', () => {
    const changed = withQuantity(NOTHING, BASE.orders, 'tb2/2026Q1', 12);
    expect(changesOrders(changed, BASE.orders)).toBe(true);
    expect(withQuantity(changed, BASE.orders, 'tb2/2026Q1', 10)).toEqual(NOTHING);
  });

  test('quantities are whole and never below nought', () => {
    expect(withQuantity(NOTHING, BASE.orders, 'tb2/2026Q1', -3).changed).toEqual({ 'tb2/2026Q1': 0 });
    expect(withQuantity(NOTHING, BASE.orders, 'new/2026Q2', 2.6).changed).toEqual({ 'new/2026Q2': 3 });
  });

  test('a forbidden type is ordered nowhere and loses its pins; allowed again it has its orders', () => {
    const pinned = withPin(withPin(NOTHING, 'tb2/2026Q1'), 'usv/2026Q1');
    const without = withForbidden(pinned, 'tb2');
    expect(without.pinned).toEqual(['usv/2026Q1']);
    expect(ordered(BASE.orders, without)).toEqual({ 'tb2/2026Q1': 0, 'usv/2026Q1': 4 });
    expect(ordered(BASE.orders, withForbidden(without, 'tb2'))['tb2/2026Q1']).toBe(10);
  });

  test('pins alone change no order', () => expect(changesOrders(withPin(NOTHING, 'tb2/2026Q1'), BASE.orders)).toBe(false));
});

describe('the plan that is judged', () => {
  test('without edits it is the plan on display', () => expect(editedPlan(BASE, NOTHING)).toEqual({ plan: BASE, greedy: false }));

  test('fewer craft leave the rows by share, and stations follow', () => {
    const { plan } = editedPlan(BASE, withQuantity(NOTHING, BASE.orders, 'tb2/2026Q1', 4));
    expect(craft(plan, 'tb2')).toEqual([2, 1]);
    expect(plan.allocation?.[0]?.stations).toBeUndefined();
    expect(craft(plan, 'usv')).toEqual([4]);
    expect(plan.allocation?.[2]?.stations).toBe(3);
  });

  test('more craft join the rows by share; what was kept free stays free', () => {
    const { plan } = editedPlan(BASE, withQuantity(NOTHING, BASE.orders, 'tb2/2026Q1', 16));
    expect(craft(plan, 'tb2')).toEqual([10, 5]);
  });

  test('never are more craft placed than are ordered, in no future either', () => {
    for (let quantity = 0; quantity <= 12; quantity += 1) {
      const { plan } = editedPlan(BASE, withQuantity(NOTHING, BASE.orders, 'tb2/2026Q1', quantity));
      const placed = craft(plan, 'tb2').reduce((a, b) => a + b, 0);
      const [entry] = plan.later as { allocation: { platform: string; craft: number }[] }[];
      const later = entry?.allocation.filter((row) => row.platform === 'tb2').reduce((sum, row) => sum + row.craft, 0) ?? 0;
      expect(placed + later).toBeLessThanOrEqual(quantity);
    }
  });

  test('a forbidden type is gone from orders, rows and what single futures order', () => {
    const { plan } = editedPlan(BASE, withForbidden(NOTHING, 'usv'));
    expect(JSON.stringify(plan)).not.toContain('usv');
  });

  test('a type that is based nowhere leaves the placing to the rule', () => {
    const { plan, greedy } = editedPlan(BASE, withQuantity(NOTHING, BASE.orders, 'new/2026Q2', 2));
    expect(greedy).toBe(true);
    expect(plan.allocation).toBeUndefined();
    expect(plan.later).toBeUndefined();
    expect(plan.gateways).toEqual(BASE.gateways);
  });

  test('a file read in becomes edits that give its orders', () => {
    const file = { fleetcraft: 1 as const, scenario: null, orders: [{ platform: 'usv', period: '2026Q1', quantity: 4 }, { platform: 'new', period: '2026Q2', quantity: 1 }] };
    const edits = editsTowards(BASE.orders, file);
    expect(editedPlan(BASE, edits).plan.orders).toEqual(file.orders);
    expect([isPlanFile(file), isPlanFile({ fleetcraft: 1 }), isPlanFile({ fleetcraft: 1, orders: [{ platform: 'x', period: 'y', quantity: -1 }] }), isPlanFile(null)]).toEqual([true, false, false, false]);
  });
});

describe('undo and redo', () => {
  const one = withQuantity(NOTHING, BASE.orders, 'tb2/2026Q1', 11);
  const two = withQuantity(NOTHING, BASE.orders, 'tb2/2026Q1', 12);

  test('go back and forth; a new step forgets what was ahead', () => {
    const history = did(did(FRESH, one), two);
    expect(undone(history).now).toBe(one);
    expect(redone(undone(history)).now).toBe(two);
    expect(undone(undone(undone(history))).now).toBe(NOTHING);
    expect(did(undone(history), NOTHING).ahead).toEqual([]);
  });

  test('steps that are joined are one step back', () => expect(undone(did(did(FRESH, one), two, true)).now).toBe(NOTHING));

  test('what was kept is read back; what cannot be read is nothing', () => {
    const history = undone(did(did(FRESH, one), two));
    expect(readHistory(JSON.stringify(history))).toEqual(history);
    expect([readHistory(null), readHistory('{'), readHistory('{"now":3}'), readHistory('null')]).toEqual([FRESH, FRESH, FRESH, FRESH]);
  });
});

describe('differences of requirements', () => {
  test('requirements are told by what their change weighs, and at most means less is better', () => {
    const asked = (id: string, simulated: number, more: Partial<Requirement> = {}) => ({ id, simulated, threshold: 0.5, weight: 1, at_most: false, ...more }) as Requirement;
    const before = [asked('a', 0.4), asked('b', 0.4), asked('c', 10, { at_most: true, threshold: 20 }), asked('same', 0.3)];
    const after = [asked('a', 0.35), asked('b', 0.42, { weight: 9 }), asked('c', 12, { at_most: true, threshold: 20 }), asked('same', 0.3)];
    expect(requirementChanges(before, after).map((row) => [row.requirement.id, Math.sign(row.gain)])).toEqual([['b', 1], ['a', -1], ['c', -1]]);
  });
});

describe('dates', () => {
  const japan = calendarOf({ calendar: { start: '2026-04-01', news: '2026-10-01', deadline: '2028-03-31', end: '2029-03-31', fiscal_year_start: '04-01' } })!;

  test('quarters are those of fiscal years up to the deadline, told from the news on', () => {
    const quarters = quartersOf(japan);
    expect(quarters.map((one) => one.id)).toEqual(['2026Q1', '2026Q2', '2026Q3', '2026Q4', '2027Q1', '2027Q2', '2027Q3', '2027Q4']);
    expect(quarters.filter((one) => one.told)[0]).toEqual({ id: '2026Q3', start: '2026-10-01', told: true });
    expect(startOf('2026Q4', japan)).toBe('2027-01-01');
  });

  test('values without a calendar have none', () => expect([calendarOf(null), calendarOf({}), calendarOf({ calendar: 3 })]).toEqual([null, null, null]));

  test('a lane tells when half of the craft are there in fast, usual and slow futures', () => {
    const order = { platform: 'p', name: 'P', supplier_country: 'US', domain: 'air', period: '2026Q1', quantity: 10, cost: 5 } as OrderRow;
    const month = (date: string, low: number, mean: number, high: number) => ({ platform: 'p', date, low, mean, high });
    const [lane] = lanes([order], [month('2026-05-01', 0, 0, 5), month('2026-06-01', 0, 5, 10), month('2026-07-01', 4, 9, 12)], [{ platform: 'p', ordered: 10, probability_usable_in_time: 0.7 }]);
    expect([lane?.early, lane?.expected, lane?.late, lane?.inTime]).toEqual(['2026-05-01', '2026-06-01', null, 0.7]);
    expect(lane?.months.map((one) => one.share)).toEqual([0, 0.5, 0.9]);
  });
});

describe('rows of the orders', () => {
  const order = (platform: string, domain: OrderRow['domain'], quantity: number, cost: number): OrderRow => ({ platform, name: platform, supplier_country: 'US', domain, period: '2026Q1', quantity, cost });
  const orders = [order('cheap', 'air', 2, 10), order('dear', 'air', 1, 50), order('boat', 'surface', 1, 5)];
  const later = [{ platform: 'sub', period: '2026Q3', probability: 0.5, quantity: { mean: 1, low: 0, high: 2 }, cost: 3 }];
  const platforms = [{ id: 'sub', name: 'Sub', domain: 'underwater' as const, supplier: 's', supplier_country: 'FR' }];

  test('types stand by domain, dearest first, with those of single futures', () => {
    const found = groups(platforms, orders, later, NOTHING, []);
    expect(found.map((group) => [group.domain, group.rows.map((row) => row.id)])).toEqual([['air', ['dear', 'cheap']], ['surface', ['boat']], ['underwater', ['sub']]]);
    expect(found[0]?.cost).toBe(60);
  });

  test('changed quantities cost their unit price; of an unknown one nothing is claimed', () => {
    const edits = withQuantity(withQuantity(NOTHING, orders, 'cheap/2026Q1', 4), orders, 'sub/2026Q2', 1);
    const found = groups(platforms, orders, later, edits, []);
    expect(found[0]?.rows.find((row) => row.id === 'cheap')?.cost).toBe(20);
    expect(found[2]?.cost).toBeNull();
    expect(groups(platforms, orders, later, edits, [order('sub', 'underwater', 1, 7)])[2]?.cost).toBe(7);
    expect(periodsShown(orders, later, edits)).toEqual(['2026Q1', '2026Q2', '2026Q3']);
    expect(unitPrices(orders).get('cheap')).toBe(5);
  });
});

describe('a scenario decided anew', () => {
  const edits = { changed: { 'tb2/2026Q1': 12 }, pinned: ['tb2/2026Q1'], forbidden: ['usv'] };

  test('pins hold the quantities as they are now', () => expect(pinsOf(BASE.orders, edits)).toEqual([{ platform: 'tb2', period: '2026Q1', quantity: 12 }]));

  test('what the scenario forbids and pins already stays, and the budget is that of the plan on display', () => {
    const values = { budget: { counts: 'obligation', obligation: { '2026': 200e9 } }, policies: { platforms: { without: ['old'] }, pinned: [{ platform: 'x', period: '2026Q1', quantity: 1 }, { platform: 'tb2', period: '2026Q1', quantity: 9 }] } };
    expect(settings(values, { caseName: null, orders: BASE.orders, edits, scale: 0.6 })).toEqual([
      ['policies.pinned', [{ platform: 'x', period: '2026Q1', quantity: 1 }, { platform: 'tb2', period: '2026Q1', quantity: 12 }]],
      ['policies.platforms.without', ['old', 'usv']],
      ['budget.obligation.2026', 120e9],
    ]);
    expect(settings(values, { caseName: null, orders: BASE.orders, edits: NOTHING, scale: 1 })).toEqual([]);
  });

  test('what the case states is set in the case, the rest in the scenario itself', () => {
    const values = {
      budget: { counts: 'obligation', obligation: { '2026': 200e9, '2027': 100e9 } },
      policies: { platforms: { without: ['old'] }, pinned: [{ platform: 'x', period: '2026Q1', quantity: 1 }] },
      cases: { poor: { 'budget.obligation.2026': 50e9, 'policies.platforms.without': ['theirs'] } },
    };
    expect(settings(values, { caseName: 'poor', orders: BASE.orders, edits, scale: 2 })).toEqual([
      ['policies.pinned', [{ platform: 'x', period: '2026Q1', quantity: 1 }, { platform: 'tb2', period: '2026Q1', quantity: 12 }]],
      ['cases.poor.policies.platforms.without', ['theirs', 'usv']],
      ['cases.poor.budget.obligation.2026', 100e9],
      ['budget.obligation.2027', 200e9],
    ]);
  });

  test('names are free and well formed', () => {
    expect(proposedName('japan-2026', [])).toBe('japan-2026-own');
    expect(proposedName('japan-2026', ['japan-2026-own', 'japan-2026-own-2'])).toBe('japan-2026-own-3');
    expect(proposedName('run:Ünder_score run', [])).toMatch(/^[a-z0-9-]{1,40}$/);
  });
});

test('craft in use at the opening are those of that month, not of the one before the deadline', () => {
  const row = (date: string, mean: number) => ({ domain: 'air' as const, date, low: mean, mean, high: mean, ordered: 110 });
  const rows = [row('2028-03-01', 72.87), row('2028-04-01', 79.82), row('2028-05-01', 85.73)];
  expect(usableAt(rows, '2028-04-01')).toBe(79.82);
  expect(usableAt(rows, '2028-04-15T00:00:00')).toBe(85.73);
  expect(usableAt(rows, '2029-01-01')).toBe(85.73);
  expect(usableAt([], '2029-01-01')).toBe(0);
});

test('few craft in the mean are not told as none', () => {
  expect([0, 0.02, 0.05, 1.24].map(meanTold)).toEqual(['0.0', '<0.1', '0.1', '1.2']);
});
