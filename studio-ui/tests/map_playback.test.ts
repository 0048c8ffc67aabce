/** Playback against hand-made chunks, and its law: what a moment shows does not depend on how one came there. */
import { describe, expect, it } from 'vitest';
import type { TraceChunk, TraceHead } from '../src/lib/types';
import { AT_BASE, FADE_H, MARK, PHASE, Playback } from '../src/views/map/playback';
import { lastUpTo, type Placing } from '../src/views/map/slice';

const STATES = ['not there', 'ready', 'outbound', 'on station', 'inbound', 'in repair', 'lost'];
const [READY, OUT, STATION, HOME, REPAIR, LOST] = [1, 2, 3, 4, 5, 6];
const PLANE: Placing = { project: (lon, lat) => [lon, lat], spread: () => null };

const head = (craft: string[], chunks = [0, 100], end_h = 200): TraceHead => ({
  run: 'run', epoch: '2028-04-01T00:00:00Z', end_h, window_h: [0, end_h], states: STATES,
  routes: { 'home/north/surface': { points: [[0, 0], [10, 0], [10, 30]], shares: [0, 0.25, 1] } },
  rows: [{ platform: 'boat', domain: 'surface', base: 'home', area: 'north', transit_h: 10, route: 'home/north/surface' }],
  craft, targets: ['vessel'], areas: ['north', 'south'], chunks, tally: { found: 0, missed: 0, identified: 0 },
});

type Leg = [craft: number, start_h: number, end_h: number, state: number, first: number, last: number];
interface Contact { area: number; came: number; found?: number; identified?: number; gone: number; fate: string }

function chunk(from_h: number, to_h: number, legs: Leg[], contacts: Contact[] = []): TraceChunk {
  const mine = legs.filter(([, start, end]) => start < to_h && end > from_h);
  const seen = contacts.map((contact, i) => ({ ...contact, i })).filter(({ came, gone }) => came < to_h && gone > from_h);
  const column = (k: number) => mine.map((leg) => leg[k]!);
  return {
    from_h, to_h,
    legs: { craft: column(0), start_h: column(1), end_h: column(2), state: column(3), row: mine.map(() => 0), first: column(4), last: column(5) },
    contacts: {
      contact: seen.map(({ i }) => i), area: seen.map(({ area }) => area), target: seen.map(() => 0),
      lon: seen.map(({ i }) => i), lat: seen.map(({ i }) => 2 * i), came_in_h: seen.map(({ came }) => came),
      found_h: seen.map(({ found }) => found ?? null), identified_h: seen.map(({ identified }) => identified ?? null),
      gone_h: seen.map(({ gone }) => gone), fate: seen.map(({ fate }) => fate),
    },
    weather: { area: [0, 0], sea_state: [2, 5], wind_kn: [5, 20], start_h: [0, 60], end_h: [60, 200] },
  };
}

function playing(told: TraceHead, legs: Leg[], contacts: Contact[] = []): Playback {
  const playback = new Playback(told);
  playback.place(PLANE);
  playback.patrol = 0;
  told.chunks.forEach((from_h, k) => playback.add(k, chunk(from_h, told.chunks[k + 1] ?? told.end_h, legs, contacts)));
  return playback;
}

const YEAR: Leg[] = [
  [0, 10, 20, READY, 0, 0], [0, 20, 30, OUT, 0, 1], [0, 30, 120, STATION, 1, 1], [0, 120, 130, HOME, 1, 0],
  [0, 130, 150, REPAIR, 0, 0], [0, 150, 200, LOST, 0, 0],
];

describe('craft', () => {
  const playback = playing(head(['boat/1']), YEAR);
  const at = (time_h: number) => {
    expect(playback.goTo(time_h)).toBe(true);
    return { phase: playback.phase[0], x: playback.x[0], y: playback.y[0], heading: playback.heading[0] };
  };

  it('is not there before its first leg', () => expect(at(5).phase).toBe(PHASE.absent));
  it('moves evenly along its route, bend and all', () => {
    expect(at(21.25)).toMatchObject({ phase: PHASE.out, x: 5, y: 0, heading: 0 });
    const later = at(26.25);
    expect(later).toMatchObject({ x: 10, y: 15 });
    expect(later.heading).toBeCloseTo(Math.PI / 2);
  });
  it('stays on station over the edge of a chunk', () => {
    for (const time_h of [30, 99.9, 100, 119.9]) expect(at(time_h)).toMatchObject({ phase: PHASE.station, x: 10, y: 30 });
  });
  it('comes home on the same way, heading back', () => {
    const back = at(123.75);
    expect(back).toMatchObject({ phase: PHASE.in, x: 10, y: 15 });
    expect(back.heading).toBeCloseTo(1.5 * Math.PI);
  });
  it('is counted at its base by what it does there', () => {
    const base = (time_h: number) => (playback.goTo(time_h), [...playback.atBase]);
    expect(AT_BASE).toBe(3);
    expect(base(15)).toEqual([1, 0, 0]);
    expect(base(25)).toEqual([0, 0, 0]);
    expect(base(140)).toEqual([0, 1, 0]);
    expect(base(160)).toEqual([0, 0, 1]);
  });
  it('has a track of its last hours that ends where it is', () => {
    const points = new Float32Array(24);
    playback.goTo(26.25);
    const length = playback.track(0, points);
    expect([points[0], points[1]]).toEqual([0, 0]);
    expect([points[2 * length - 2], points[2 * length - 1]]).toEqual([10, 15]);
  });
  it('tells its year without saying twice what two chunks hold', () => {
    expect(playback.history(0).map(({ state, start_h }) => [state, start_h])).toEqual([
      ['ready', 10], ['outbound', 20], ['on station', 30], ['inbound', 120], ['in repair', 130], ['lost', 150],
    ]);
  });
  it('is drawn beside its station where there is a place for it', () => {
    playback.place({ ...PLANE, spread: () => [12, 40] });
    expect(at(50)).toMatchObject({ x: 12, y: 40 });
    expect(at(30 - 1e-9).y).toBeCloseTo(40, 3);
    expect(at(21)).toMatchObject({ y: 0 });
    playback.place(PLANE);
  });
});

