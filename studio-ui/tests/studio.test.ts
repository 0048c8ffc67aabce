import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FrontierData, FrontierPoint, Job, Run, RunEntry, ScenarioEntry } from '../src/lib/types';

/** A server that answers when it is told to. */
const server = vi.hoisted(() => ({
  runs: [] as unknown[], jobs: [] as unknown[], scenarios: [] as unknown[], session: {} as unknown,
  run: (_name: string): Promise<unknown> => Promise.reject(new Error('unset')),
  frontier: (_id: string): Promise<unknown> => Promise.reject(new Error('unset')),
  map: (id: string): Promise<unknown> => Promise.resolve({ scenario: id }),
  told: null as null | { job: (job: unknown) => void }, lost: (_gone: boolean): void => undefined,
}));
vi.mock('../src/lib/api', () => {
  class ApiError extends Error {
    constructor(readonly status: number, readonly lines: string[]) {
      super(lines.join('\n'));
    }
  }
  return {
    ApiError,
    listen: (on: { job: (job: unknown) => void }, lost: (gone: boolean) => void) => Object.assign(server, { told: on, lost }),
    api: {
      session: async () => server.session, scenarios: async () => server.scenarios, jobs: async () => server.jobs,
      runs: async () => ({ root: '', runs: server.runs }), run: (name: string) => server.run(name),
      map: (id: string) => server.map(id), frontier: (id: string) => server.frontier(id),
    },
  };
});

type Studio = typeof import('../src/lib/studio.svelte')['studio'];

const scenario = (id: string, kind: ScenarioEntry['kind'] = 'example'): ScenarioEntry =>
  ({ id, title: id, note: '', kind, cases: [], hash: id, currency: 'JPY', faults: 0, draft: false });
const entry = (folder: string, of: string, verb = 'plan'): RunEntry =>
  ({ folder, verb, scenario: of, scenario_id: of, case: null }) as RunEntry;
const runOf = (one: RunEntry): Run => ({
  name: one.folder, entry: one, manifest: {},
  result: one.verb === 'compare' || one.verb === 'frontier' ? {} : { requirements: [], attainment: { simulated: 0.5, low: 0.4, high: 0.6 }, cost: { budget: { 2026: { obligation: 7 } } } },
});
const point = (run: string, budget: number) => ({ run, key: String(budget), budget, attainment: {}, requirements: [] }) as unknown as FrontierPoint;
const frontierOf = (id: string): FrontierData => ({ stated: 100, points: [point(`${id}-frontier`, 50), point(`${id}-frontier`, 100)], routes: {}, currency: 'JPY' }) as unknown as FrontierData;

