/** Draws what moves, a frame: tracks in a stroke a domain, then marks by kind. Nothing is allocated in a frame. */
import { AT_BASE, PHASE, type Playback } from './playback';
import type { Look, Point } from './projection';
import { FONT, type Canvas, type Palette } from './scene';
import type { Sprites } from './sprites';

export interface Moving {
  playback: Playback;
  sprites: Sprites;
  colours: Palette;
  /** By base of the playback: where it lies on the plane. */
  bases: ({ x: number; y: number } | null)[];
  /** Where on the screen the sea state of an area is written; areas that have no room, or none as the weather is not shown, are not there. */
  glyphs: ReadonlyMap<string, Point>;
  /** Whether there is room for the counts at bases. */
  counts: boolean;
  /** The craft that is followed; -1: none. */
  followed: number;
}

const DOMAINS = ['air', 'surface', 'underwater'] as const;
const SPARE = 14;
const scratch = new Float32Array(24);

export function drawMoving(canvas: Canvas, width: number, height: number, look: Look, moving: Moving): void {
  const { context, ratio } = canvas;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  drawTracks(context, look, moving);
  drawTargets(context, width, height, look, moving);
  drawCraft(context, width, height, look, moving);
  if (moving.counts) drawBases(context, look, moving);
  drawWeather(context, moving);
  if (moving.followed >= 0) ring(context, look, moving);
}

const atSea = (phase: number) => phase === PHASE.out || phase === PHASE.in || phase === PHASE.station;

function drawTracks(context: CanvasRenderingContext2D, look: Look, { playback, colours }: Moving): void {
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  context.globalAlpha = 0.55;
  for (let domain = 0; domain < DOMAINS.length; domain++) {
    context.strokeStyle = colours[DOMAINS[domain]!]!;
    context.beginPath();
    for (let c = 0; c < playback.phase.length; c++) {
      const phase = playback.phase[c]!;
      if ((phase !== PHASE.out && phase !== PHASE.in) || playback.rowDomain[playback.row[c]!] !== domain) continue;
      const points = playback.track(c, scratch);
      for (let i = 0; i < points; i++) {
        const x = look.k * scratch[2 * i]! + look.x;
        const y = look.k * scratch[2 * i + 1]! + look.y;
        if (i) context.lineTo(x, y);
        else context.moveTo(x, y);
      }
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawTargets(context: CanvasRenderingContext2D, width: number, height: number, look: Look, { playback, sprites }: Moving): void {
  for (let i = 0; i < playback.seen; i++) {
    const x = look.k * playback.seenX[i]! + look.x;
    const y = look.k * playback.seenY[i]! + look.y;
    if (x < -SPARE || y < -SPARE || x > width + SPARE || y > height + SPARE) continue;
    sprites.target(context, playback.seenMark[i]!, playback.seenStrength[i]!, x, y);
  }
}

function drawCraft(context: CanvasRenderingContext2D, width: number, height: number, look: Look, { playback, sprites }: Moving): void {
  for (let c = 0; c < playback.phase.length; c++) {
    const phase = playback.phase[c]!;
    if (!atSea(phase)) continue;
    const x = look.k * playback.x[c]! + look.x;
    const y = look.k * playback.y[c]! + look.y;
    if (!(x >= -SPARE && y >= -SPARE && x <= width + SPARE && y <= height + SPARE)) continue;
    const domain = playback.rowDomain[playback.row[c]!]!;
    if (phase === PHASE.station) sprites.onStation(context, domain, x, y);
    else sprites.underWay(context, domain, playback.heading[c]!, x, y);
  }
}

/** Below each base: craft ready or waiting, craft in repair or service, craft lost. */
function drawBases(context: CanvasRenderingContext2D, look: Look, { playback, bases, colours }: Moving): void {
  context.font = `600 10px ${FONT}`;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  for (let b = 0; b < bases.length; b++) {
    const base = bases[b];
    if (!base) continue;
    const x = look.k * base.x + look.x;
    const y = look.k * base.y + look.y + 13;
    const cells = playback.atBase[AT_BASE * b + 2]! ? 3 : playback.atBase[AT_BASE * b + 1]! ? 2 : playback.atBase[AT_BASE * b]! ? 1 : 0;
    for (let cell = 0; cell < cells; cell++) {
      const count = playback.atBase[AT_BASE * b + cell]!;
      const left = x - (cells * 18) / 2 + cell * 18;
      context.fillStyle = cell === 0 ? colours['paper']! : cell === 1 ? colours['muted']! : colours['short']!;
      context.fillRect(left, y - 6.5, 17, 13);
      context.fillStyle = cell === 0 ? colours['ink']! : colours['paper']!;
      context.fillText(TEXTS[Math.min(count, TEXTS.length - 1)]!, left + 8.5, y + 0.5);
    }
  }
  context.textAlign = 'left';
}

const TEXTS = Array.from({ length: 1000 }, (_, i) => String(i));

function drawWeather(context: CanvasRenderingContext2D, { playback, glyphs, sprites }: Moving): void {
  const { areas } = playback.head;
  for (let a = 0; a < areas.length; a++) {
    const glyph = glyphs.get(areas[a]!);
    const state = playback.seaState[a]!;
    if (glyph && state >= 0) sprites.seaState(context, state, glyph[0], glyph[1]);
  }
}

function ring(context: CanvasRenderingContext2D, look: Look, { playback, followed, colours, bases }: Moving): void {
  const phase = playback.phase[followed]!;
  if (phase === PHASE.absent) return;
  const base = bases[playback.bases.indexOf(playback.head.rows[playback.row[followed]!]!.base)];
  const at = atSea(phase) ? { x: playback.x[followed]!, y: playback.y[followed]! } : base;
  if (!at) return;
  context.strokeStyle = colours['link']!;
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(look.k * at.x + look.x, look.k * at.y + look.y, 11, 0, 2 * Math.PI);
  context.stroke();
}
