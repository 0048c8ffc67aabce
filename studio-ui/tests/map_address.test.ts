import { beforeEach, expect, test, vi } from 'vitest';
import type { MapData } from '../src/lib/types';
import { isOn, note, noted } from '../src/views/map/address';

const at = { hash: '' };
beforeEach(() => {
  vi.stubGlobal('location', at);
  vi.stubGlobal('history', { state: null, replaceState: (_: unknown, __: string, hash: string) => (at.hash = hash) });
});

test('a chosen area or base is noted beside what is open, and found again', () => {
  at.hash = '#/map?scenario=japan-2026&run=mine';
  note({ kind: 'area', id: 'a:b' });
  expect(noted()).toEqual({ kind: 'area', id: 'a:b' });
  expect(new URLSearchParams(at.hash.split('?')[1]).get('run')).toBe('mine');
  note(null);
  expect([noted(), at.hash]).toEqual([null, '#/map?scenario=japan-2026&run=mine']);
});

test('a craft is not noted, and what nobody noted is nothing', () => {
  at.hash = '#/map?chosen=base:x';
  note({ kind: 'craft', id: 'tb2/1' });
  expect(noted()).toBeNull();
  at.hash = '#/map?chosen=planet:x';
  expect(noted()).toBeNull();
});

test('another scenario may not have it', () => {
  const map = { areas: { features: [{ properties: { id: 'a' } }] }, places: [{ id: 'p' }] } as unknown as MapData;
  expect([isOn(map, { kind: 'area', id: 'a' }), isOn(map, { kind: 'area', id: 'p' }), isOn(map, { kind: 'base', id: 'p' }), isOn(map, { kind: 'craft', id: 'z' })]).toEqual([true, false, true, true]);
});
