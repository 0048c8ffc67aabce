import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listen } from '../src/lib/api';

class Stream {
  static opened: Stream[] = [];
  readyState = 1;
  onopen: () => void = () => undefined;
  onerror: () => void = () => undefined;
  constructor() {
    Stream.opened.push(this);
  }
  addEventListener() {}
  close() {
    this.readyState = 2;
  }
}

const page = { hidden: false, look: () => undefined as void };
const listening = () => Stream.opened.filter((one) => one.readyState !== 2).length;
const nothing = { job: () => undefined, runs: () => undefined, scenario: () => undefined };

function hide(hidden: boolean) {
  page.hidden = hidden;
  page.look();
}

beforeEach(() => {
  vi.useFakeTimers();
  Stream.opened = [];
  page.hidden = false;
  vi.stubGlobal('EventSource', Object.assign(Stream, { CLOSED: 2 }));
  vi.stubGlobal('document', {
    get hidden() { return page.hidden; },
    addEventListener: (_: string, heard: () => void) => (page.look = heard), removeEventListener: () => undefined,
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a page out of sight stops listening after a while, and begins again when it is seen', () => {
  const lost: boolean[] = [];
  listen(nothing, (gone) => lost.push(gone));
  hide(true);
  vi.advanceTimersByTime(1000);
  expect(listening()).toBe(1);
  vi.advanceTimersByTime(1500);
  expect(listening()).toBe(0);
  hide(false);
  expect(listening()).toBe(1);
  Stream.opened.at(-1)?.onopen();
  expect(lost).toEqual([false]);
});

test('a short look elsewhere changes nothing', () => {
  listen(nothing, () => undefined);
  hide(true);
  vi.advanceTimersByTime(1000);
  hide(false);
  vi.advanceTimersByTime(5000);
  expect(Stream.opened.length).toBe(1);
});

test('a page that begins out of sight listens once it is seen', () => {
  page.hidden = true;
  listen(nothing, () => undefined);
  expect(listening()).toBe(0);
  hide(false);
  expect(listening()).toBe(1);
});
