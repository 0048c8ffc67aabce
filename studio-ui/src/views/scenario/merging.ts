/** One text on top of another that somebody else made of the same one. */

export interface Change {
  from: number;
  to: number;
  insert: string;
}

/** The least stretch in which two texts differ; null where they are the same. */
export function changeBetween(before: string, after: string): Change | null {
  if (before === after) return null;
  const least = Math.min(before.length, after.length);
  let from = 0;
  while (from < least && before[from] === after[from]) from += 1;
  let tail = 0;
  while (tail < least - from && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

/** My text with their change in it where both changed other places of what was before; else mine alone. */
export function onTop(mine: string, before: string, theirs: string): string {
  const [own, other] = [changeBetween(before, mine), changeBetween(before, theirs)];
  if (!own) return theirs;
  if (!other) return mine;
  const [first, second] = own.from <= other.from ? [own, other] : [other, own];
  if (first.to >= second.from) return mine;
  return before.slice(0, first.from) + first.insert + before.slice(first.to, second.from) + second.insert + before.slice(second.to);
}