describe('targets', () => {
  const contacts: Contact[] = [
    { area: 0, came: 10, found: 12, identified: 15, gone: 40, fate: 'identified' },
    { area: 0, came: 20, gone: 90, fate: 'left unfound' },
    { area: 1, came: 95, found: 105, gone: 110, fate: 'found' },
    { area: 1, came: 150, gone: 200, fate: 'still there' },
  ];
  const playback = playing(head([]), [], contacts);
  const seen = (time_h: number) => {
    playback.goTo(time_h);
    return Array.from({ length: playback.seen }, (_, i) => [playback.seenX[i], playback.seenMark[i]]).sort();
  };

  it('come, are found, are identified, and go', () => {
    expect(seen(5)).toEqual([]);
    expect(seen(11)).toEqual([[0, MARK.there]]);
    expect(seen(12)).toEqual([[0, MARK.found]]);
    expect(seen(21)).toEqual([[0, MARK.identified], [1, MARK.there]]);
    expect(seen(45)).toEqual([[1, MARK.there]]);
  });
  it('fade where they left unfound, over the edge of a chunk', () => {
    expect(seen(92)).toEqual([[1, MARK.missed]]);
    expect(seen(108)).toEqual([[1, MARK.missed], [2, MARK.found]]);
    const last = playback.seenStrength[Array.from(playback.seenMark).indexOf(MARK.missed)];
    expect(last).toBeCloseTo(1 - 18 / FADE_H);
    expect(seen(90 + FADE_H)).toEqual([]);
  });
  it('are counted by area since the window began', () => {
    playback.goTo(112);
    expect([[...playback.found], [...playback.identified], [...playback.missed]]).toEqual([[1, 1], [1, 0], [1, 0]]);
    playback.goTo(14);
    expect([[...playback.found], [...playback.identified], [...playback.missed]]).toEqual([[1, 0], [0, 0], [0, 0]]);
    playback.goTo(200);
    expect([...playback.missed]).toEqual([1, 0]);
  });
  it('are counted by day', () => {
    expect([...playback.foundByDay].flatMap((n, day) => (n ? [[day, n]] : []))).toEqual([[0, 1], [4, 1]]);
    expect([...playback.missedByDay].flatMap((n, day) => (n ? [[day, n]] : []))).toEqual([[3, 1]]);
  });
  it('find room, however many there are', () => {
    const many = Array.from({ length: 5000 }, () => ({ area: 0, came: 10, gone: 20, fate: 'left unfound' }));
    const crowded = playing(head([]), [], many);
    crowded.goTo(15);
    expect(crowded.seen).toBe(5000);
  });
});

it('the sea state is that of the moment, and unknown where nothing tells it', () => {
  const playback = playing(head([]), []);
  playback.goTo(59);
  expect([...playback.seaState]).toEqual([2, -1]);
  playback.goTo(60);
  expect([...playback.seaState]).toEqual([5, -1]);
});

it('a moment whose chunk is not here changes nothing and says so', () => {
  const told = head(['boat/1']);
  const playback = new Playback(told);
  playback.place(PLANE);
  playback.add(0, chunk(0, 100, YEAR));
  playback.goTo(25);
  const x = playback.x[0];
  expect(playback.goTo(125)).toBe(false);
  expect([playback.x[0], playback.time_h]).toEqual([x, 25]);
  expect([playback.counted(50), playback.counted(125)]).toEqual([true, false]);
});

it('only chunks that the window needs are asked for', () => {
  const late = { ...head([], [0, 100, 200, 300], 400), window_h: [150, 290] as [number, number] };
  expect(new Playback(late).chunks).toEqual([1, 2]);
});

