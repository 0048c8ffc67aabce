/** What the whole studio shares: what is open, what runs, which plan is on display. Views read it and call its verbs. */
import { api, ApiError, listen } from './api';
import { shownOfPoint, shownOfRun, type Shown } from './shown';
import { t } from './i18n.svelte';
import { inLanguage } from './sayings';
import { jobTitle } from './titles';
import type { FrontierData, Job, JobRequest, MapData, Run, RunEntry, ScenarioEntry, Session, StudioEvents } from './types';

export const VIEWS = ['map', 'money', 'plan', 'requirements', 'scenario', 'runs'] as const;
export type View = (typeof VIEWS)[number];
export interface Notice { id: number; kind: 'good' | 'bad'; text: string }

type Fetched<T> = { data: T | null; error: ApiError | null; loading: boolean };
const nothing = <T>(): Fetched<T> => ({ data: null, error: null, loading: false });

class Studio {
  view = $state<View>('map');
  session = $state<Session | null>(null);
  scenarios = $state<ScenarioEntry[]>([]);
  runs = $state<RunEntry[]>([]);
  jobs = $state<Job[]>([]);
  ready = $state(false);
  /** The server does not answer; everything shown stays, what is done waits. */
  offline = $state(false);
  notices = $state<Notice[]>([]);
  /** The last change of a draft by anybody, this page included. */
  edited = $state.raw<StudioEvents['scenario'] | null>(null);

  scenarioId = $state<string | null>(null);
  caseName = $state<string | null>(null);
  map = $state<Fetched<MapData>>(nothing());
  frontier = $state<Fetched<FrontierData>>(nothing());
  run = $state.raw<Run | null>(null);
  /** The plan on display; null where nothing was planned yet. */
  shown = $state.raw<Shown | null>(null);

  scenario = $derived(this.scenarios.find((entry) => entry.id === this.scenarioId) ?? null);
  active = $derived(this.jobs.filter((job) => job.state === 'queued' || job.state === 'running'));
  /** Stored runs of the values that are open, newest first. */
  runsOfScenario = $derived(
    this.runs
      .filter((run) => run.case === this.caseName && (run.scenario_id === this.scenarioId || `run:${run.folder}` === this.scenarioId))
      .toReversed(),
  );

  #waiting = new Map<string, ((job: Job) => void)[]>();
  #quiet = new Set<string>();
  /** Answers about a scenario that is not open any more are dropped. */
  #opening = 0;
  /** What was asked for last is what is shown, whichever answer comes last. */
  #turn = 0;
  /** Jobs that the stream told of since the lists were asked for: newer than what the lists say. */
  #heard = new Set<string>();
  /** The frontier takes seconds where its routes are measured for the first time; nothing else waits for it. */
  #fetching = Promise.resolve();
  #notice = 0;

