/** Asking the server: every answer typed, every refusal an ApiError that says what to do. */
import { t } from './i18n.svelte';
import { inLanguage } from './sayings';
import type {
  Draft, Fault, FrontierData, Job, JobRequest, MapData, PlanFile, Run, RunEntry, ScenarioEntry, Session, StudioEvents,
  TextFile, TraceChunk, TraceHead,
} from './types';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly lines: string[],
    readonly faults: Fault[] = [],
  ) {
    super(lines.join('\n'));
  }
}

/** status 0: the server does not answer. */
async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const raw = body instanceof Blob;
  const headers: Record<string, string> = body === undefined ? {} : { 'Content-Type': raw ? body.type : 'application/json' };
  let answer: Response;
  try {
    const sent = body === undefined ? undefined : raw ? body : JSON.stringify(body);
    answer = await fetch(`/api/${path}`, { method, headers, body: sent, signal, cache: 'no-store' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, [t('server.gone')]);
  }
  if (!answer.ok) throw await refusal(answer);
  return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
}

async function refusal(answer: Response): Promise<ApiError> {
  try {
    const told = (await answer.json()) as { lines?: string[]; faults?: Fault[] };
    return new ApiError(answer.status, (told.lines ?? [answer.statusText]).map(inLanguage), told.faults ?? []);
  } catch {
    return new ApiError(answer.status, [answer.statusText || `status ${answer.status}`]);
  }
}

const part = encodeURIComponent;
const inCase = (name: string | null) => (name === null ? '' : `?case=${part(name)}`);
const scenario = (id: string) => `scenarios/${part(id)}`;
const run = (name: string) => `runs/${part(name)}`;

export const api = {
  session: () => ask<Session>('GET', 'session'),

  scenarios: () => ask<ScenarioEntry[]>('GET', 'scenarios'),
  copyScenario: (from: string, name: string) => ask<ScenarioEntry>('POST', 'scenarios', { from, name }),
  removeScenario: (id: string) => ask<void>('DELETE', scenario(id)),
  draft: (id: string, caseName: string | null = null) => ask<Draft>('GET', `${scenario(id)}/draft${inCase(caseName)}`),
  putDraft: (id: string, version: string, files: TextFile[], caseName: string | null = null) =>
    ask<Draft>('PUT', `${scenario(id)}/draft${inCase(caseName)}`, { version, files }),
  setValue: (id: string, version: string, path: string, value: unknown, caseName: string | null = null) =>
    ask<Draft>('POST', `${scenario(id)}/draft/set${inCase(caseName)}`, { version, path, value }),
  undo: (id: string, version: string, caseName: string | null = null) =>
    ask<Draft>('POST', `${scenario(id)}/draft/undo${inCase(caseName)}`, { version }),
  redo: (id: string, version: string, caseName: string | null = null) =>
    ask<Draft>('POST', `${scenario(id)}/draft/redo${inCase(caseName)}`, { version }),
  /** The faults of the scenario as stated count, whatever the case. */
  save: (id: string, version: string, anyway = false) =>
    ask<Draft>('POST', `${scenario(id)}/draft/save${anyway ? '?anyway=1' : ''}`, { version }),
  discard: (id: string, caseName: string | null = null) => ask<Draft>('POST', `${scenario(id)}/draft/discard${inCase(caseName)}`),
  importWorkbook: (id: string, file: Blob) => ask<Draft>('POST', `${scenario(id)}/workbook`, file),
  workbookUrl: (id: string) => `/api/${scenario(id)}/workbook.xlsx`,
  map: (id: string, caseName: string | null) => ask<MapData>('GET', `${scenario(id)}/map${inCase(caseName)}`),
  frontier: (id: string, caseName: string | null) => ask<FrontierData>('GET', `${scenario(id)}/frontier${inCase(caseName)}`),
  platforms: (id: string, caseName: string | null = null) => ask<Platforms>('GET', `${scenario(id)}/platforms${inCase(caseName)}`),
  schema: () => ask<Record<string, any>>('GET', 'schema'),

  jobs: () => ask<Job[]>('GET', 'jobs'),
  start: (request: JobRequest) => ask<Job>('POST', 'jobs', request),
  cancel: (id: string) => ask<Job>('POST', `jobs/${part(id)}/cancel`),
  resume: (id: string) => ask<Job>('POST', `jobs/${part(id)}/resume`),
  forget: (id: string) => ask<void>('DELETE', `jobs/${part(id)}`),

  runs: () => ask<{ root: string; runs: RunEntry[] }>('GET', 'runs'),
  run: (name: string) => ask<Run>('GET', run(name)),
  removeRun: (name: string) => ask<void>('DELETE', run(name)),
  verify: (name: string) => ask<{ faults: string[] }>('POST', `${run(name)}/verify`),
  files: (name: string) => ask<{ files: { path: string; bytes: number }[] }>('GET', `${run(name)}/files`),
  fileUrl: (name: string, path: string) => `/api/${run(name)}/files/${path.split('/').map(part).join('/')}`,
  downloadUrl: (name: string) => `/api/${run(name)}/download`,
  beside: (first: string, second: string) => ask<Record<string, any>>('GET', `${run(first)}/beside/${part(second)}`),
  plan: (name: string, point: string | null = null) =>
    ask<PlanFile & { routes: Record<string, [number, number][]> }>(
      'GET', `${run(name)}/plan${point === null ? '' : `?point=${part(point)}`}`,
    ),
  explanation: (name: string) => ask<Record<string, any>>('GET', `${run(name)}/explain`),
  trace: (name: string) => ask<TraceHead>('GET', `${run(name)}/trace`),
  traceChunk: (name: string, chunk: number) => ask<TraceChunk>('GET', `${run(name)}/trace/${chunk}`),
};

export interface Platforms {
  columns: { name: string; unit: string; meaning: string }[];
  rows: {
    id: string;
    values: Record<string, unknown>;
    sources: Record<string, { kind: string; source: string; note: string; low: number | null; high: number | null }>;
  }[];
}

/** How long a page must be out of sight before it stops listening; switching between pages is quicker. */
const HIDDEN_MS = 2000;

/**
 * Listens to everything that changes, in one stream; `lost` is called with true while the server does not answer and with
 * false whenever the stream opens: what happened before is not told again. A page out of sight does not listen, for a
 * browser has six connections to a server for all its pages together.
 */
export function listen(
  on: { [K in keyof StudioEvents]: (told: StudioEvents[K]) => void },
  lost: (gone: boolean) => void,
): () => void {
  let stream: EventSource | null = null;
  let closing: ReturnType<typeof setTimeout> | undefined;

  function open() {
    if (stream && stream.readyState !== EventSource.CLOSED) return;
    stream = new EventSource('/api/events');
    for (const name of ['job', 'runs', 'scenario'] as const) {
      stream.addEventListener(name, (event) => on[name](JSON.parse((event as MessageEvent<string>).data)));
    }
    stream.onopen = () => lost(false);
    stream.onerror = () => lost(true);
  }
  function close() {
    stream?.close();
    stream = null;
  }
  function look() {
    clearTimeout(closing);
    if (document.hidden) closing = setTimeout(close, HIDDEN_MS);
    else open();
  }
  document.addEventListener('visibilitychange', look);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener('visibilitychange', look);
    clearTimeout(closing);
    close();
  };
}