describe('lastUpTo', () => {
  it('finds the last value that is not above', () => {
    expect([-1, 0, 1, 2, 9].map((value) => lastUpTo([0, 2, 2, 5], 4, value))).toEqual([-1, 0, 0, 2, 3]);
  });
});

describe('scrubbing anywhere shows what playing there shows', () => {
  it.each([1, 2, 3, 4, 5, 6])('seed %i', (seed) => {
    const random = generator(seed);
    const told = head(Array.from({ length: 12 }, (_, c) => `boat/${c}`), [0, 48, 96, 144], 200);
    const legs = told.craft.flatMap((_, c) => randomLegs(c, random));
    const contacts = Array.from({ length: 80 }, () => randomContact(random));
    const [played, scrubbed] = [playing(told, legs, contacts), playing(told, legs, contacts)];
    played.patrol = scrubbed.patrol = 4;
    const moments = new Map<number, string>();
    for (let time_h = 0; time_h <= 200; time_h += 0.9) {
      played.goTo(time_h);
      moments.set(time_h, snapshot(played));
    }
    for (const [time_h, shown] of [...moments].sort(() => random() - 0.5)) {
      scrubbed.goTo(time_h);
      expect(snapshot(scrubbed)).toBe(shown);
    }
  });

  it.each([7, 8])('and the order in which chunks come does not matter, seed %i', (seed) => {
    const random = generator(seed);
    const told = head(['boat/0', 'boat/1'], [0, 48, 96, 144], 200);
    const legs = told.craft.flatMap((_, c) => randomLegs(c, random));
    const contacts = Array.from({ length: 60 }, () => randomContact(random));
    const [ordered, mixed] = [playing(told, legs, contacts), new Playback(told)];
    ordered.patrol = mixed.patrol = 4;
    for (const k of [2, 0, 3, 1]) mixed.add(k, chunk(told.chunks[k]!, told.chunks[k + 1] ?? told.end_h, legs, contacts));
    mixed.place(PLANE);
    for (let time_h = 0; time_h <= 200; time_h += 7) {
      ordered.goTo(time_h);
      mixed.goTo(time_h);
      expect(snapshot(mixed)).toBe(snapshot(ordered));
    }
    expect([...mixed.foundByDay]).toEqual([...ordered.foundByDay]);
  });

  it('and at the end every event is counted once', () => {
    const random = generator(9);
    const contacts = Array.from({ length: 300 }, () => randomContact(random));
    const playback = playing(head([], [0, 48, 96, 144], 200), [], contacts);
    playback.goTo(200);
    const sum = (counts: Int32Array) => counts.reduce((a, b) => a + b, 0);
    const within = (time_h: number | undefined) => time_h !== undefined && time_h <= 200;
    expect(sum(playback.found)).toBe(contacts.filter(({ found }) => within(found)).length);
    expect(sum(playback.identified)).toBe(contacts.filter(({ identified }) => within(identified)).length);
    expect(sum(playback.missed)).toBe(contacts.filter(({ fate, gone }) => fate === 'left unfound' && gone <= 200).length);
    expect(sum(playback.foundByDay)).toBe(sum(playback.found));
  });
});

function snapshot(playback: Playback): string {
  const { phase, x, y, heading, atBase, found, identified, missed, seaState, seen } = playback;
  const craft = [...phase].map((p, c) => (p === PHASE.out || p === PHASE.station || p === PHASE.in ? [p, x[c], y[c], heading[c]] : [p]));
  const targets = Array.from({ length: seen }, (_, i) => [playback.seenX[i], playback.seenY[i], playback.seenMark[i], playback.seenStrength[i]].join()).sort();
  return JSON.stringify([craft, [...atBase], [...found], [...identified], [...missed], [...seaState], targets]);
}

function randomLegs(craft: number, random: () => number): Leg[] {
  const legs: Leg[] = [];
  let time_h = 30 * random();
  while (time_h < 200) {
    for (const [state, first, last] of [[READY, 0, 0], [OUT, 0, 1], [STATION, 1, 1], [HOME, 1, 0], [REPAIR, 0, 0]] as const) {
      const end_h = time_h + 1 + 20 * random();
      legs.push([craft, time_h, end_h, state, first, last]);
      time_h = end_h;
    }
  }
  return legs;
}

function randomContact(random: () => number): Contact {
  const came = 200 * random();
  const gone = Math.min(came + 5 + 30 * random(), 200);
  if (random() < 0.4) return { area: random() < 0.5 ? 0 : 1, came, gone, fate: gone < 200 ? 'left unfound' : 'still there' };
  const found = came + (gone - came) * random();
  return { area: 1, came, found, identified: random() < 0.5 ? found + (gone - found) * random() : undefined, gone, fate: 'found' };
}

/** Park and Miller's generator: the same numbers every time. */
function generator(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
