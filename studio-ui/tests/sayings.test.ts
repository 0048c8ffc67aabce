import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { said } from '../src/lib/sayings';

const SOURCES = join(import.meta.dirname, '../../src/fleetcraft');
const python = (folder: string): string[] =>
  readdirSync(join(SOURCES, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py'))
    .map((name) => readFileSync(join(SOURCES, folder, name), 'utf8'));

/** Every sentence that the sources tell of work, with something in its places. */
const told = ['study', 'runs', 'simulate']
  .flatMap(python)
  .flatMap((text) => [...text.matchAll(/\bprogress\(\s*f?"([^"]+)"/g)].map((found) => found[1] ?? ''))
  .map((text) => text.replace('{what}', 'the simulation').replace(/\{', '\.join[^}]*\}/, '').replace(/\{[^}]*\}/g, '3'));

describe('what work tells of itself', () => {
  test('has sentences', () => expect(new Set(told).size).toBeGreaterThan(12));
  test.each([...new Set(told)])('%s', (text) => expect(said(text)).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/));

  test.each([
    ['2 of 9 done; 40% of the budget, 60% of the budget, risk weight 0.5', '9 件中 2 件完了：予算の 40%、予算の 60%（リスクの重み 0.5）'],
    ['0 of 4 done; open competition, without JP', '4 件中 0 件完了：制約なし、without JP'],
    ['round 3: simulating the fleet', '第 3 回：船隊を模擬中'],
    ['1 of 2 done; ', '2 件中 1 件完了'],
  ])('%s is %s', (text, japanese) => expect(said(text)).toBe(japanese));
});

describe('refusals', () => {
  test.each([
    ['there is no run old-plan', '実行結果 old-plan はありません'],
    ['there is no file plan.json in run old-plan', '実行結果 old-plan にファイル plan.json はありません'],
    ['japan exists already: choose another name', 'japan は既にあります。別の名前を指定してください'],
    ['the job is running, expected one that has ended: cancel it first', 'この作業は終わっていません。先に中止してください'],
  ])('%s is %s', (text, japanese) => expect(said(text)).toBe(japanese));

  test('what has no rule stays', () => expect(said('something else happened')).toBe('something else happened'));
});
