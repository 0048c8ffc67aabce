import { describe, expect, it } from 'vitest';

const FILES = import.meta.glob<Record<string, string>>('../src/messages/*/*.json', { eager: true, import: 'default' });
const SOURCES = import.meta.glob<string>('../src/**/*.{svelte,ts}', { eager: true, query: '?raw', import: 'default' });

function messages(language: string): Map<string, string> {
  const mine = Object.entries(FILES).filter(([path]) => path.includes(`/${language}/`));
  return new Map(mine.flatMap(([, file]) => Object.entries(file)));
}

/** Japanese has one form for every number. */
const plain = (key: string) => key.replace(/\.(one|other)$/, '');
const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]))].sort();

const [en, ja] = [messages('en'), messages('ja')];

describe('messages', () => {
  it('say the same things in both languages', () => {
    expect([...new Set([...ja.keys()].map(plain))].sort()).toEqual([...new Set([...en.keys()].map(plain))].sort());
  });

  it('have the same places to fill in', () => {
    for (const [key, text] of en) {
      const other = ja.get(key) ?? ja.get(plain(key));
      if (other !== undefined) expect([key, names(other)]).toEqual([key, names(text)]);
    }
  });

  it('stand in one file each', () => {
    for (const language of ['en', 'ja']) {
      const keys = Object.entries(FILES).filter(([path]) => path.includes(`/${language}/`)).flatMap(([, file]) => Object.keys(file));
      expect(keys.length).toBe(new Set(keys).size);
    }
  });

  it('are there for every key that the sources name', () => {
    const known = new Set([...en.keys()].flatMap((key) => [key, plain(key)]));
    const asked = Object.values(SOURCES).flatMap((text) => [...text.matchAll(/\bt\('([\w.-]+)'/g)].map((found) => found[1] ?? ''));
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.filter((key) => !known.has(key))).toEqual([]);
  });

  it('are Japanese where they should be', () => {
    const latin = [...ja].filter(([, text]) => /[A-Za-z]{4,}/.test(text.replace(/\{\w+\}/g, '')) && !/[\u3040-\u30ff\u4e00-\u9fff]/.test(text));
    expect(latin.map(([key]) => key)).toEqual([]);
  });
});
