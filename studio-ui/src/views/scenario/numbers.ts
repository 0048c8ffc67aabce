/** Numbers as people type them and as a form shows them. */

const SCALES: Record<string, number> = {
  k: 1e3, m: 1e6, mn: 1e6, million: 1e6, bn: 1e9, b: 1e9, billion: 1e9, tn: 1e12, trillion: 1e12,
  万: 1e4, 億: 1e8, 兆: 1e12,
};

/** The number that was typed: `200e9`, `200,000`, `200 bn`, `2,000億円`, `12%`; null where it is none. */
export function typedNumber(typed: string): number | null {
  const plain = typed.normalize('NFKC').replace(/[\s,¥$€_]/g, '').replace(/円$/, '').replace('−', '-').toLowerCase();
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]+|万|億|兆|%)?$/.exec(plain);
  if (!found) return null;
  const [, digits = '', scale] = found;
  if (scale === undefined) return Number(digits);
  if (scale === '%') return rounded(Number(digits) / 100);
  const factor = SCALES[scale];
  return factor === undefined ? null : rounded(Number(digits) * factor);
}

/** Without the last digit's noise that a scale brings in. */
const rounded = (value: number): number => Number(value.toPrecision(15));

/** A number as a field shows it: grouped from ten thousand on, all of its digits. */
export function shownNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) < 1e4 || Math.abs(value) >= 1e15) return String(value);
  return value.toLocaleString('en-US', { maximumFractionDigits: 15 });
}
