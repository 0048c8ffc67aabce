/** Draws what stands still: sea, areas by attainment, land, routes, bases and labels. */
import tokens from '../../../../src/fleetcraft/report/tokens.json';
import { percent } from '../../lib/format';
import { colour } from '../../lib/theme.svelte';
import type { Domain } from '../../lib/types';
import type { AreaGround, Ground, PlaceGround } from './ground';
import { beside, placeLabels, wrapped, type Box, type Wanted } from './labels';
import { onScreen, type Look, type Point, type Size } from './projection';

export const STEPS: readonly string[] = tokens.ramp_steps;
const COLOURS = ['paper', 'panel', 'ink', 'muted', 'rule', 'link', 'air', 'surface', 'underwater', 'short', 'sea', 'land', 'coast', ...STEPS] as const;
export type Palette = Record<string, string>;
export const FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Hiragino Sans', 'Noto Sans CJK JP', sans-serif";

export const palette = (): Palette => Object.fromEntries(COLOURS.map((name) => [name, colour(name)]));

/** Which of the five colours a share from 0 to 1 has. */
export const rampStep = (share: number): number => Math.min(Math.floor(share * STEPS.length), STEPS.length - 1);

export function dashOf(domain: Domain): number[] {
  const dash = tokens.domains[domain].dash;
  return dash === 'none' ? [] : dash.split(' ').map(Number);
}

/** What of a plan the map shows. */
export interface Drawn {
  /** Attainment by area. */
  shares: ReadonlyMap<string, number>;
  routes: { domain: Domain; points: [number, number][] }[];
  /** Ids of bases that the plan uses. */
  bases: ReadonlySet<string>;
  hovered: string | null;
  selected: string | null;
  /** Whether a year lies on the map. */
  played: boolean;
}

export interface Canvas { context: CanvasRenderingContext2D; ratio: number }

export function drawScene(canvas: Canvas, ground: Ground, look: Look, colours: Palette, drawn: Drawn): void {
  const { context, ratio } = canvas;
  const screen = () => context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const plane = () => context.setTransform(ratio * look.k, 0, 0, ratio * look.k, ratio * look.x, ratio * look.y);
  const px = 1 / look.k;
  screen();
  context.fillStyle = colours['sea']!;
  context.fillRect(0, 0, ground.size.width, ground.size.height);
  plane();
  context.lineJoin = 'round';
  stroke(context, ground.graticule, colours['rule']!, 0.6 * px);
  for (const area of ground.areas) shade(context, area, colours, drawn.shares.get(area.id));
  context.fillStyle = colours['land']!;
  context.fill(ground.land, 'evenodd');
  stroke(context, ground.land, colours['coast']!, 0.7 * px);
  for (const area of ground.areas) outline(context, area, colours, px, drawn);
  for (const route of drawn.routes) drawRoute(context, ground, route, colours, px);
  screen();
  for (const place of ground.places) drawBase(context, place, look, colours, drawn);
}

/** Pixels of a degree from which on there is room for what is told of bases, and for marks of full size. */
const ROOMY_PX = 45;
export const roomy = (ground: Ground, look: Look): boolean => (look.k * ground.projection.scale() * Math.PI) / 180 > ROOMY_PX;

function stroke(context: CanvasRenderingContext2D, path: Path2D, style: string, width: number): void {
  context.strokeStyle = style;
  context.lineWidth = width;
  context.stroke(path);
}

function shade(context: CanvasRenderingContext2D, area: AreaGround, colours: Palette, share: number | undefined): void {
  if (share === undefined) return;
  context.fillStyle = colours[STEPS[rampStep(share)] ?? '']!;
  context.fill(area.path);
}

function outline(context: CanvasRenderingContext2D, area: AreaGround, colours: Palette, px: number, drawn: Drawn): void {
  const marked = area.id === drawn.selected ? 3 : area.id === drawn.hovered ? 2 : 0;
  if (marked) stroke(context, area.path, colours['link']!, marked * px);
  else stroke(context, area.path, colours['muted']!, px);
}