  async begin(): Promise<void> {
    const [session] = await Promise.all([api.session(), this.#lists()]);
    this.session = session;
    listen(
      {
        job: (job) => {
          this.#heard.add(job.id);
          this.#told(job);
        },
        runs: () => void this.refreshRuns(),
        scenario: (told) => {
          this.edited = told;
          void this.refreshScenarios();
        },
      },
      (gone) => {
        this.offline = gone;
        // what happened while nobody listened; where this fails too, the stream opens again and asks again
        if (!gone) void this.#lists().catch(() => undefined);
      },
    );
    window.addEventListener('hashchange', () => void this.#follow());
    if (!(await this.#follow())) await this.#first(session);
    this.ready = true;
  }

  async #lists(): Promise<void> {
    this.#heard.clear();
    const [scenarios, runs, jobs] = await Promise.all([api.scenarios(), api.runs(), api.jobs()]);
    const [known, listed] = [new Set(this.jobs.map((job) => job.id)), new Set(jobs.map((job) => job.id))];
    for (const job of jobs) if (known.has(job.id) && !this.#heard.has(job.id)) this.#told(job);
    const mine = new Map(this.jobs.filter((job) => this.#heard.has(job.id)).map((job) => [job.id, job]));
    this.jobs = [...[...mine.values()].filter((job) => !listed.has(job.id)), ...jobs.map((job) => mine.get(job.id) ?? job)];
    for (const job of this.jobs) this.#settle(job);
    await this.#listed(runs.runs);
    await this.#listedScenarios(scenarios);
  }

  /** What the studio was started with, else the last plan, else the first scenario. */
  async #first(session: Session): Promise<void> {
    const turn = ++this.#turn;
    const last = this.runs.findLast((run) => run.verb === 'plan');
    const scenario = this.scenarios.find((entry) => entry.id === session.opened?.id) ?? firstOf(this.scenarios);
    const run = session.opened?.kind === 'run' ? session.opened.id : session.opened ? null : (last?.folder ?? null);
    if (run !== null && (await this.#show(run, turn))) return;
    const id = session.opened?.kind === 'scenario' ? session.opened.id : scenario?.id;
    if (id !== undefined) await this.#openDefault(id, null, turn);
  }

  /** Open what the address says; false where nothing is open then. The address is what a reload, a bookmark or Back brings back. */
  async #follow(): Promise<boolean> {
    const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
    if ((VIEWS as readonly string[]).includes(path)) this.view = path as View;
    const asked = new URLSearchParams(query);
    const [id, caseName, run] = ['scenario', 'case', 'run'].map((key) => asked.get(key) || null);
    const budget = amountIn(asked.get('budget'));
    const isOther = id != null && (id !== this.scenarioId || (caseName ?? null) !== this.caseName);
    if (run && (isOther || this.shown?.run !== run || this.shown.point)) {
      const turn = ++this.#turn;
      if (!(await this.#show(run, turn)) && id && this.#isLast(turn)) await this.#openDefault(id, caseName ?? null, turn);
    } else if (!run && budget !== null && (isOther || this.shown?.from !== 'point' || this.shown.budget !== budget)) {
      const turn = ++this.#turn;
      if (isOther) await this.#load(id, caseName ?? null);
      if (this.#isLast(turn)) await this.#showWhenThere(budget, turn);
    } else if (!run && isOther) await this.#openDefault(id, caseName ?? null, ++this.#turn);
    return this.scenarioId !== null;
  }

  /** Says in the address what is open; what a view noted there of its own stays. `step`: one that Back goes back to. */
  #address(step = false): void {
    const asked = new URLSearchParams(location.hash.split('?')[1]);
    for (const own of ['scenario', 'case', 'run', 'budget']) asked.delete(own);
    if (this.scenarioId) asked.set('scenario', this.scenarioId);
    if (this.caseName) asked.set('case', this.caseName);
    if (this.shown?.from === 'run') asked.set('run', this.shown.run);
    else if (this.shown) asked.set('budget', String(this.shown.budget));
    const address = `#/${this.view}?${asked}`;
    if (address === location.hash) return;
    if (step) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  }

  go(view: View): void {
    this.view = view;
    this.#address(true);
  }

  #isLast(turn: number): boolean {
    return turn === this.#turn;
  }

  /** Open a scenario: its map, its frontier, and the plan that was last made for it or its stated budget's. */
  async openScenario(id: string, caseName: string | null = null): Promise<void> {
    await this.#openDefault(id, caseName, ++this.#turn, true);
  }

  async #openDefault(id: string, caseName: string | null, turn: number, step = false): Promise<void> {
    await this.#load(id, caseName);
    if (!this.#isLast(turn)) return;
    const last = this.runsOfScenario.find((run) => run.verb === 'plan');
    if (last && (await this.#show(last.folder, turn, step))) return;
    if (this.#isLast(turn)) await this.#showWhenThere(null, turn, step);
  }

  /** Nothing of another scenario stays on display meanwhile. */
  async #load(id: string, caseName: string | null): Promise<void> {
    const opening = ++this.#opening;
    this.scenarioId = id;
    this.caseName = caseName;
    this.run = null;
    this.shown = null;
    this.map = { ...nothing<MapData>(), loading: true };
    this.frontier = { ...nothing<FrontierData>(), loading: true };
    this.#fetching = this.#fetch(() => api.frontier(id, caseName), (found) => opening === this.#opening && (this.frontier = found));
    await this.#fetch(() => api.map(id, caseName), (found) => opening === this.#opening && (this.map = found));
  }

  async #fetch<T>(ask: () => Promise<T>, take: (found: Fetched<T>) => unknown): Promise<void> {
    try {
      take({ data: await ask(), error: null, loading: false });
    } catch (error) {
      take({ data: null, error: asApiError(error), loading: false });
    }
  }

  /** Show a stored run's plan, with the scenario that has its values, else the copy in the run; a run of many plans shows the stated budget's. */
  async openRun(name: string, view: View = this.view): Promise<void> {
    await this.#show(name, ++this.#turn, true, view);
  }

  /** False where the run cannot be shown, which is told, or where something else was asked for since. */
  async #show(name: string, turn: number, step = false, view: View | null = null): Promise<boolean> {
    try {
      const run = await api.run(name);
      if (!this.#isLast(turn)) return false;
      const id = run.entry.scenario_id ?? `run:${name}`;
      if (id !== this.scenarioId || run.entry.case !== this.caseName) await this.#load(id, run.entry.case);
      if (!this.#isLast(turn)) return false;
      const plan = shownOfRun(run);
      if (!plan && (run.entry.verb === 'frontier' || !this.shown)) {
        await this.#fetching;
        if (!this.#isLast(turn)) return false;
        this.#showPoint(this.frontier.data?.stated ?? null);
      }
      this.view = view ?? this.view;
      this.run = run;
      this.shown = plan ?? this.shown;
      this.#address(step);
      return true;
    } catch (error) {
      if (this.#isLast(turn)) this.tell('bad', asApiError(error).message);
      return false;
    }
  }

  /** Show the plan for the stated budget as soon as the frontier is there. */
  async openStated(): Promise<void> {
    await this.#showWhenThere(null, ++this.#turn, true);
  }

  async #showWhenThere(budget: number | null, turn: number, step = false): Promise<void> {
    await this.#fetching;
    if (!this.#isLast(turn)) return;
    this.#showPoint(budget ?? this.frontier.data?.stated ?? null);
    this.#address(step);
  }

  /** Show the frontier's plan for the largest computed budget that is no larger; false where that very budget is not computed. */
  showBudget(budget: number | null): boolean {
    this.#turn += 1;
    const isExact = this.#showPoint(budget);
    this.#address();
    return isExact;
  }

  #showPoint(budget: number | null): boolean {
    const frontier = this.frontier.data;
    if (!frontier || budget === null) return false;
    const planned = frontier.points.filter((point) => point.attainment);
    const point = planned.findLast((one) => one.budget <= budget * (1 + 1e-9)) ?? planned[0];
    if (!point) return false;
    this.run = null;
    this.shown = shownOfPoint(point, frontier);
    return Math.abs(point.budget - budget) <= 1e-6 * budget;
  }

  async refreshFrontier(): Promise<void> {
    const [id, opening] = [this.scenarioId, this.#opening];
    if (id === null) return;
    await this.#fetch(() => api.frontier(id, this.caseName), (found) => opening === this.#opening && (this.frontier = found));
  }

  async refreshRuns(): Promise<void> {
    await this.#listed((await api.runs()).runs);
  }

  /** A run that was removed is not left on display; one that was never listed, a trial, is. */
  async #listed(runs: RunEntry[]): Promise<void> {
    const left = new Set(runs.map((run) => run.folder));
    const gone = new Set(this.runs.map((run) => run.folder).filter((name) => !left.has(name)));
    this.runs = runs;
    const isGone = (name: string | undefined) => name !== undefined && gone.has(name);
    const isOfGone = this.scenarioId?.startsWith('run:') === true && isGone(this.scenarioId.slice(4));
    if (!isOfGone && !isGone(this.shown?.run) && !isGone(this.run?.name)) return;
    if (this.scenarioId !== null && !isOfGone) await this.#openDefault(this.scenarioId, this.caseName, ++this.#turn);
    else if (this.session) await this.#first({ ...this.session, opened: null });
  }

  /** Remove a scenario of the workspace. Raises ApiError. */
  async removeScenario(id: string): Promise<void> {
    await api.removeScenario(id);
    await this.refreshScenarios();
  }

  async refreshScenarios(): Promise<void> {
    await this.#listedScenarios(await api.scenarios());
  }

  /** Another is opened where the one that was open is no more. */
  async #listedScenarios(scenarios: ScenarioEntry[]): Promise<void> {
    const isGone = this.scenario !== null && !scenarios.some((entry) => entry.id === this.scenarioId);
    this.scenarios = scenarios;
    if (isGone && this.session) await this.#first({ ...this.session, opened: null });
  }

  /** Ask for work; the job is done, failed or cancelled when the promise resolves. Refusals are told and give null. */
  async work(request: JobRequest): Promise<Job | null> {
    const job = await this.start(request);
    return job && this.finished(job.id);
  }

  /** `quiet`: no notice when it is done, for work that the view itself shows. */
  async start(request: JobRequest, quiet = false): Promise<Job | null> {
    try {
      const job = await api.start(request);
      if (quiet) this.#quiet.add(job.id);
      // what is found again may be done, and told of, before this answer is here
      if (!this.jobs.some((one) => one.id === job.id)) this.#told(job);
      return job;
    } catch (error) {
      this.tell('bad', asApiError(error).message);
      return null;
    }
  }

  finished(id: string): Promise<Job> {
    const job = this.jobs.find((one) => one.id === id);
    if (job && isOver(job)) return Promise.resolve(job);
    return new Promise((resolve) => this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]));
  }

  #told(job: Job): void {
    const at = this.jobs.findIndex((one) => one.id === job.id);
    const before = this.jobs[at]?.state;
    if (at < 0) this.jobs.unshift(job);
    else this.jobs[at] = job;
    if (before !== job.state && job.state === 'failed') this.tell('bad', `${jobTitle(job, this.scenarios)}: ${inLanguage(job.error?.lines[0] ?? '')}`);
    if (before !== job.state && job.state === 'done' && at >= 0 && !this.#quiet.has(job.id)) this.tell('good', t('job.done', { title: jobTitle(job, this.scenarios) }));
    this.#settle(job);
  }

  #settle(job: Job): void {
    if (!isOver(job)) return;
    for (const resolve of this.#waiting.get(job.id) ?? []) resolve(job);
    this.#waiting.delete(job.id);
  }

  tell(kind: Notice['kind'], text: string): void {
    const id = ++this.#notice;
    this.notices.push({ id, kind, text });
    if (kind === 'good') setTimeout(() => this.dismiss(id), 6000);
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }
}

export const isOver = (job: Job): boolean => job.state !== 'queued' && job.state !== 'running';

/** Japan before the others where only examples are there: it is the whole story. */
const firstOf = (scenarios: readonly ScenarioEntry[]): ScenarioEntry | undefined =>
  scenarios.find((entry) => entry.kind === 'workspace') ?? scenarios.find((entry) => entry.id === 'japan-2026') ?? scenarios[0];

/** A sum of money in the address; null where it is none. */
function amountIn(text: string | null): number | null {
  const amount = Number(text || NaN);
  return Number.isFinite(amount) ? amount : null;
}

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, [error instanceof Error ? error.message : String(error)]);
}

export const studio = new Studio();
