/** Words in the reader's language: messages/LANGUAGE/*.json, flat keys that begin with the file's name. */

export type Language = 'en' | 'ja';

const FILES = import.meta.glob<Record<string, string>>('../messages/*/*.json', { eager: true, import: 'default' });
const KEPT = 'fleetcraft.language';

function messagesOf(language: Language): Record<string, string> {
  const mine = Object.entries(FILES).filter(([path]) => path.includes(`/messages/${language}/`));
  return Object.assign({}, ...mine.map(([, messages]) => messages)) as Record<string, string>;
}

const MESSAGES: Record<Language, Record<string, string>> = { en: messagesOf('en'), ja: messagesOf('ja') };

function first(): Language {
  const kept = globalThis.localStorage?.getItem(KEPT);
  if (kept === 'en' || kept === 'ja') return kept;
  return globalThis.navigator?.language.startsWith('ja') ? 'ja' : 'en';
}

class Words {
  language = $state<Language>(first());

  set(language: Language): void {
    this.language = language;
    globalThis.localStorage?.setItem(KEPT, language);
    if (globalThis.document) document.documentElement.lang = language;
  }
}

export const words = new Words();

/**
 * The message of a key with its `{names}` filled in. With a parameter `n` the key's form for that number is taken
 * where there is one: `key.one`, `key.other`.
 */
export function t(key: string, parameters: Record<string, string | number> = {}): string {
  const messages = MESSAGES[words.language];
  const n = parameters['n'];
  const plural = typeof n === 'number' ? `${key}.${new Intl.PluralRules(words.language).select(n)}` : key;
  const found = messages[plural] ?? messages[key] ?? MESSAGES.en[plural] ?? MESSAGES.en[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    return value === undefined ? whole : typeof value === 'number' ? value.toLocaleString(words.language) : value;
  });
}

/** Whether there is a message of a key; for words that come from data, such as a state's. */
export const has = (key: string): boolean => key in MESSAGES.en;
