import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Shown } from '../src/lib/shown';
import type { JobRequest } from '../src/lib/types';

const asked: JobRequest[] = [];
const studio = {
  scenarioId: 'first', caseName: 'poor' as string | null, jobs: [], run: { entry: { seed: 7 } } as { entry: { seed: number } } | null,
  frontier: { data: null },
  start: (request: JobRequest) => (asked.push(request), Promise.resolve({ id: String(asked.length) })),
  finished: () => Promise.resolve({ state: 'done', run: 'judged' }),
  tell: () => undefined,
};
vi.mock('../src/lib/studio.svelte', () => ({ studio, asApiError: (error: unknown) => error }));
vi.mock('../src/lib/api', () => ({
  api: {
    plan: () => Promise.resolve({ fleetcraft: 1, scenario: 'h', orders: [{ platform: 'tb2', period: '2026Q1', quantity: 10 }], routes: {} }),
    run: () => Promise.resolve({ result: {} }),
    cancel: () => Promise.resolve(),
  },
}));
const { edited, FULL_YEARS } = await import('../src/views/plan/editing.svelte');

const shown = { run: 'mine', point: null } as Shown;
const more = { changed: { 'tb2/2026Q1': 12 }, pinned: [], forbidden: [] };

beforeEach(async () => {
  vi.useFakeTimers();
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
  Object.assign(studio, { scenarioId: 'first', caseName: 'poor', run: { entry: { seed: 7 } } });
  edited.close();
  await edited.open(shown, `hash ${Math.random()}`);
  asked.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

test('what is changed is judged as a trial, in the scenario, case and seed it was opened with, whatever is opened meanwhile', async () => {
  edited.change(more);
  Object.assign(studio, { scenarioId: 'second', caseName: null, run: null });
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked.map((one) => [one.scenario, one.case, one.options?.seed, one.trial])).toEqual([['first', 'poor', 7, true], ['first', 'poor', 7, true]]);
});

test('what is judged with all years is kept', async () => {
  edited.change(more);
  await edited.judge(FULL_YEARS);
  expect(asked.map((one) => [one.trial, one.options?.replications])).toEqual([[false, FULL_YEARS], [false, FULL_YEARS]]);
});

test('nothing is judged once the plan is closed', async () => {
  edited.change(more);
  edited.close();
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toEqual([]);
  expect(edited.judgement).toBeNull();
});

test('what is changed of a plan is found again with it, and follows into no other', async () => {
  await edited.open(shown, 'hash');
  edited.change(more);
  await vi.advanceTimersByTimeAsync(2000);
  asked.length = 0;
  await edited.open({ run: 'other', point: '00-01' } as Shown, 'hash');
  await vi.advanceTimersByTimeAsync(2000);
  expect([edited.changes, asked]).toEqual([false, []]);
  await edited.open(shown, 'hash');
  expect(edited.edits.changed).toEqual(more.changed);
});
