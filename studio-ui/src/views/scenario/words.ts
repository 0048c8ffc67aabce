/** Names and meanings of the scenario's fields: the schema's own, which are English, or the Japanese of glossary.ja.json. */
import { words } from '../../lib/i18n.svelte';
import { readable, type Field } from './fields';
import glossary from '../../lib/glossary.ja.json';

interface Entry {
  name: string;
  meaning: string;
}

const FIELDS: Record<string, Entry> = glossary.fields;
const COLUMNS: Record<string, Entry> = glossary.columns;
const CHOICES: Record<string, string> = glossary.choices;
const UNITS: Record<string, string> = glossary.units;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const japanese = (): boolean => words.language === 'ja';

export function nameOf(field: Field): string {
  if (!field.word) return field.key;
  return (japanese() ? FIELDS[field.word]?.name : undefined) ?? capital(readable(field.key, field.unit));
}

export const meaningOf = (field: Field): string => (japanese() ? FIELDS[field.word]?.meaning : undefined) ?? field.meaning.replace('(null:', '(empty:');

export const columnName = (name: string, unit: string): string =>
  (japanese() ? COLUMNS[name]?.name : undefined) ?? capital(readable(name, unit));

export const columnMeaning = (name: string, meaning: string): string =>
  (japanese() ? COLUMNS[name]?.meaning : undefined) ?? meaning.replace(/ \(descriptive\)$/, '');

export const choiceName = (choice: string): string => (japanese() ? CHOICES[choice] : undefined) ?? choice.replaceAll('_', ' ');

/** A word of a table in Japanese where it is one of a known choice; as it stands else. */
export const wordOf = (words: string): string => (japanese() ? CHOICES[words] : undefined) ?? words;

/** A unit as the reader knows it; the scenario's currency by its code. */
export function unitName(unit: string, currency: string): string {
  if (unit === 'scenario currency') return currency;
  return (japanese() ? UNITS[unit] : undefined) ?? unit;
}
