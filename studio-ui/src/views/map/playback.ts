/**
 * Where every craft and target of a traced year is at a moment: pure, and a function of the moment alone, so that
 * scrubbing anywhere shows what playing there shows. Playing on allocates nothing.
 */
import type { Domain, TraceChunk, TraceHead } from '../../lib/types';
import { lastUpTo, placeTargets, sliced, type Placing, type Slice, type Targets } from './slice';

export const PHASE = { absent: 0, ready: 1, out: 2, station: 3, in: 4, waiting: 5, care: 6, lost: 7 } as const;

const PHASES: Record<string, number> = {
  'not there': PHASE.absent,
  ready: PHASE.ready,
  outbound: PHASE.out,
  'on station': PHASE.station,
  inbound: PHASE.in,
  'waiting at sea': PHASE.waiting,
  'waiting for repair': PHASE.care,
  'in repair': PHASE.care,
  'in service': PHASE.care,
  lost: PHASE.lost,
};

/** What is drawn of a target: there and not found yet, found, identified, left unfound a short while ago. */
export const MARK = { there: 0, found: 1, identified: 2, missed: 3 } as const;
export const FADE_H = 24;
export const TRACK_H = 12;
const DAY_H = 24;
/** Display only: how long a patrol's round takes, how long craft take to fall into it, where they leave the shared route. */
const ROUND_H = 48;
const EASE_H = 2;
const LEAVE_SHARE = 0.6;
/** Of a base's counts: ready or waiting off the base, in repair or service, lost. */
export const AT_BASE = 3;

export interface Spell {
  start_h: number;
  end_h: number;
  state: string;
  row: number;
}

interface Route { x: Float64Array; y: Float64Array; share: Float64Array }

export class Playback {
  readonly from_h: number;
  readonly to_h: number;
  readonly days: number;
  readonly bases: string[];
  readonly domains: readonly Domain[] = ['air', 'surface', 'underwater'];
  /** Of every craft at the playhead; heading in radians from east, clockwise as pixels go. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly heading: Float32Array;
  readonly phase: Uint8Array;
  readonly row: Int16Array;
  readonly rowDomain: Uint8Array;
  /** Counts at bases, AT_BASE each. */
  readonly atBase: Int32Array;
  /** Targets to draw: `strength` falls from 1 to 0 while one that left unfound fades. */
  seen = 0;
  seenX = new Float32Array(1024);
  seenY = new Float32Array(1024);
  seenMark = new Uint8Array(1024);
  seenStrength = new Float32Array(1024);
  /** By area since the window began. */
  readonly found: Int32Array;
  readonly identified: Int32Array;
  readonly missed: Int32Array;
  /** By area; -1: not told. */
  readonly seaState: Int8Array;
  readonly foundByDay: Int32Array;
  readonly missedByDay: Int32Array;
  /** Pixels; 0 where craft are to lie still. */
  patrol = 5;
  loaded = 0;
  time_h: number;

  readonly #slices: (Slice | null)[];
  readonly #firstChunk: number;
  readonly #phaseOf: Uint8Array;
  readonly #rowBase: Int16Array;
  readonly #cursor: Int32Array;
  #inChunk = -1;
  #placing: Placing | null = null;
  #routes: Route[] = [];
  #spot = { x: 0, y: 0, heading: 0 };

  constructor(readonly head: TraceHead) {
    const craft = head.craft.length;
    [this.from_h, this.to_h] = head.window_h;
    this.time_h = this.from_h;
    this.days = Math.ceil((this.to_h - this.from_h) / DAY_H);
    this.bases = [...new Set(head.rows.map((row) => row.base))];
    this.x = new Float32Array(craft);
    this.y = new Float32Array(craft);
    this.heading = new Float32Array(craft);
    this.phase = new Uint8Array(craft);
    this.row = new Int16Array(craft);
    this.rowDomain = Uint8Array.from(head.rows, (row) => this.domains.indexOf(row.domain));
    this.atBase = new Int32Array(AT_BASE * this.bases.length);
    this.found = new Int32Array(head.areas.length);
    this.identified = new Int32Array(head.areas.length);
    this.missed = new Int32Array(head.areas.length);
    this.seaState = new Int8Array(head.areas.length).fill(-1);
    this.foundByDay = new Int32Array(this.days);
    this.missedByDay = new Int32Array(this.days);
    this.#slices = head.chunks.map(() => null);
    this.#firstChunk = this.chunkAt(this.from_h);
    this.#phaseOf = Uint8Array.from(head.states, (name) => PHASES[name] ?? PHASE.absent);
    this.#rowBase = Int16Array.from(head.rows, (row) => this.bases.indexOf(row.base));
    this.#cursor = new Int32Array(craft);
  }

