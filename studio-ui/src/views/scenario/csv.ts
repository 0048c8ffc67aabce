/** Tables as text, taken apart to be shown: RFC 4180, quotes doubled within quotes. */

/** Rows of cells; an empty last line is none. */
export function parsedCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const cell = cellAt(text, at);
    row.push(cell.words);
    at = cell.end;
    if (text[at] === ',') {
      at += 1;
      if (at === text.length) row.push('');
      else continue;
    }
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
    rows.push(row);
    row = [];
  }
  return rows;
}

function cellAt(text: string, start: number): { words: string; end: number } {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
    return { words: text.slice(start, end), end };
  }
  let words = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { words: words + text.slice(at), end: text.length };
    words += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { words, end: quote + 1 };
    words += '"';
    at = quote + 2;
  }
}

/** The words of one column, by its name, below the header; empty where there is no such column. */
export function columnOf(text: string, name: string): string[] {
  const [header = [], ...rows] = parsedCsv(text);
  const at = header.indexOf(name);
  return at < 0 ? [] : rows.map((row) => row[at] ?? '').filter((words) => words !== '');
}