function later<T>() {
  let answer!: (value: T) => void;
  const promise = new Promise<T>((resolve) => (answer = resolve));
  return { promise, answer };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

const RUNS = [entry('a-plan', 'a'), entry('a-plan-2', 'a'), entry('b-compare', 'b', 'compare'), entry('b-frontier', 'b', 'frontier'), entry('b-trial', 'b', 'simulate')];
let studio: Studio;
let follow: () => void;
const steps: string[] = [];
const visit = (hash: string) => {
  location.hash = hash;
  follow();
};

async function begun(hash = '', opened: unknown = null): Promise<void> {
  server.session = { version: '1', workspace: '', opened, cores: 2 };
  vi.stubGlobal('location', { hash });
  await studio.begin();
}

beforeEach(async () => {
  vi.resetModules();
  steps.length = 0;
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('window', { addEventListener: (_: string, heard: () => void) => (follow = heard) });
  vi.stubGlobal('history', {
    replaceState: (_: unknown, __: string, to: string) => (location.hash = to),
    pushState: (_: unknown, __: string, to: string) => steps.push((location.hash = to)),
  });
  Object.assign(server, {
    runs: RUNS, jobs: [], scenarios: [scenario('galapagos'), scenario('japan-2026'), scenario('a'), scenario('b')],
    run: async (name: string) => runOf(RUNS.find((one) => one.folder === name) ?? entry(name, 'b', 'simulate')),
    frontier: async (id: string) => frontierOf(id), map: async (id: string) => ({ scenario: id }),
  });
  ({ studio } = await import('../src/lib/studio.svelte'));
});
afterEach(() => vi.unstubAllGlobals());

describe('what is on display', () => {
  test.each(['b-compare', 'b-frontier'])('a run of many plans of another scenario, %s, does not leave the old plan there', async (name) => {
    await begun('#/map?scenario=a&run=a-plan');
    const frontier = later<FrontierData>();
    server.frontier = () => frontier.promise;
    const opening = studio.openRun(name);
    await settled();
    expect([studio.scenarioId, studio.shown]).toEqual(['b', null]);
    frontier.answer(frontierOf('b'));
    await opening;
    expect([studio.shown?.from, studio.shown?.run, studio.shown?.budget]).toEqual(['point', 'b-frontier', 100]);
    expect(studio.run?.name).toBe(name);
  });

  test('of two runs asked for, the last is shown, whichever answer comes last', async () => {
    await begun('#/map?scenario=a&run=a-plan');
    const [first, second] = [later<Run>(), later<Run>()];
    server.run = (name) => (name === 'a-plan-2' ? first.promise : second.promise);
    const both = [studio.openRun('a-plan-2'), studio.openRun('a-plan')];
    second.answer(runOf(RUNS[0] as RunEntry));
    await both[1];
    first.answer(runOf(RUNS[1] as RunEntry));
    await both[0];
    expect(studio.shown?.run).toBe('a-plan');
  });

  test('a budget chosen while a run is fetched stays', async () => {
    await begun('#/map?scenario=a&run=a-plan');
    const slow = later<Run>();
    server.run = () => slow.promise;
    const opening = studio.openRun('a-plan-2');
    studio.showBudget(50);
    slow.answer(runOf(RUNS[1] as RunEntry));
    await opening;
    expect(studio.shown?.budget).toBe(50);
  });

  test('a scenario chosen while another is loaded stays', async () => {
    await begun('#/map?scenario=a&run=a-plan');
    const slow = later<unknown>();
    server.map = (id) => (id === 'b' ? slow.promise : Promise.resolve({ scenario: id }));
    const first = studio.openScenario('b');
    await studio.openScenario('galapagos');
    slow.answer({ scenario: 'b' });
    await first;
    expect([studio.scenarioId, studio.map.data?.scenario, studio.shown?.run]).toEqual(['galapagos', 'galapagos', 'galapagos-frontier']);
  });

  test('a plan that is only judged has no budget', async () => {
    await begun('#/map?scenario=b&run=b-trial');
    expect([studio.shown?.verb, studio.shown?.budget]).toEqual(['simulate', null]);
  });
});

describe('what is opened first', () => {
  test('the last plan, not a look that came after it', async () => {
    await begun();
    expect(studio.shown?.run).toBe('a-plan-2');
  });

  test('Japan before the other examples', async () => {
    server.runs = [];
    await begun();
    expect(studio.scenarioId).toBe('japan-2026');
  });

  test('a scenario of the workspace before the examples', async () => {
    Object.assign(server, { runs: [], scenarios: [scenario('galapagos'), scenario('japan-2026'), scenario('mine', 'workspace')] });
    await begun();
    expect(studio.scenarioId).toBe('mine');
  });

  test('the last plan where the address names a run that is gone, which is told', async () => {
    server.run = (name) => (name === 'gone' ? Promise.reject(new Error('gone')) : Promise.resolve(runOf(RUNS.find((one) => one.folder === name) as RunEntry)));
    await begun('#/map?run=gone');
    expect([studio.shown?.run, studio.notices.length]).toEqual(['a-plan-2', 1]);
  });

  test.each(['x', '', '1e999'])('a budget %s in the address is none', async (text) => {
    await begun(`#/money?scenario=b&budget=${text}`);
    expect([studio.view, studio.shown?.budget]).toEqual(['money', 100]);
  });
});

describe('going back', () => {
  test('another view and another run are steps, a moved budget is none', async () => {
    await begun('#/map?scenario=a&run=a-plan');
    studio.go('plan');
    await studio.openRun('a-plan-2');
    studio.showBudget(50);
    expect(steps).toEqual(['#/plan?scenario=a&run=a-plan', '#/plan?scenario=a&run=a-plan-2']);
    visit('#/map?scenario=a&run=a-plan');
    await settled();
    expect([studio.view, studio.shown?.run, steps.length]).toEqual(['map', 'a-plan', 2]);
  });
});

test('a frontier that is opened in its view is one step', async () => {
  await begun('#/runs?scenario=a&run=a-plan');
  await studio.openRun('b-frontier', 'money');
  expect(steps).toEqual(['#/money?scenario=b&budget=100']);
});

describe('runs that are removed', () => {
  test('are not left on display', async () => {
    await begun('#/map?scenario=a&run=a-plan-2');
    server.runs = RUNS.filter((one) => one.folder !== 'a-plan-2');
    await studio.refreshRuns();
    expect([studio.scenarioId, studio.shown?.run]).toEqual(['a', 'a-plan']);
  });

  test('a trial, which is never listed, stays', async () => {
    await begun('#/map?scenario=b&run=trial');
    await studio.refreshRuns();
    expect(studio.shown?.run).toBe('trial');
  });
});

test('a scenario that is removed elsewhere is not left open', async () => {
  Object.assign(server, { runs: [], scenarios: [scenario('japan-2026'), scenario('mine', 'workspace')] });
  await begun('#/map?scenario=mine');
  server.scenarios = [scenario('japan-2026')];
  await studio.refreshScenarios();
  expect(studio.scenarioId).toBe('japan-2026');
});

describe('a stream that was lost', () => {
  const job = (state: Job['state']): Job => ({ id: 'j', state, request: { verb: 'plan', scenario: 'a' }, error: null, run: null }) as unknown as Job;

  test('what ended meanwhile is told when it opens again', async () => {
    server.jobs = [job('running')];
    await begun();
    let ended: Job | null = null;
    void studio.finished('j').then((found) => (ended = found));
    server.jobs = [job('done')];
    server.lost(false);
    await settled();
    expect((ended as Job | null)?.state).toBe('done');
  });

  test('what the stream tells is newer than lists that were asked for before', async () => {
    server.jobs = [job('running')];
    await begun();
    server.lost(false);
    server.told?.job(job('done'));
    await settled();
    expect(studio.jobs.map((one) => one.state)).toEqual(['done']);
  });
});
