/** Plays a traced year: gets its chunks ahead of the playhead, keeps the time, tells the page a few times a second. */
import { api } from '../../lib/api';
import { t } from '../../lib/i18n.svelte';
import { inLanguage } from '../../lib/sayings';
import type { Shown } from '../../lib/shown';
import { asApiError, studio } from '../../lib/studio.svelte';
import { Playback } from './playback';

/** Hours of the year a second. */
export const SPEEDS = [1, 6, 24, 72, 168] as const;
export type Speed = (typeof SPEEDS)[number];
const TELL_MS = 100;
const LONGEST_STEP_MS = 250;
const PAUSE_MS = 120;
const RETRY_MS = 2000;
/** Of an ApiError: it may come back. */
const NO_SERVER = 0;
/** Above this speed craft on station lie still: their rounds would be a flicker. */
const CALM_SPEED = 24;
const PATROL_PX = 5;

/** The year that is played is that of one plan: a run's, or a point's of a frontier. */
export const planOf = (shown: Shown | null): string | null => shown && `${shown.run}|${shown.point ?? ''}`;

class Player {
  phase = $state<'none' | 'asking' | 'loading' | 'ready' | 'failed'>('none');
  error = $state('');
  playing = $state(false);
  speed = $state<Speed>(6);
  /** The playhead as it was last told. */
  now_h = $state(0);
  /** Counts changes of what the page tells of the year. */
  told = $state(0);
  loaded = $state(0);
  /** The playhead stands where the year is not here yet. */
  waiting = $state(false);
  playback = $state.raw<Playback | null>(null);
  plan = $state<string | null>(null);
  run = $state<string | null>(null);
  #jobId = $state<string | null>(null);
  job = $derived(studio.jobs.find((job) => job.id === this.#jobId) ?? null);

  #time_h = 0;
  #toldAt = 0;
  #dirty = false;

  /** Play the year of the plan on display; computes it first where it was not yet. */
  async play(): Promise<void> {
    const shown = studio.shown;
    if (!shown) return;
    if (this.plan === planOf(shown) && this.phase === 'ready') {
      this.playing = true;
      return;
    }
    this.clear();
    this.plan = planOf(shown);
    const plan = this.plan;
    this.phase = 'asking';
    const run = await this.#traced(shown);
    if (this.plan !== plan) return;
    if (run === null) this.#fail(this.job?.error?.lines.map(inLanguage).join('\n') ?? t('map.play.failed'));
    else await this.#open(run, plan);
  }

  async #traced(shown: Shown): Promise<string | null> {
    if (studio.runs.find((run) => run.folder === shown.run)?.traced) return shown.run;
    const job = await studio.start({
      verb: 'simulate',
      scenario: studio.scenarioId ?? '',
      case: studio.caseName,
      plan_of: { run: shown.run, point: shown.point },
      options: { replications: 2, trace: 0 },
      trial: true,
    });
    if (!job) return null;
    this.#jobId = job.id;
    const ended = await studio.finished(job.id);
    return ended.state === 'done' ? ended.run : null;
  }

  async #open(run: string, plan: string | null): Promise<void> {
    this.phase = 'loading';
    try {
      const head = await api.trace(run);
      if (this.plan !== plan) return;
      const playback = new Playback(head);
      this.run = run;
      this.#time_h = playback.from_h;
      await this.#get(playback, run, playback.chunkAt(playback.from_h));
      if (this.plan !== plan) return;
      this.playback = playback;
      this.phase = 'ready';
      this.playing = true;
      this.#tell();
      void this.#getRest(playback, run);
    } catch (error) {
      if (this.plan === plan) this.#fail(asApiError(error).message);
    }
  }

  async #get(playback: Playback, run: string, chunk: number): Promise<void> {
    playback.add(chunk, await api.traceChunk(run, chunk));
    this.#dirty = true;
  }

  /** What is ahead of the playhead first, then what lies before it; without hurry unless the playhead waits. */
  async #getRest(playback: Playback, run: string): Promise<void> {
    while (this.playback === playback) {
      const here = playback.chunkAt(this.#time_h);
      const missing = playback.chunks.filter((chunk) => !playback.has(chunk));
      const next = missing.find((chunk) => chunk >= here) ?? missing[0];
      if (next === undefined) return;
      try {
        await this.#get(playback, run, next);
      } catch (error) {
        const told = asApiError(error);
        if (told.status !== NO_SERVER && this.playback === playback) return this.#fail(told.message);
        await pause(RETRY_MS);
      }
      if (this.playback !== playback) return;
      this.loaded = playback.loaded;
      if (!this.waiting) await pause(PAUSE_MS);
    }
  }

  #fail(error: string): void {
    this.phase = 'failed';
    this.error = error;
    this.playing = this.waiting = false;
    this.playback = null;
  }

  clear(): void {
    this.phase = 'none';
    this.error = '';
    this.playing = false;
    this.waiting = false;
    this.playback = null;
    this.plan = this.run = this.#jobId = null;
    this.loaded = 0;
    this.#dirty = true;
  }

  toggle(): void {
    if (this.playing) this.playing = false;
    else void this.play();
  }

  seek(time_h: number): void {
    const playback = this.playback;
    if (!playback) return;
    this.#time_h = Math.min(Math.max(time_h, playback.from_h), playback.to_h);
    this.#dirty = true;
    this.now_h = this.#time_h;
  }

  /** Something that is drawn has changed while the time may stand still. */
  touch(): void {
    this.#dirty = true;
  }

  /** Move the time on by some milliseconds of the screen; whether there is something to draw. */
  advance(passed_ms: number, now_ms: number, look: { k: number }): boolean {
    const playback = this.playback;
    if (!playback || (!this.playing && !this.#dirty)) return false;
    if (this.playing && !this.waiting) {
      this.#time_h += (this.speed * Math.min(passed_ms, LONGEST_STEP_MS)) / 1000;
      if (this.#time_h >= playback.to_h) this.#time_h = playback.from_h;
    }
    playback.patrol = this.speed > CALM_SPEED ? 0 : PATROL_PX / look.k;
    const here = playback.goTo(this.#time_h);
    if (here) this.#dirty = false;
    if (this.waiting === here) this.waiting = !here;
    if (now_ms - this.#toldAt > TELL_MS || !this.playing) {
      this.#toldAt = now_ms;
      this.#tell();
    }
    return here;
  }

  #tell(): void {
    this.now_h = this.#time_h;
    this.loaded = this.playback?.loaded ?? 0;
    this.told += 1;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const player = new Player();
