/** Files in one ZIP archive, stored as they are: a scenario is small text, and nothing has to be loaded for it. */
import type { TextFile } from '../../lib/types';

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

export function crc32(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of data) c = (TABLE[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** A ZIP archive of text files in a folder. */
export function zipped(folder: string, files: readonly TextFile[], made: Date = new Date()): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const [name, data] = [encoder.encode(`${folder}/${file.name}`), encoder.encode(file.text)];
    const fields = fieldsOf(name, data, made);
    const local = record(0x04034b50, fields, []);
    const central = record(0x02014b50, [[20, 2], ...fields], [[0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]);
    parts.push(local, name, data);
    directory.push(central, name);
    offset += local.length + name.length + data.length;
  }
  const size = directory.reduce((sum, each) => sum + each.length, 0);
  const end = record(0x06054b50, [[0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [offset, 4], [0, 2]], []);
  return joined([...parts, ...directory, end]);
}

type Number = [value: number, bytes: 2 | 4];

/** What the local and the central record say alike: names in UTF-8 (bit 11), stored, time, checksum, sizes. */
function fieldsOf(name: Uint8Array, data: Uint8Array, made: Date): Number[] {
  const time = (made.getHours() << 11) | (made.getMinutes() << 5) | (made.getSeconds() >> 1);
  const date = ((made.getFullYear() - 1980) << 9) | ((made.getMonth() + 1) << 5) | made.getDate();
  return [[20, 2], [0x0800, 2], [0, 2], [time, 2], [date, 2], [crc32(data), 4], [data.length, 4], [data.length, 4], [name.length, 2], [0, 2]];
}

function record(signature: number, head: Number[], tail: Number[]): Uint8Array {
  const numbers: Number[] = [[signature, 4], ...head, ...tail];
  const bytes = new Uint8Array(numbers.reduce((sum, [, width]) => sum + width, 0));
  const into = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of numbers) {
    if (width === 2) into.setUint16(at, value, true);
    else into.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