  /** Numbers of the chunks that the window needs, in time's order. */
  get chunks(): number[] {
    const last = this.chunkAt(this.to_h);
    return this.head.chunks.map((_, k) => k).filter((k) => k >= this.#firstChunk && k <= last);
  }

  chunkAt(time_h: number): number {
    return Math.max(lastUpTo(this.head.chunks, this.head.chunks.length, time_h), 0);
  }

  has(chunk: number): boolean {
    return this.#slices[chunk] !== null;
  }

  /** Whether every event since the window began is counted in the tallies at this moment. */
  counted(time_h: number): boolean {
    for (let k = this.#firstChunk; k <= this.chunkAt(time_h); k++) if (!this.#slices[k]) return false;
    return true;
  }

  /** Take new pixels, after a change of the map's size. */
  place(placing: Placing): void {
    this.#placing = placing;
    this.#routes = this.head.rows.map((row) => this.#route(row.route, placing));
    for (const slice of this.#slices) if (slice) placeTargets(slice.targets, placing);
    this.#inChunk = -1;
  }

  #route(name: string, placing: Placing): Route {
    const { points = [], shares = [] } = this.head.routes[name] ?? {};
    const placed = points.map(([lon, lat]) => placing.project(lon, lat));
    return {
      x: Float64Array.from(placed, (point) => point[0]),
      y: Float64Array.from(placed, (point) => point[1]),
      share: Float64Array.from(shares),
    };
  }

  add(chunk: number, told: TraceChunk): void {
    if (this.#slices[chunk]) return;
    const slice = sliced(told, this.head, this.from_h);
    if (this.#placing) placeTargets(slice.targets, this.#placing);
    this.#count(slice, chunk === this.head.chunks.length - 1 ? Infinity : told.to_h);
    this.#slices[chunk] = slice;
    this.loaded += 1;
    this.#inChunk = -1;
  }

  #count(slice: Slice, before_h: number): void {
    const { targets } = slice;
    const since_h = Math.max(slice.from_h, this.from_h);
    const here = (time_h: number) => time_h >= since_h && time_h < before_h;
    const goneHere = (time_h: number) => time_h > since_h && time_h <= before_h;
    const add = (by: Int32Array, at: number) => (by[at] = (by[at] ?? 0) + 1);
    const dayOf = (time_h: number) => Math.floor((time_h - this.from_h) / DAY_H);
    for (let i = 0; i < targets.length; i++) {
      const area = targets.area[i]!;
      if (here(targets.found[i]!)) {
        add(slice.found, area);
        if (dayOf(targets.found[i]!) < this.days) add(this.foundByDay, dayOf(targets.found[i]!));
      }
      if (here(targets.identified[i]!)) add(slice.identified, area);
      if (targets.missed[i] && goneHere(targets.gone[i]!)) {
        add(slice.missed, area);
        if (dayOf(targets.gone[i]!) < this.days) add(this.missedByDay, dayOf(targets.gone[i]!));
      }
    }
  }

  /** Set everything to a moment; false, and nothing changed, where its chunk is not here yet. */
  goTo(time_h: number): boolean {
    const k = this.chunkAt(time_h);
    const slice = this.#slices[k];
    if (!slice) return false;
    if (k !== this.#inChunk) {
      this.#inChunk = k;
      this.#cursor.set(slice.first.subarray(0, this.#cursor.length));
    }
    this.time_h = time_h;
    this.#moveCraft(slice, time_h);
    this.#showTargets(slice, k, time_h);
    this.#blow(slice, time_h);
    return true;
  }

  #moveCraft(slice: Slice, time_h: number): void {
    this.atBase.fill(0);
    for (let c = 0; c < this.phase.length; c++) {
      const leg = this.#legAt(slice, c, time_h);
      if (leg < 0) {
        this.phase[c] = PHASE.absent;
        continue;
      }
      const phase = this.#phaseOf[slice.state[leg]!]!;
      this.phase[c] = phase;
      this.row[c] = slice.row[leg]!;
      if (phase === PHASE.out || phase === PHASE.station || phase === PHASE.in) {
        this.#locate(slice, leg, c, time_h);
        this.x[c] = this.#spot.x;
        this.y[c] = this.#spot.y;
        this.heading[c] = this.#spot.heading;
      } else if (phase !== PHASE.absent) {
        const kind = phase === PHASE.care ? 1 : phase === PHASE.lost ? 2 : 0;
        this.atBase[AT_BASE * this.#rowBase[slice.row[leg]!]! + kind]! += 1;
      }
    }
  }

  /** The leg of a craft at a moment, -1: none; looks where it was before, then one further, then everywhere. */
  #legAt(slice: Slice, craft: number, time_h: number): number {
    const first = slice.first[craft]!;
    const end = slice.first[craft + 1]!;
    let leg = this.#cursor[craft]!;
    if (leg < end && leg >= first && slice.start[leg]! <= time_h) {
      if (time_h >= slice.end[leg]! && leg + 1 < end && slice.start[leg + 1]! <= time_h) leg += 1;
      if (time_h < slice.end[leg]!) {
        this.#cursor[craft] = leg;
        return leg;
      }
    }
    leg = first + lastUpTo(slice.start.subarray(first, end), end - first, time_h);
    this.#cursor[craft] = Math.max(leg, first);
    return leg >= first && time_h < slice.end[leg]! ? leg : -1;
  }

  /** Where a craft at sea is drawn: on its route, near the area beside it, on station on a slow round about its spot. */
  #locate(slice: Slice, leg: number, craft: number, time_h: number): void {
    const route = this.#routes[slice.row[leg]!];
    const spot = this.#spot;
    if (!route || route.x.length === 0) {
      spot.x = spot.y = NaN;
      return;
    }
    const start = slice.start[leg]!;
    const end = slice.end[leg]!;
    const part = Math.min(Math.max((time_h - start) / (end - start), 0), 1);
    const share = slice.begin[leg]! + (slice.finish[leg]! - slice.begin[leg]!) * part;
    along(route, share, spot);
    const phase = this.#phaseOf[slice.state[leg]!]!;
    if (phase === PHASE.in) spot.heading += Math.PI;
    this.#aside(slice.row[leg]!, craft, route, phase === PHASE.station ? 1 : eased((share - LEAVE_SHARE) / (1 - LEAVE_SHARE)));
    if (phase === PHASE.station && this.patrol > 0) {
      const near = Math.min(1, (time_h - start) / EASE_H, (end - time_h) / EASE_H) * this.patrol;
      const angle = (2 * Math.PI * time_h) / ROUND_H + craft * 2.4;
      spot.x += near * Math.cos(angle);
      spot.y += near * 0.6 * Math.sin(angle);
    }
  }

  #aside(row: number, craft: number, route: Route, weight: number): void {
    if (weight <= 0 || !this.#placing) return;
    const spread = this.#placing.spread(this.head.rows[row]!.area, craft);
    if (!spread) return;
    const last = route.x.length - 1;
    this.#spot.x += weight * (spread[0] - route.x[last]!);
    this.#spot.y += weight * (spread[1] - route.y[last]!);
  }

  /** A craft's way in the last hours of the leg that it is on, as x, y, x, y ...; the number of points written. */
  track(craft: number, into: Float32Array): number {
    const slice = this.#slices[this.#inChunk];
    if (!slice) return 0;
    const leg = this.#cursor[craft]!;
    const from = Math.max(slice.start[leg]!, this.time_h - TRACK_H);
    const points = Math.min(into.length >> 1, 12);
    for (let i = 0; i < points; i++) {
      this.#locate(slice, leg, craft, from + ((this.time_h - from) * i) / (points - 1));
      into[2 * i] = this.#spot.x;
      into[2 * i + 1] = this.#spot.y;
    }
    return points;
  }

  #showTargets(slice: Slice, k: number, time_h: number): void {
    this.seen = 0;
    this.found.fill(0);
    this.identified.fill(0);
    this.missed.fill(0);
    for (let j = this.#firstChunk; j < k; j++) this.#sum(this.#slices[j] ?? null);
    const before = k > 0 && time_h - FADE_H < slice.from_h ? this.#slices[k - 1] : null;
    if (before) this.#fading(before.targets, slice.from_h, time_h);
    this.#present(slice, time_h);
  }

  #sum(slice: Slice | null): void {
    if (!slice) return;
    for (let area = 0; area < this.found.length; area++) {
      this.found[area]! += slice.found[area]!;
      this.identified[area]! += slice.identified[area]!;
      this.missed[area]! += slice.missed[area]!;
    }
  }

