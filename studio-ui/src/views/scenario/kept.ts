/** Text that was typed and that the server does not have yet: kept in the browser, so that a crash loses nothing. */

export interface Kept {
  /** The draft's version that the text was typed over. */
  version: string;
  at: string;
  files: Record<string, string>;
}

const PREFIX = 'fleetcraft.unsent.';
/** This page's own: two windows never write over each other's. */
const PAGE = crypto.randomUUID();

const keyOf = (id: string, page: string): string => `${PREFIX}${id}#${page}`;

/** Keep what is not sent yet; nothing at all removes what was kept. */
export function keep(id: string, version: string, files: Record<string, string>): void {
  const key = keyOf(id, PAGE);
  if (Object.keys(files).length === 0) return localStorage.removeItem(key);
  const kept: Kept = { version, at: new Date().toISOString(), files };
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    localStorage.removeItem(key); // larger than the browser keeps: the server gets it within half a second all the same
  }
}

/** What other pages, gone or in another window, left of a scenario; the newest first. */
export function left(id: string): { key: string; kept: Kept }[] {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(keyOf(id, '')) && key !== keyOf(id, PAGE));
  return keys
    .map((key) => ({ key, kept: readKept(localStorage.getItem(key)) }))
    .filter((each): each is { key: string; kept: Kept } => each.kept !== null)
    .sort((a, b) => b.kept.at.localeCompare(a.kept.at));
}

function readKept(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? 'null');
    return kept && typeof kept.version === 'string' && typeof kept.files === 'object' ? kept : null;
  } catch {
    return null;
  }
}

export const forget = (key: string): void => localStorage.removeItem(key);
