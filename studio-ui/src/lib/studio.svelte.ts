/** What the whole studio shares: what is open, what runs, which plan is on display. Views read it and call its verbs. */
import { api, ApiError, listen } from './api';
import { shownOfPoint, shownOfRun, type Shown } from './shown';
import { t } from './i18n.svelte';
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
  #opening = 0;
  /** The frontier takes seconds where its routes are measured for the first time; nothing else waits for it. */
  #fetching = Promise.resolve();
  #notice = 0;

  async begin(): Promise<void> {
    const [session] = await Promise.all([api.session(), this.#lists()]);
    this.session = session;
    listen(
      {
        job: (job) => this.#told(job),
        runs: () => void this.refreshRuns(),
        scenario: (told) => {
          this.edited = told;
          void this.refreshScenarios();
        },
      },
      (gone) => {
        if (this.offline && !gone) void this.#lists();
        this.offline = gone;
      },
    );
    window.addEventListener('hashchange', () => void this.#follow());
    if (!(await this.#follow())) await this.#first(session);
    this.ready = true;
  }

  async #lists(): Promise<void> {
    const [scenarios, runs, jobs] = await Promise.all([api.scenarios(), api.runs(), api.jobs()]);
    this.scenarios = scenarios;
    this.runs = runs.runs;
    this.jobs = jobs;
    for (const job of jobs) this.#settle(job);
  }

  /** What the studio was started with, else the last run, else the first example. */
  async #first(session: Session): Promise<void> {
    const last = this.runs.findLast((run) => run.verb === 'plan' || run.verb === 'simulate');
    if (session.opened?.kind === 'run') await this.openRun(session.opened.id);
    else if (session.opened) await this.openScenario(session.opened.id);
    else if (last) await this.openRun(last.folder);
    else if (this.scenarios[0]) await this.openScenario(this.scenarios[0].id);
  }

  /** Open what the address says; false where it says nothing. The address is what a reload or a bookmark brings back. */
  async #follow(): Promise<boolean> {
    const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
    if ((VIEWS as readonly string[]).includes(path)) this.view = path as View;
    const asked = new URLSearchParams(query);
    const [id, caseName, run, budget] = ['scenario', 'case', 'run', 'budget'].map((key) => asked.get(key));
    if (id && (id !== this.scenarioId || (caseName ?? null) !== this.caseName)) await this.openScenario(id, caseName ?? null, !run && !budget);
    if (run && (this.shown?.run !== run || this.shown.point)) await this.openRun(run);
    else if (budget && this.shown?.budget !== Number(budget)) {
      await this.#fetching;
      this.showBudget(Number(budget));
    }
    return Boolean(id || run);
  }

  /** Says in the address what is open; what a view noted there of its own stays. */
  #address(): void {
    const asked = new URLSearchParams(location.hash.split('?')[1]);
    for (const own of ['scenario', 'case', 'run', 'budget']) asked.delete(own);
    if (this.scenarioId) asked.set('scenario', this.scenarioId);
    if (this.caseName) asked.set('case', this.caseName);
    if (this.shown?.from === 'run') asked.set('run', this.shown.run);
    else if (this.shown) asked.set('budget', String(this.shown.budget));
    history.replaceState(null, '', `#/${this.view}?${asked}`);
  }

  go(view: View): void {
    this.view = view;
    this.#address();
  }

  /** Open a scenario: its map, its frontier, and the plan that was last made for it or its stated budget's. */
  async openScenario(id: string, caseName: string | null = null, pick = true): Promise<void> {
    const opening = ++this.#opening;
    this.scenarioId = id;
    this.caseName = caseName;
    this.map = { ...nothing<MapData>(), loading: true };
    this.frontier = { ...nothing<FrontierData>(), loading: true };
    if (pick) {
      this.run = null;
      this.shown = null;
    }
    this.#fetching = this.#fetch(() => api.frontier(id, caseName), (found) => opening === this.#opening && (this.frontier = found));
    await this.#fetch(() => api.map(id, caseName), (found) => opening === this.#opening && (this.map = found));
    if (opening !== this.#opening) return;
    if (pick) {
      const last = this.runsOfScenario.find((run) => run.verb === 'plan');
      if (last) await this.openRun(last.folder);
      else {
        await this.#fetching;
        if (opening === this.#opening) this.showBudget(this.frontier.data?.stated ?? null);
      }
    }
    this.#address();
  }

  async #fetch<T>(ask: () => Promise<T>, take: (found: Fetched<T>) => unknown): Promise<void> {
    try {
      take({ data: await ask(), error: null, loading: false });
    } catch (error) {
      take({ data: null, error: asApiError(error), loading: false });
    }
  }

  /** Show a stored run's plan, with the scenario that has its values, else the copy in the run. */
  async openRun(name: string): Promise<void> {
    try {
      const run = await api.run(name);
      const id = run.entry.scenario_id ?? `run:${name}`;
      if (id !== this.scenarioId || run.entry.case !== this.caseName) await this.openScenario(id, run.entry.case, false);
      this.run = run;
      this.shown = shownOfRun(run) ?? this.shown;
      this.#address();
    } catch (error) {
      this.tell('bad', asApiError(error).message);
    }
  }

  /** Show the frontier's plan for the largest computed budget that is no larger; false where that very budget is not computed. */
  showBudget(budget: number | null): boolean {
    const frontier = this.frontier.data;
    if (!frontier || budget === null) return false;
    const planned = frontier.points.filter((point) => point.attainment);
    const point = planned.findLast((one) => one.budget <= budget * (1 + 1e-9)) ?? planned[0];
    if (!point) return false;
    this.run = null;
    this.shown = shownOfPoint(point, frontier);
    this.#address();
    return Math.abs(point.budget - budget) <= 1e-6 * budget;
  }

  async refreshFrontier(): Promise<void> {
    const [id, opening] = [this.scenarioId, this.#opening];
    if (id === null) return;
    await this.#fetch(() => api.frontier(id, this.caseName), (found) => opening === this.#opening && (this.frontier = found));
  }

  async refreshRuns(): Promise<void> {
    this.runs = (await api.runs()).runs;
  }

  async refreshScenarios(): Promise<void> {
    this.scenarios = await api.scenarios();
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
    if (before !== job.state && job.state === 'failed') this.tell('bad', `${jobTitle(job, this.scenarios)}: ${job.error?.lines[0] ?? ''}`);
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

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, [error instanceof Error ? error.message : String(error)]);
}

export const studio = new Studio();
