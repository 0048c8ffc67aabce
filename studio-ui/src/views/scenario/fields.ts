/** The scenario's JSON Schema as a tree of fields, and what is stated joined to it: what the form is made of. */

export type Fragment = Record<string, any>;
export type Key = string | number;

export type Kind =
  | 'number' | 'integer' | 'text' | 'prose' | 'date' | 'choice' | 'fixed'
  /** A list of words, of pairs of words. */
  | 'words' | 'pairs'
  /** Keys that the schema names; keys that the user names; rows in order; dotted paths and values. */
  | 'group' | 'map' | 'rows' | 'variants';

export interface Field {
  key: string;
  kind: Kind;
  /** Name of its meaning in the schema: `Calendar.start`; empty for entries that the user named. */
  word: string;
  meaning: string;
  unit: string;
  required: boolean;
  nullable: boolean;
  /** What holds where nothing is stated; undefined: nothing does. */
  default: unknown;
  choices: string[];
  limits: Limits;
  /** Of a group: its fields. */
  children: Field[];
  /** Of a map or rows: what each entry is. */
  entry: Field | null;
  /** Of a map: which keys there may be (all of them, or how they look). */
  keys: { choices: string[]; pattern: string | null };
}

export interface Limits {
  above?: number;
  least?: number;
  below?: number;
  most?: number;
}

const MONEY = 'scenario currency';

/** The fields of scenario.yaml, in the schema's order. */
export function fieldsOf(schema: Fragment): Field[] {
  return childrenOf(schema, schema);
}

function childrenOf(fragment: Fragment, schema: Fragment): Field[] {
  const required: string[] = fragment['required'] ?? [];
  const entries = Object.entries<Fragment>(fragment['properties'] ?? {});
  return entries.map(([key, each]) => fieldOf(key, each, `${fragment['title'] ?? ''}.${key}`, required.includes(key), schema));
}

function fieldOf(key: string, stated: Fragment, word: string, required: boolean, schema: Fragment): Field {
  const { fragment, nullable } = unwrapped(stated, schema);
  const kind = kindOf(fragment, stated);
  const unit: string = stated['unit'] ?? fragment['unit'] ?? '';
  const meaning = meaningOf(stated['description'] ?? fragment['description'] ?? '', unit);
  const field: Field = {
    key, kind, word, meaning, unit, required, nullable,
    default: 'default' in stated ? stated['default'] : undefined,
    choices: fragment['enum'] ?? fragment['items']?.['enum'] ?? [],
    limits: kind === 'fixed' ? {} : limitsOf(fragment),
    children: kind === 'group' ? childrenOf(fragment, schema) : [],
    entry: null,
    keys: { choices: fragment['propertyNames']?.['enum'] ?? [], pattern: fragment['propertyNames']?.['pattern'] ?? null },
  };
  const inner = kind === 'map' ? fragment['additionalProperties'] : kind === 'rows' ? fragment['items'] : null;
  if (inner) field.entry = fieldOf('', inner, '', false, schema);
  if (field.entry && isYearlyMoney(field)) field.entry.unit = MONEY;
  return field;
}

/** The schema states no unit of a mapping's values: money by fiscal year is in the scenario's currency. */
const isYearlyMoney = (field: Field): boolean => field.keys.pattern !== null && /\bmoney\b/.test(field.meaning);

function unwrapped(stated: Fragment, schema: Fragment): { fragment: Fragment; nullable: boolean } {
  const either: Fragment[] = stated['anyOf'] ?? [stated];
  const chosen = either.find((each) => each['type'] !== 'null') ?? stated;
  return { fragment: resolved(chosen, schema), nullable: either.some((each) => each['type'] === 'null') };
}

function resolved(fragment: Fragment, schema: Fragment): Fragment {
  const name = /^#\/\$defs\/(\w+)$/.exec(fragment['$ref'] ?? '')?.[1];
  return name === undefined ? fragment : (schema['$defs']?.[name] ?? fragment);
}

function kindOf(fragment: Fragment, stated: Fragment): Kind {
  if ('const' in fragment || ('minimum' in fragment && fragment['minimum'] === fragment['maximum'])) return 'fixed';
  if (fragment['enum']) return 'choice';
  if (fragment['type'] === 'object') return objectKind(fragment);
  if (fragment['type'] === 'array') return listKind(fragment);
  if (fragment['type'] === 'number' || fragment['type'] === 'integer') return fragment['type'];
  if (fragment['format'] === 'date') return 'date';
  return stated['descriptive'] ? 'prose' : 'text';
}

function objectKind(fragment: Fragment): Kind {
  if (fragment['properties']) return 'group';
  const values = fragment['additionalProperties'];
  return values?.['additionalProperties'] === true ? 'variants' : 'map';
}

function listKind(fragment: Fragment): Kind {
  const item: Fragment = fragment['items'] ?? {};
  if (item['prefixItems']) return 'pairs';
  return item['$ref'] || item['type'] === 'object' ? 'rows' : 'words';
}

function limitsOf(fragment: Fragment): Limits {
  return {
    above: fragment['exclusiveMinimum'], least: fragment['minimum'],
    below: fragment['exclusiveMaximum'], most: fragment['maximum'],
  };
}

/** A description without what the form shows beside it. */
const meaningOf = (description: string, unit: string): string =>
  description.replace(/ \(descriptive\)$/, '').replace(unit ? ` [${unit}]` : '\0', '');

/** A field for each entry of a map or of rows, named by its key or position. */
export function entriesOf(field: Field, value: unknown): Field[] {
  const entry = field.entry;
  if (!entry || value === null || typeof value !== 'object') return [];
  return Object.keys(value).map((key) => ({ ...entry, key, word: '', required: false, nullable: false }));
}

/** What stands at keys of plain data; undefined where nothing does. */
export function valueAt(values: unknown, keys: readonly Key[]): unknown {
  let found = values;
  for (const key of keys) {
    if (found === null || typeof found !== 'object') return undefined;
    found = (found as Record<Key, unknown>)[key];
  }
  return found;
}

/** A key as people read it, without the unit that stands beside it: `speed_kn` is `speed`. */
export function readable(key: string, unit = ''): string {
  const tail = `_${unit.replaceAll('/', '_per_')}`;
  const name = unit && unit !== 'year' && key.endsWith(tail) ? key.slice(0, -tail.length) : key;
  return name.replaceAll('_', ' ');
}

/** Fields by whether any word of theirs, or within them, is like what was asked. */
export function matches(field: Field, value: unknown, asked: string, words: (field: Field) => string): boolean {
  const query = asked.trim().toLowerCase();
  if (!query) return true;
  if (`${field.key} ${field.key.replaceAll('_', ' ')} ${field.meaning} ${words(field)} ${told(value)}`.toLowerCase().includes(query)) return true;
  const inner = field.kind === 'map' || field.kind === 'rows' ? entriesOf(field, value) : field.children;
  return inner.some((each) => matches(each, valueAt(value, [each.key]), asked, words));
}

const told = (value: unknown): string => (value === null || typeof value === 'object' ? '' : String(value ?? ''));

/** The name that a further entry of a map would have: the next fiscal year; empty where it is the user's to give. */
export function nextKey(keys: readonly string[], field: Field): string {
  if (!field.keys.pattern?.includes('[0-9]{4}')) return '';
  const years = keys.map(Number).filter(Number.isInteger);
  return years.length ? String(Math.max(...years) + 1) : '';
}
