/** The plan on display as it is changed by hand, and its judgement beside the unchanged one. */
import { api } from '../../lib/api';
import { asApiError, studio } from '../../lib/studio.svelte';
import type { Shown } from '../../lib/shown';
import type { Job, JobRequest, PlanFile } from '../../lib/types';
import { changesOrders, editedPlan, NOTHING, type Edits } from './edits';
import { did, FRESH, readHistory, redone, undone, type History } from './history';

export const QUICK_YEARS = 40;
export const FULL_YEARS = 200;
const PAUSE_MS = 600;
const JOINED_MS = 1200;

type Result = Record<string, any>;
export interface Judgement {
  years: number;
  /** Run of the changed plan. */
  run: string;
  mine: Result;
  /** The plan on display judged in the same years; null while that is still at work. */
  other: Result | null;
  /** Both plans' craft were placed by the greedy rule. */
  greedy: boolean;
}

class Edited {
  history = $state.raw<History>(FRESH);
  base = $state.raw<PlanFile | null>(null);
  fault = $state<string | null>(null);
  judgement = $state.raw<Judgement | null>(null);
  jobId = $state<string | null>(null);
  waiting = $state(false);

  edits = $derived(this.history.now);
  job = $derived(studio.jobs.find((job) => job.id === this.jobId) ?? null);
  changes = $derived(this.base !== null && changesOrders(this.edits, this.base.orders));

  #key = '';
  #of: { run: string; point: string | null } | null = null;
  /** What was open with the plan: it is judged there, whatever is opened meanwhile. */
  #within: { scenario: string; case: string | null; seed: number | null } = { scenario: '', case: null, seed: null };
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = { cell: '', at: 0 };

  /** Take up a plan on display with what was changed of it before. */
  async open(shown: Shown, hash: string): Promise<void> {
    const key = `fleetcraft.edits.${hash}.${studio.caseName ?? ''}.${shown.run}.${shown.point ?? ''}`;
    const isSamePlan = this.#of?.run === shown.run && this.#of.point === shown.point && this.#within.scenario === studio.scenarioId;
    if (key === this.#key && this.base && isSamePlan) return;
    if (key !== this.#key) this.history = readHistory(localStorage.getItem(key));
    this.#key = key;
    this.#of = { run: shown.run, point: shown.point };
    const seed = studio.run?.entry.seed ?? studio.frontier.data?.options.seed ?? null;
    this.#within = { scenario: studio.scenarioId ?? '', case: studio.caseName, seed };
    this.#forget();
    this.base = null;
    this.fault = null;
    const of = this.#of;
    try {
      const { routes: _, ...plan } = await api.plan(shown.run, shown.point);
      if (of !== this.#of) return;
      this.base = plan as unknown as PlanFile;
      if (this.changes) void this.judge(QUICK_YEARS);
    } catch (error) {
      if (of === this.#of) this.fault = asApiError(error).message;
    }
  }

  /** Let go of the plan, as when another scenario is opened; what was changed is kept. */
  close(): void {
    this.#forget();
    this.base = null;
    this.#of = null;
  }

  /** Change something; steps in the same cell within a moment are one step back. */
  change(edits: Edits, cell = ''): void {
    const now = Date.now();
    const joined = cell !== '' && cell === this.#last.cell && now - this.#last.at < JOINED_MS;
    this.#last = { cell, at: now };
    this.#take(did(this.history, edits, joined));
  }

  undo = (): void => this.#take(undone(this.history));
  redo = (): void => this.#take(redone(this.history));
  reset = (): void => this.change(NOTHING);

  #take(history: History): void {
    const before = this.history.now;
    this.history = history;
    localStorage.setItem(this.#key, JSON.stringify(history));
    const { changed, forbidden } = history.now;
    if (changed === before.changed && forbidden === before.forbidden) return;
    this.#forget();
    if (!this.changes) return;
    this.waiting = true;
    this.#timer = setTimeout(() => void this.judge(QUICK_YEARS), PAUSE_MS);
  }

  /** Drop what is at work or was found for other orders. */
  #forget(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.waiting = false;
    this.judgement = null;
    if (this.job && (this.job.state === 'queued' || this.job.state === 'running')) api.cancel(this.job.id).catch(() => undefined);
    this.jobId = null;
  }

  /** Simulate the changed plan, then the plan on display in the same years. */
  async judge(years: number): Promise<void> {
    const [base, of] = [this.base, this.#of];
    if (!base || !of) return;
    const before = this.judgement;
    this.#forget();
    this.judgement = before;
    this.waiting = true;
    const turn = this.#turn;
    const { plan, greedy } = editedPlan(base, this.edits);
    const mine = await this.#simulated({ plan }, years, turn);
    if (mine) {
      this.judgement = { years, run: mine.run, mine: mine.result, other: null, greedy };
      const bare = { plan: { fleetcraft: 1 as const, scenario: base.scenario, orders: base.orders } };
      const other = await this.#simulated(greedy ? bare : { plan_of: of }, years, turn);
      if (other) this.judgement = { years, run: mine.run, mine: mine.result, other: other.result, greedy };
    }
    if (turn === this.#turn) this.waiting = false;
  }

  async #simulated(of: Pick<JobRequest, 'plan' | 'plan_of'>, years: number, turn: number): Promise<{ run: string; result: Result } | null> {
    const options = { replications: years, ...(this.#seed === null ? {} : { seed: this.#seed }) };
    const { scenario, case: caseName } = this.#within;
    const job = await studio.start({ verb: 'simulate', scenario, case: caseName, options, trial: years < FULL_YEARS, ...of }, true);
    if (turn !== this.#turn) {
      if (job) api.cancel(job.id).catch(() => undefined);
      return null;
    }
    this.jobId = job?.id ?? null;
    const done: Job | null = job && (await studio.finished(job.id));
    if (turn !== this.#turn || done?.state !== 'done' || !done.run) return null;
    try {
      const run = await api.run(done.run);
      return turn === this.#turn ? { run: done.run, result: run.result } : null;
    } catch (error) {
      studio.tell('bad', asApiError(error).message);
      return null;
    }
  }

  /** That of the futures for which later orders were decided, so that they are those that are judged. */
  get #seed(): number | null {
    const [first] = (this.base?.later ?? []) as { seed?: number }[];
    return first?.seed ?? this.#within.seed;
  }
}

export const edited = new Edited();
