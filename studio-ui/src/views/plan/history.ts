/** Edits with undo and redo, as they are kept in the browser for one scenario. */
import { NOTHING, type Edits } from './edits';

export interface History {
  readonly past: readonly Edits[];
  readonly now: Edits;
  readonly ahead: readonly Edits[];
}

export const FRESH: History = { past: [], now: NOTHING, ahead: [] };
const MOST = 100;

/** A step that follows the one before it in the same cell within a moment replaces it where `joined`. */
export function did(history: History, edits: Edits, joined = false): History {
  const past = joined ? history.past : [...history.past, history.now].slice(-MOST);
  return { past, now: edits, ahead: [] };
}

export function undone(history: History): History {
  const last = history.past.at(-1);
  return last ? { past: history.past.slice(0, -1), now: last, ahead: [history.now, ...history.ahead] } : history;
}

export function redone(history: History): History {
  const [next, ...rest] = history.ahead;
  return next ? { past: [...history.past, history.now], now: next, ahead: rest } : history;
}

/** What was kept, or nothing where it cannot be read as that. */
export function readHistory(text: string | null): History {
  if (text === null) return FRESH;
  try {
    const found = JSON.parse(text) as Partial<History>;
    const all = [...(found.past ?? []), found.now, ...(found.ahead ?? [])];
    return all.every(isEdits) ? { past: found.past ?? [], now: found.now as Edits, ahead: found.ahead ?? [] } : FRESH;
  } catch {
    return FRESH;
  }
}

const isEdits = (value: unknown): value is Edits => {
  const { changed, pinned, forbidden } = (value ?? {}) as Partial<Edits>;
  return typeof changed === 'object' && changed !== null && Array.isArray(pinned) && Array.isArray(forbidden);
};
