/** What this view notes in the address, beside what is open: which two runs are compared. */

const query = (): [string, URLSearchParams] => {
  const [path = '', asked = ''] = location.hash.split('?');
  return [path, new URLSearchParams(asked)];
};

export const noted = (): string[] => {
  const [, asked] = query();
  return ['a', 'b'].map((key) => asked.get(key)).filter((name) => name !== null);
};

export function note(chosen: readonly string[]): void {
  const [path, asked] = query();
  for (const [k, key] of ['a', 'b'].entries()) {
    const name = chosen[k];
    if (name === undefined) asked.delete(key);
    else asked.set(key, name);
  }
  history.replaceState(null, '', `${path || '#/runs'}?${asked}`);
}
