/** Marks drawn once and copied many times a frame: craft by domain and heading, targets by what became of them, sea states. */
import type { Domain } from '../../lib/types';
import { MARK } from './playback';
import { FONT, type Palette } from './scene';

export const HEADINGS = 16;
const CELL = 26;
const COLUMNS = 16;
const DOMAINS: Domain[] = ['air', 'surface', 'underwater'];
const SEA_STATES = 10;
/** Rows of the sheet: a domain each under way, then craft on station, targets, missed targets fading, sea states. */
const ROW = { station: 3, target: 4, fading: 5, sea: 6 } as const;
export const SHADES = 12;

type Brush = OffscreenCanvasRenderingContext2D;

export class Sprites {
  readonly #sheet: ImageBitmap;
  readonly #ratio: number;
  readonly #cell: number;
  /** How wide marks are drawn, even numbers of px: what is copied is as small as can be. */
  readonly #extents: { underWay: number; station: number; target: number };

  /** `size` is 1 for marks of full size. */
  constructor(colours: Palette, ratio: number, size: number) {
    const even = (px: number) => 2 * Math.ceil((px * size) / 2 + 1);
    this.#ratio = ratio;
    this.#cell = CELL * ratio;
    this.#extents = { underWay: Math.min(even(22), CELL), station: even(15), target: even(11.6) };
    const canvas = new OffscreenCanvas(CELL * COLUMNS * ratio, CELL * 7 * ratio);
    const brush = canvas.getContext('2d')!;
    const at = (column: number, row: number, draw: () => void) => {
      brush.setTransform(ratio, 0, 0, ratio, (column + 0.5) * CELL * ratio, (row + 0.5) * CELL * ratio);
      brush.globalAlpha = 1;
      draw();
    };
    DOMAINS.forEach((domain, row) => {
      for (let h = 0; h < HEADINGS; h++) at(h, row, () => underWay(brush, domain, (2 * Math.PI * h) / HEADINGS, size, colours));
      at(row, ROW.station, () => shape(brush, domain, 5.5 * size, colours[domain]!, colours['paper']!));
    });
    for (const mark of [MARK.there, MARK.found, MARK.identified]) at(mark, ROW.target, () => target(brush, mark, size, colours));
    for (let shade = 0; shade < SHADES; shade++) at(shade, ROW.fading, () => cross(brush, (shade + 1) / SHADES, size, colours));
    for (let state = 0; state < SEA_STATES; state++) at(state, ROW.sea, () => seaState(brush, state, colours));
    this.#sheet = canvas.transferToImageBitmap();
  }

  underWay(context: CanvasRenderingContext2D, domain: number, heading: number, x: number, y: number): void {
    const turn = Math.round((heading / (2 * Math.PI)) * HEADINGS);
    this.#copy(context, ((turn % HEADINGS) + HEADINGS) % HEADINGS, domain, x, y, this.#extents.underWay);
  }

  onStation(context: CanvasRenderingContext2D, domain: number, x: number, y: number): void {
    this.#copy(context, domain, ROW.station, x, y, this.#extents.station);
  }

  target(context: CanvasRenderingContext2D, mark: number, strength: number, x: number, y: number): void {
    if (mark === MARK.missed) this.#copy(context, Math.min(Math.floor(strength * SHADES), SHADES - 1), ROW.fading, x, y, this.#extents.target);
    else this.#copy(context, mark, ROW.target, x, y, this.#extents.target);
  }

  seaState(context: CanvasRenderingContext2D, state: number, x: number, y: number): void {
    this.#copy(context, Math.min(state, SEA_STATES - 1), ROW.sea, x, y, CELL);
  }

