import { describe, expect, it } from 'vitest';
import { entriesOf, fieldsOf, matches, nextKey, readable, valueAt, type Field } from '../src/views/scenario/fields';

const SCHEMA = {
  title: 'ScenarioText', type: 'object', required: ['fleetcraft', 'budget'],
  properties: {
    fleetcraft: { type: 'integer', minimum: 1, maximum: 1, description: 'number of this format' },
    note: { type: 'string', default: '', descriptive: true, description: 'what the reader should know (descriptive)' },
    start: { type: 'string', format: 'date', description: 'first day' },
    limit: { anyOf: [{ type: 'number', minimum: 0 }, { type: 'null' }], default: null, unit: 'people', description: 'most people (null: unlimited) [people]' },
    budget: { $ref: '#/$defs/Budget', description: 'money by fiscal year' },
    requirements: { type: 'array', items: { $ref: '#/$defs/Requirement' }, description: 'what for' },
    targets: { type: 'object', additionalProperties: { $ref: '#/$defs/Requirement' }, description: 'by name' },
    cases: { type: 'object', additionalProperties: { type: 'object', additionalProperties: true }, description: 'variants' },
    gateways: { type: 'array', items: { prefixItems: [{ type: 'string' }, { type: 'string' }], type: 'array' } },
  },
  $defs: {
    Budget: {
      title: 'Budget', type: 'object', description: 'Money.',
      properties: {
        counts: { enum: ['obligation', 'outlay'], type: 'string', default: 'obligation', description: 'what binds' },
        support: { type: 'object', propertyNames: { pattern: '^[0-9]{4}$' }, additionalProperties: { type: 'number', minimum: 0 }, description: 'support money by fiscal year' },
      },
    },
    Requirement: {
      title: 'Requirement', type: 'object', required: ['area'],
      properties: {
        area: { type: 'string', description: 'id of an area' },
        domains: { anyOf: [{ type: 'array', items: { enum: ['air', 'surface'], type: 'string' } }, { type: 'null' }], default: null },
        at_least: { anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: 1 }, { type: 'null' }], default: null, unit: 'fraction' },
      },
    },
  },
};

const fields = fieldsOf(SCHEMA);
const named = (key: string, of: Field[] = fields): Field => {
  const found = of.find((field) => field.key === key);
  if (!found) throw new Error(`no field ${key}`);
  return found;
};

describe('fields of a schema', () => {
  it('knows what each field is', () => {
    const kinds = Object.fromEntries(fields.map((field) => [field.key, field.kind]));
    expect(kinds).toEqual({
      fleetcraft: 'fixed', note: 'prose', start: 'date', limit: 'number', budget: 'group', requirements: 'rows', targets: 'map',
      cases: 'variants', gateways: 'pairs',
    });
  });

  it('takes unit, meaning, limits, default and being required from the schema', () => {
    const limit = named('limit');
    expect([limit.unit, limit.meaning, limit.nullable, limit.required, limit.default]).toEqual(['people', 'most people (null: unlimited)', true, false, null]);
    expect(limit.limits.least).toBe(0);
    expect(named('fleetcraft').required).toBe(true);
    expect(named('note').meaning).toBe('what the reader should know');
    const least = named('at_least', named('requirements').entry?.children);
    expect([least.limits.above, least.limits.most, least.unit]).toEqual([0, 1, 'fraction']);
    expect(named('domains', named('requirements').entry?.children)).toMatchObject({ kind: 'words', choices: ['air', 'surface'] });
  });

  it('follows references and counts yearly money in the currency of the scenario', () => {
    const support = named('support', named('budget').children);
    expect(support).toMatchObject({ kind: 'map', word: 'Budget.support' });
    expect(support.entry).toMatchObject({ kind: 'number', unit: 'scenario currency' });
  });

  it('makes a field for each entry that is stated', () => {
    const support = named('support', named('budget').children);
    expect(entriesOf(support, { 2027: 8e10, 2028: 7e10 }).map((field) => field.key)).toEqual(['2027', '2028']);
    expect(entriesOf(support, null)).toEqual([]);
    expect(entriesOf(named('requirements'), [{ area: 'bay' }]).map((field) => field.key)).toEqual(['0']);
    expect([nextKey(['2027', '2028'], support), nextKey([], support), nextKey(['a'], named('targets'))]).toEqual(['2029', '', '']);
  });

  it('finds values by their keys', () => {
    expect(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
    expect(valueAt({ a: null }, ['a', 'b'])).toBeUndefined();
  });

  it('reads keys without the unit that stands beside them', () => {
    expect(readable('speed_kn', 'kn')).toBe('speed');
    expect(readable('utilisation_h_per_year', 'h/year')).toBe('utilisation');
    expect(readable('price_year', 'year')).toBe('price year');
    expect(readable('people_limit')).toBe('people limit');
  });

  it('searches names, meanings and what is stated, within as well', () => {
    const words = (field: Field) => (field.key === 'budget' ? '予算' : '');
    expect(matches(named('budget'), {}, '予算', words)).toBe(true);
    expect(matches(named('budget'), {}, 'SUPPORT money', words)).toBe(true);
    expect(matches(named('requirements'), [{ area: 'tsugaru' }], 'tsugaru', words)).toBe(true);
    expect(matches(named('requirements'), [{ area: 'tsugaru' }], 'soya', words)).toBe(false);
  });
});
