/** The name proposed for a copy: of what it is one, and not taken. */
export function copyName(id: string, taken: readonly string[]): string {
  const stem = id.replace(/^run:/, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 30) || 'scenario';
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? `${stem}-copy` : `${stem}-copy-${n}`;
    if (!taken.includes(name)) return name;
  }
}