function drawRoute(context: CanvasRenderingContext2D, ground: Ground, route: Drawn['routes'][number], colours: Palette, px: number): void {
  const path = new Path2D();
  route.points.forEach((position, i) => {
    const [x, y] = ground.projection(position) ?? [NaN, NaN];
    if (i) path.lineTo(x, y);
    else path.moveTo(x, y);
  });
  context.setLineDash(dashOf(route.domain).map((length) => length * px));
  context.lineCap = route.domain === 'underwater' ? 'round' : 'butt';
  context.globalAlpha = 0.85;
  stroke(context, path, colours[route.domain]!, (route.domain === 'underwater' ? 2.2 : 1.4) * px);
  context.globalAlpha = 1;
  context.lineCap = 'butt';
  context.setLineDash([]);
}

function drawBase(context: CanvasRenderingContext2D, place: PlaceGround, look: Look, colours: Palette, drawn: Drawn): void {
  const [x, y] = onScreen(look, place.at);
  const used = drawn.bases.has(place.id);
  const marked = place.id === drawn.selected || place.id === drawn.hovered;
  const r = radius(used);
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.fillStyle = used ? colours['paper']! : colours['muted']!;
  context.fill();
  if (used || marked) {
    context.strokeStyle = marked ? colours['link']! : colours['ink']!;
    context.lineWidth = marked ? 3 : 1.6;
    context.stroke();
  }
}

const radius = (used: boolean): number => (used ? 4 : 2);

function boxOf(place: PlaceGround, look: Look, used: boolean): Box {
  const [x, y] = onScreen(look, place.at);
  const r = radius(used) + 1;
  return { x: x - r, y: y - r, width: 2 * r, height: 2 * r };
}

interface Label { lines: string[]; bold: boolean; size: number; colour: string }

/**
 * Writes the labels on a canvas above everything: values first, over marks too, then names of areas that hold them, then bases, then
 * what is left. While a year is played and there is little room, values only. With `weather` there is room kept for a glyph an area:
 * their middles on the screen by area, of those that found one.
 */
export function drawLabels({ context, ratio }: Canvas, ground: Ground, look: Look, colours: Palette, drawn: Drawn, weather: boolean): Map<string, Point> {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, ground.size.width, ground.size.height);
  const pointed = (id: string) => id === drawn.hovered || id === drawn.selected;
  const sparse = drawn.played && !roomy(ground, look);
  const values = ground.areas.flatMap((area) => valueLabel(context, area, look, colours, drawn.shares.get(area.id)));
  const names = ground.areas
    .filter((area) => !sparse || pointed(area.id))
    .map((area) => ({ area, label: nameLabel(context, area, look, colours, drawn.shares.has(area.id)) }));
  const fits = ({ area, label }: (typeof names)[number]) => label.width < ROOM * look.k * (area.box[1][0] - area.box[0][0]);
  const bases = ground.places
    .filter((place) => isSeen(onScreen(look, place.at), ground.size) && (pointed(place.id) || (!sparse && (drawn.bases.has(place.id) || look.k > 3))))
    .map((place) => baseLabel(context, place, look, colours, drawn.bases.has(place.id)));
  const [first, last] = [names.filter(fits), names.filter((each) => !fits(each))];
  const placed = placeLabels(values, [], ground.size);
  const valued = placed.map(({ of, x, y }) => ({ x, y, ...extent(context, of) }));
  const glyphs = weather ? placeLabels(ground.areas.map((area) => weatherGlyph(area, look)), valued, ground.size) : [];
  const taken = [...valued, ...glyphs.map(({ x, y }) => ({ x, y, ...GLYPH }))];
  const marks = sparse ? [] : ground.places.map((place) => boxOf(place, look, drawn.bases.has(place.id)));
  const others = [...first.map((each) => each.label), ...bases, ...last.map((each) => each.label)];
  context.lineWidth = 3;
  context.lineJoin = 'round';
  for (const { of, x, y } of [...placed, ...placeLabels(others, [...taken, ...marks], ground.size)]) write(context, of, x, y, colours);
  return new Map(glyphs.map(({ of, x, y }) => [of, [x + GLYPH.width / 2, y + GLYPH.height / 2]]));
}

