import { describe, expect, it } from 'vitest';
import { copyName } from '../src/views/scenario/copying';
import { columnOf, parsedCsv } from '../src/views/scenario/csv';
import { areaIds, cellOf, faultsBelow, pathOf, rowsIn } from '../src/views/scenario/faults';
import { changeBetween, onTop } from '../src/views/scenario/merging';
import { shownNumber, typedNumber } from '../src/views/scenario/numbers';
import { cellValue, columnsOf, groupOf, rowsLike } from '../src/views/scenario/platforms';
import { placeSaid, said } from '../src/lib/sayings';
import { crc32, zipped } from '../src/views/scenario/zip';

const fault = (file: string, where: string, line = 1) => ({ file, line, where, found: 'x', expected: 'y' });

describe('faults', () => {
  it('belong to a path of the form, rows by position from 0', () => {
    expect(pathOf(fault('scenario.yaml', 'operations.endurance_reserve'))).toBe('operations.endurance_reserve');
    expect(pathOf(fault('scenario.yaml', 'at_least of requirement 9'))).toBe('requirements.8.at_least');
    expect(pathOf(fault('scenario.yaml', 'requirement 2'))).toBe('requirements.1');
    expect(pathOf(fault('platforms.csv', 'domain of tb2'))).toBeNull();
    expect(pathOf(fault('scenario.yaml', 'file'))).toBeNull();
  });

  it('are counted below a path, not beside it', () => {
    const all = [fault('scenario.yaml', 'budget.obligation.2026'), fault('scenario.yaml', 'budgets')];
    expect(faultsBelow(all, 'budget')).toHaveLength(1);
  });

  it('belong to a cell of a table', () => {
    expect(cellOf(fault('platforms.csv', 'cruise_speed_kn of tb2s'))).toEqual({ column: 'cruise_speed_kn', row: 'tb2s' });
    expect(cellOf(fault('scenario.yaml', 'area of requirement 3'))).toBeNull();
  });

  it('read area ids, and none of a broken file', () => {
    expect(areaIds('\ufeff{"features":[{"properties":{"id":"bay"}},{"properties":{}}]}')).toEqual(['bay']);
    expect(areaIds('{"features"')).toEqual([]);
  });
});

describe('tables as text', () => {
  it('takes quotes, commas and line ends within cells', () => {
    expect(parsedCsv('a,b\r\n"x, ""y""\nz",\n')).toEqual([['a', 'b'], ['x, "y"\nz', '']]);
    expect(parsedCsv('a,"open')).toEqual([['a', 'open']]);
    expect(parsedCsv('')).toEqual([]);
    expect(rowsIn('id,n\na,1\nb,2\n')).toBe(2);
    expect(columnOf('id,n\na,1\nb,2', 'n')).toEqual(['1', '2']);
    expect(columnOf('id\na', 'n')).toEqual([]);
  });
});

describe('numbers', () => {
  it.each([
    ['200e9', 2e11], ['200,000', 2e5], ['200 bn', 2e11], ['¥1.5 tn', 1.5e12], ['2,000億円', 2e11], ['12億', 1.2e9],
    ['12%', 0.12], ['-0.5', -0.5], ['.5', 0.5], ['0.29 bn', 2.9e8],
  ])('reads %s', (typed, value) => expect(typedNumber(typed)).toBe(value));

  it.each(['', 'fast', '1.2.3', '12 parsecs', '1e', '--1'])('does not read %s', (typed) => expect(typedNumber(typed)).toBeNull());

  it.each([0, 0.1, 9999, 10000, 200e9, 1234567.891, 1e-7, -25000.5])('shows %s so that it reads the same', (value) =>
    expect(typedNumber(shownNumber(value))).toBe(value));
});

describe('texts on top of each other', () => {
  it('finds the least change', () => {
    expect(changeBetween('abc', 'abXc')).toEqual({ from: 2, to: 2, insert: 'X' });
    expect(changeBetween('aaa', 'aa')).toEqual({ from: 2, to: 3, insert: '' });
    expect(changeBetween('a', 'a')).toBeNull();
  });

  it('keeps both changes where they do not meet, else mine', () => {
    const before = 'one\ntwo\nthree\n';
    expect(onTop('ONE\ntwo\nthree\n', before, 'one\ntwo\nTHREE\n')).toBe('ONE\ntwo\nTHREE\n');
    expect(onTop('one\ntwo\nTHREE\n', before, 'ONE\ntwo\nthree\n')).toBe('ONE\ntwo\nTHREE\n');
    expect(onTop('one\n2\nthree\n', before, 'one\nzwei\nthree\n')).toBe('one\n2\nthree\n');
    expect(onTop(before, before, 'theirs')).toBe('theirs');
  });
});