  #present(slice: Slice, time_h: number): void {
    const { targets } = slice;
    const since = Math.max(slice.from_h, this.from_h);
    for (let i = 0; i < targets.length && targets.came[i]! <= time_h; i++) {
      const area = targets.area[i]!;
      const found = targets.found[i]! <= time_h;
      const identified = targets.identified[i]! <= time_h;
      const gone = targets.gone[i]! <= time_h;
      if (found && targets.found[i]! >= since) this.found[area]! += 1;
      if (identified && targets.identified[i]! >= since) this.identified[area]! += 1;
      if (!gone) this.#show(targets, i, identified ? MARK.identified : found ? MARK.found : MARK.there, 1);
      else if (targets.missed[i]) {
        if (targets.gone[i]! > since) this.missed[area]! += 1;
        if (time_h - targets.gone[i]! < FADE_H) this.#show(targets, i, MARK.missed, 1 - (time_h - targets.gone[i]!) / FADE_H);
      }
    }
  }

  /** Those of the chunk before that left unfound there and still fade. */
  #fading(targets: Targets, until_h: number, time_h: number): void {
    for (let i = 0; i < targets.length; i++) {
      const gone = targets.gone[i]!;
      if (targets.missed[i] && gone <= until_h && time_h - gone < FADE_H) {
        this.#show(targets, i, MARK.missed, 1 - (time_h - gone) / FADE_H);
      }
    }
  }

  #show(targets: Targets, i: number, mark: number, strength: number): void {
    if (this.seen === this.seenX.length) this.#room();
    this.seenX[this.seen] = targets.x[i]!;
    this.seenY[this.seen] = targets.y[i]!;
    this.seenMark[this.seen] = mark;
    this.seenStrength[this.seen] = strength;
    this.seen += 1;
  }

  #room(): void {
    const grown = (old: Float32Array<ArrayBuffer>) => {
      const wide = new Float32Array(2 * old.length);
      wide.set(old);
      return wide;
    };
    this.seenX = grown(this.seenX);
    this.seenY = grown(this.seenY);
    this.seenStrength = grown(this.seenStrength);
    const marks = new Uint8Array(2 * this.seenMark.length);
    marks.set(this.seenMark);
    this.seenMark = marks;
  }

  #blow(slice: Slice, time_h: number): void {
    const { area, sea_state, start_h, end_h } = slice.weather;
    for (let i = 0; i < area.length; i++) {
      if (start_h[i]! <= time_h && time_h < end_h[i]!) this.seaState[area[i]!] = sea_state[i]!;
    }
  }

  /** The name of a craft's state at the playhead. */
  stateOf(craft: number): string {
    const slice = this.#slices[this.#inChunk];
    if (!slice || this.phase[craft] === PHASE.absent) return this.head.states[0] ?? '';
    return this.head.states[slice.state[this.#cursor[craft]!]!] ?? '';
  }

  /** What a craft did in the window as far as chunks are here, in time's order. */
  history(craft: number): Spell[] {
    const spells: Spell[] = [];
    for (const slice of this.#slices) {
      if (!slice) continue;
      for (let leg = slice.first[craft]!; leg < slice.first[craft + 1]!; leg++) {
        const [start_h, end_h] = [slice.start[leg]!, slice.end[leg]!];
        if (end_h <= this.from_h || start_h >= this.to_h || start_h <= (spells.at(-1)?.start_h ?? -Infinity)) continue;
        spells.push({ start_h, end_h, state: this.head.states[slice.state[leg]!] ?? '', row: slice.row[leg]! });
      }
    }
    return spells;
  }
}

function along(route: Route, share: number, spot: { x: number; y: number; heading: number }): void {
  const last = route.x.length - 1;
  let i = 0;
  while (i < last - 1 && route.share[i + 1]! < share) i += 1;
  const j = Math.min(i + 1, last);
  const width = route.share[j]! - route.share[i]!;
  const part = width > 0 ? Math.min(Math.max((share - route.share[i]!) / width, 0), 1) : 0;
  const dx = route.x[j]! - route.x[i]!;
  const dy = route.y[j]! - route.y[i]!;
  spot.x = route.x[i]! + dx * part;
  spot.y = route.y[i]! + dy * part;
  spot.heading = Math.atan2(dy, dx);
}

function eased(part: number): number {
  const x = Math.min(Math.max(part, 0), 1);
  return x * x * (3 - 2 * x);
}