  /** The middle of a cell, `extent` wide, on whole pixels of the screen, so that copying needs no blending between pixels. */
  #copy(context: CanvasRenderingContext2D, column: number, row: number, x: number, y: number, extent: number): void {
    const side = extent * this.#ratio;
    const edge = (this.#cell - side) / 2;
    const left = Math.round((x - extent / 2) * this.#ratio) / this.#ratio;
    const top = Math.round((y - extent / 2) * this.#ratio) / this.#ratio;
    context.drawImage(this.#sheet, column * this.#cell + edge, row * this.#cell + edge, side, side, left, top, extent, extent);
  }

  close(): void {
    this.#sheet.close();
  }
}

export function outlineOf(brush: Brush | CanvasRenderingContext2D, domain: Domain, r: number): void {
  brush.beginPath();
  if (domain === 'air') {
    brush.moveTo(0, -r * 1.1);
    brush.lineTo(r, r * 0.8);
    brush.lineTo(-r, r * 0.8);
  } else if (domain === 'surface') {
    brush.rect(-r * 0.82, -r * 0.82, r * 1.64, r * 1.64);
  } else {
    brush.moveTo(0, -r * 1.1);
    brush.lineTo(r * 1.1, 0);
    brush.lineTo(0, r * 1.1);
    brush.lineTo(-r * 1.1, 0);
  }
  brush.closePath();
}

function shape(brush: Brush, domain: Domain, r: number, fill: string, edge: string): void {
  outlineOf(brush, domain, r);
  brush.lineJoin = 'round';
  brush.strokeStyle = edge;
  brush.lineWidth = 2.5;
  brush.stroke();
  brush.fillStyle = fill;
  brush.fill();
}

/** Small, with a line ahead. */
function underWay(brush: Brush, domain: Domain, heading: number, size: number, colours: Palette): void {
  brush.strokeStyle = colours[domain]!;
  brush.lineWidth = 1.8;
  brush.lineCap = 'round';
  brush.beginPath();
  brush.moveTo(0, 0);
  brush.lineTo(10 * size * Math.cos(heading), 10 * size * Math.sin(heading));
  brush.stroke();
  shape(brush, domain, 3.8 * size, colours[domain]!, colours['paper']!);
}

function target(brush: Brush, mark: number, size: number, colours: Palette): void {
  brush.beginPath();
  brush.arc(0, 0, 2.8 * size, 0, 2 * Math.PI);
  brush.strokeStyle = colours['ink']!;
  brush.lineWidth = 1.2;
  if (mark === MARK.there) {
    brush.fillStyle = colours['paper']!;
    brush.fill();
    brush.stroke();
    return;
  }
  brush.fillStyle = colours['ink']!;
  brush.fill();
  if (mark === MARK.found) return;
  brush.beginPath();
  brush.arc(0, 0, 5.2 * size, 0, 2 * Math.PI);
  brush.stroke();
}

function cross(brush: Brush, strength: number, size: number, colours: Palette): void {
  brush.globalAlpha = strength;
  brush.strokeStyle = colours['short']!;
  brush.lineWidth = 1.8;
  const arm = 3.5 * size;
  brush.beginPath();
  for (const side of [-1, 1]) {
    brush.moveTo(-arm, -arm * side);
    brush.lineTo(arm, arm * side);
  }
  brush.stroke();
}

function seaState(brush: Brush, state: number, colours: Palette): void {
  brush.fillStyle = colours['paper']!;
  brush.globalAlpha = 0.85;
  brush.beginPath();
  brush.roundRect(-11, -7.5, 22, 15, 4);
  brush.fill();
  brush.globalAlpha = 1;
  brush.strokeStyle = colours['link']!;
  brush.lineWidth = 1.4;
  brush.lineCap = 'round';
  for (let wave = 0; wave < Math.min(3, 1 + Math.floor(state / 3)); wave++) {
    brush.beginPath();
    brush.moveTo(-10, 4 - wave * 4.5);
    brush.bezierCurveTo(-7, 0 - wave * 4.5, -5, 8 - wave * 4.5, -1, 4 - wave * 4.5);
    brush.stroke();
  }
  brush.fillStyle = colours['ink']!;
  brush.font = `600 10px ${FONT}`;
  brush.textBaseline = 'middle';
  brush.fillText(String(state), 2.5, 0.5);
}