const isSeen = ([x, y]: Point, size: Size): boolean => x >= 0 && y >= 0 && x <= size.width && y <= size.height;

const GLYPH = { width: 22, height: 15 };

/** Above the area, else about the middle, where its value stands. */
function weatherGlyph(area: AreaGround, look: Look): Wanted<string> {
  const [west, top] = onScreen(look, area.box[0]);
  const [east] = onScreen(look, area.box[1]);
  const [x, y] = onScreen(look, area.middle);
  const above: [number, number] = [(west + east - GLYPH.width) / 2, top - 1 - GLYPH.height];
  return { of: area.id, ...GLYPH, places: [above, ...beside([x, y - VALUE_PX / 2], GLYPH.width, GLYPH.height, 1.5 * VALUE_PX)] };
}

/** A name may be so much wider than its area and still come before those of bases. */
const ROOM = 1.25;
const VALUE_PX = 14;
const NAME_PX = 11;

function valueLabel(context: CanvasRenderingContext2D, area: AreaGround, look: Look, colours: Palette, share: number | undefined): Wanted<Label>[] {
  if (share === undefined) return [];
  const of: Label = { lines: [percent(share, 0)], bold: true, size: VALUE_PX, colour: colours['ink']! };
  const { width, height } = extent(context, of);
  const [x, y] = onScreen(look, area.middle);
  const asides: [number, number][] = [[0, 0], [0, -14], [0, 14], [-width / 2, 0], [width / 2, 0], [width / 2, -14], [-width / 2, 14]];
  return [{ of, width, height, places: asides.map(([dx, dy]) => [x - width / 2 + dx, y - height + dy]) }];
}

/** Below the value, where there is one. */
function nameLabel(context: CanvasRenderingContext2D, area: AreaGround, look: Look, colours: Palette, valued: boolean): Wanted<Label> {
  const of: Label = { lines: wrapped(area.name, 20), bold: false, size: NAME_PX, colour: colours['ink']! };
  const { width, height } = extent(context, of);
  const [x, y] = onScreen(look, area.middle);
  const left = x - width / 2;
  const edge = (of: Point) => onScreen(look, of)[1];
  const outside = [edge(area.box[1]) + 2, edge(area.box[0]) - height - 2];
  return { of, width, height, places: [valued ? y + 1 : y - height / 2, y + 15, ...outside].map((top) => [left, top]) };
}

function baseLabel(context: CanvasRenderingContext2D, place: PlaceGround, look: Look, colours: Palette, used: boolean): Wanted<Label> {
  const of: Label = { lines: [place.name], bold: false, size: 11, colour: used ? colours['ink']! : colours['muted']! };
  const { width, height } = extent(context, of);
  return { of, width, height, places: beside(onScreen(look, place.at), width, height, 6) };
}

const fontOf = (label: Label) => `${label.bold ? '700' : '400'} ${label.size}px ${FONT}`;
const leading = (label: Label) => label.size * 1.15;

function extent(context: CanvasRenderingContext2D, label: Label): { width: number; height: number } {
  context.font = fontOf(label);
  return { width: Math.max(...label.lines.map((line) => context.measureText(line).width)), height: leading(label) * label.lines.length };
}

function write(context: CanvasRenderingContext2D, label: Label, x: number, y: number, colours: Palette): void {
  context.font = fontOf(label);
  context.textBaseline = 'top';
  const width = extent(context, label).width;
  context.strokeStyle = colours['paper']!;
  context.fillStyle = label.colour;
  label.lines.forEach((line, i) => {
    const left = x + (width - context.measureText(line).width) / 2;
    context.globalAlpha = 0.75;
    context.strokeText(line, left, y + i * leading(label));
    context.globalAlpha = 1;
    context.fillText(line, left, y + i * leading(label));
  });
}