describe('platforms', () => {
  const row = (id: string, values: Record<string, unknown>) => ({ id, values: { id, ...values }, sources: {} });
  const rows = [
    row('b', { name: 'Beta', domain: 'air', supplier_country: 'US', endurance_h: 9 }),
    row('a', { name: 'Alpha', domain: 'surface', supplier_country: 'TR', endurance_h: null }),
    row('c', { name: 'Gamma', domain: 'air', supplier_country: 'TR', endurance_h: 27 }),
  ];
  const all = { text: '', domain: '', country: '', by: '', down: false };

  it('are found by words, domain and country', () => {
    expect(rowsLike(rows, { ...all, text: 'alp' }).map((each) => each.id)).toEqual(['a']);
    expect(rowsLike(rows, { ...all, domain: 'air', country: 'TR' }).map((each) => each.id)).toEqual(['c']);
  });

  it('are sorted by numbers, those without one last both ways', () => {
    expect(rowsLike(rows, { ...all, by: 'endurance_h' }).map((each) => each.id)).toEqual(['b', 'c', 'a']);
    expect(rowsLike(rows, { ...all, by: 'endurance_h', down: true }).map((each) => each.id)).toEqual(['c', 'b', 'a']);
  });

  it('have every column in one group', () => {
    expect([groupOf('unit_price_low'), groupOf('mtbf_h'), groupOf('something_new')]).toEqual(['price', 'upkeep', 'other']);
    const columns = ['id', 'endurance_h', 'something_new'].map((name) => ({ name, unit: '', meaning: '' }));
    expect(columnsOf(columns, 'other').map((column) => column.name)).toEqual(['something_new']);
  });

  it('take numbers where numbers stand', () => {
    expect([cellValue('1,200', 5), cellValue(' ', 5), cellValue('x', 5), cellValue('007', 'word')]).toEqual([1200, null, 'x', '007']);
  });
});

describe('copies and archives', () => {
  it('proposes a name that is not taken', () => {
    expect(copyName('japan-2026', [])).toBe('japan-2026-copy');
    expect(copyName('run:My Run', ['my-run-copy'])).toBe('my-run-copy-2');
    expect(copyName(`run:${'x'.repeat(99)}`, [])).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  it('checks archives as ZIP does', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    const archive = zipped('s', [{ name: 'a.csv', text: 'é' }], new Date(2026, 0, 2, 3, 4, 6));
    const view = new DataView(archive.buffer);
    const end = archive.length - 22;
    expect([view.getUint32(0, true), view.getUint32(end, true)]).toEqual([0x04034b50, 0x06054b50]);
    expect([view.getUint16(end + 10, true), view.getUint32(view.getUint32(end + 16, true), true)]).toEqual([1, 0x02014b50]);
  });
});

describe('what check says in Japanese', () => {
  it.each([
    ['a number of at least 0 and below 1 [fraction]', '0 以上の、1 未満の数値 [割合]'],
    ['a whole number from 1 to 1000 [futures]', '1 以上 1000 以下の整数 [通り]'],
    ['a number above 0 [kn]', '0 を超える数値 [ノット]'],
    ['a number', '数値'],
    ['miyako_strait (the nearest of amami, miyako_strait)', 'miyako_strait（amami, miyako_strait のうち最も近いもの）'],
    ['the id of an area: one of bay, cape', '海域の識別名：bay, cape のいずれか'],
    ['per_type_year in place of per_typ_year', 'per_typ_year ではなく per_type_year'],
    ['nothing', '記載なし'],
    ['something nobody said before', 'something nobody said before'],
  ])('says %s', (english, japanese) => expect(said(english)).toBe(japanese));

  it('says where', () => {
    expect(placeSaid('at_least of requirement 9')).toBe('要求 9 の at_least');
    expect(placeSaid('domain of tb2')).toBe('tb2 の domain');
    expect(placeSaid('calendar.start')).toBe('calendar.start');
  });
});
