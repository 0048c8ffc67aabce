import { describe, expect, test } from 'vitest';
import { estimate } from '../src/lib/duration';
import type { RunEntry } from '../src/lib/types';
import { arranged, chosenWith, found, sorted, valuesOf } from '../src/views/runs/runs';

const run = (folder: string, part: Partial<RunEntry> = {}): RunEntry => ({
  folder, identity: folder, verb: 'plan', scenario: 'Japan', case: null, scenario_hash: 'h', seed: 1, version: '0', made: '2026-01-01', attainment: 0.5,
  low: 0.4, high: 0.6, acquisition: 1, currency: 'JPY', status: 'optimal', study: null, points: null, bytes: 1, scenario_id: null, traced: false, explained: false, ...part,
});

test('runs are found by every word, their kind and their scenario', () => {
  const runs = [run('a-1'), run('b-2', { verb: 'compare' }), run('c-3', { scenario: 'Galapagos', case: 'half' })];
  const folders = (wanted: object) => found(runs, { text: '', scenario: '', verb: '', ...wanted }, (each) => (each.verb === 'plan' ? '計画' : '')).map((each) => each.folder);
  expect(folders({})).toEqual(['a-1', 'b-2', 'c-3']);
  expect(folders({ text: 'HALF gala' })).toEqual(['c-3']);
  expect(folders({ text: '計画', scenario: 'Japan' })).toEqual(['a-1']);
  expect(folders({ verb: 'compare' })).toEqual(['b-2']);
  expect(valuesOf(runs, 'scenario')).toEqual(['Galapagos', 'Japan']);
});

test('runs without a value come last either way', () => {
  const runs = [run('none', { attainment: null, made: '2026-03-01' }), run('low', { attainment: 0.1, made: '2026-01-01' }), run('high', { attainment: 0.9, made: '2026-02-01' })];
  const folders = (key: Parameters<typeof sorted>[1], descending: boolean) => sorted(runs, key, descending).map((each) => each.folder);
  expect(folders('attainment', true)).toEqual(['high', 'low', 'none']);
  expect(folders('attainment', false)).toEqual(['low', 'high', 'none']);
  expect(folders('made', true)).toEqual(['none', 'high', 'low']);
});

test('a third choice lets go of the first', () => {
  expect(chosenWith(['a', 'b'], 'c')).toEqual(['b', 'c']);
  expect(chosenWith(['a', 'b'], 'a')).toEqual(['b']);
  expect(chosenWith([], 'a')).toEqual(['a']);
});

describe('files of a run', () => {
  test('are pictures, and by folder what is of one name together', () => {
    const paths = ['figures/map.svg', 'figures/map.png', 'tables/orders.csv', 'tables/orders.parquet', 'result.json', 'points/00/plan.json', 'explain/tornado.svg', 'explain/explain.json'];
    const files = arranged(paths.map((path) => ({ path, bytes: 10 })));
    expect(files.figures).toEqual([
      { path: 'figures/map', name: 'map', endings: ['png', 'svg'] },
      { path: 'explain/tornado', name: 'tornado', endings: ['svg'] },
    ]);
    expect(files.folders.map(({ folder, entries }) => [folder, entries.map((each) => [each.name, each.files.map((file) => file.ending)])])).toEqual([
      ['', [['result', ['json']]]],
      ['explain', [['explain', ['json']]]],
      ['points', [['00/plan', ['json']]]],
      ['tables', [['orders', ['csv', 'parquet']]]],
    ]);
    expect(files.bytes).toBe(80);
  });

  test('may have no ending', () => {
    expect(arranged([{ path: 'LICENSE', bytes: 1 }]).folders[0]?.entries[0]).toEqual({ name: 'LICENSE', files: [{ path: 'LICENSE', bytes: 1, ending: '' }] });
  });
});

test('a duration grows with years for judging and with futures for deciding', () => {
  const former = { seconds: { geography: 1, loop: 40, judge: 10 }, options: { futures: 20, replications: 200 } };
  expect(estimate(former, {})).toBe(51);
  expect(estimate(former, { futures: 40, replications: 100 })).toBe(1 + 80 + 5);
  expect(estimate({ seconds: { all: 100 }, options: { futures: null, replications: 200 } }, { futures: 40 })).toBe(100);
});
