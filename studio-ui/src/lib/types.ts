/** The shapes of the API's answers. Money in whole units of `currency`, times in hours or ISO dates, shares 0 to 1. */

export type Domain = 'air' | 'surface' | 'underwater';
export type Verb = 'plan' | 'simulate' | 'frontier' | 'compare' | 'explain';

export interface Session {
  version: string;
  workspace: string;
  /** What the studio was started with; null: nothing. */
  opened: { kind: 'scenario' | 'run'; id: string } | null;
  cores: number;
}

/** A scenario's id: an example's name, a folder's name in the workspace, or `run:NAME` for the copy in a stored run. */
export interface ScenarioEntry {
  id: string;
  title: string;
  note: string;
  kind: 'example' | 'workspace' | 'run';
  cases: string[];
  /** null where the scenario has faults. */
  hash: string | null;
  currency: string | null;
  faults: number;
  /** Whether a draft with unsaved changes lies beside it. */
  draft: boolean;
}

export interface Fault {
  file: string;
  line: number;
  where: string;
  found: string;
  expected: string;
}

export interface TextFile {
  name: string;
  text: string;
}

/** All files of a scenario as they are being edited; `version` changes with every change by anybody. */
export interface Draft {
  id: string;
  files: TextFile[];
  version: string;
  /** Whether it differs from what is saved. */
  unsaved: boolean;
  readonly: boolean;
  faults: Fault[];
  warnings: string[];
  defaults: { path: string; value: unknown; unit: string; meaning: string }[];
  /** scenario.yaml as plain data, for the form; null where it cannot be read as YAML. */
  values: unknown;
  hash: string | null;
  /** Whether there is something to undo, and to do again. */
  undo: boolean;
  redo: boolean;
}

export interface Progress {
  what: string;
  done: number;
  /** 0: unknown. */
  of: number;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

export interface JobOptions {
  seed?: number;
  replications?: number;
  futures?: number | null;
  gap?: number;
  time_limit_s?: number | null;
  /** simulate: follow this replication. */
  trace?: number | null;
  /** frontier: budgets in whole currency units, all years together. */
  budgets?: number[] | null;
  /** compare: supplier_country or domain. */
  by?: 'supplier_country' | 'domain';
  without?: boolean;
}

export interface PlanFile {
  fleetcraft: 1;
  scenario: string | null;
  orders: { platform: string; period: string; quantity: number }[];
  allocation?: { platform: string; base: string; area: string; craft: number; stations: number }[];
  gateways?: [string, string][];
  later?: unknown[];
  [key: string]: unknown;
}

export interface JobRequest {
  verb: Verb;
  /** A scenario's id; for explain `run:NAME`. */
  scenario: string;
  case?: string | null;
  options?: JobOptions;
  /** simulate: the plan to judge, as in plan.json. */
  plan?: PlanFile | null;
  /** simulate: the plan of a stored run instead, and of one of its points (frontier). */
  plan_of?: { run: string; point?: string | null } | null;
  /** simulate: a look for the page alone; its run is kept apart from the others, for a while. */
  trial?: boolean;
}

export interface Job {
  id: string;
  request: JobRequest;
  /** What is asked, in a line. */
  title: string;
  state: JobState;
  progress: Progress | null;
  /** The stored run's name, once there. */
  run: string | null;
  /** Computed before and found again. */
  found_again: boolean;
  error: { status: number; lines: string[]; faults: Fault[]; infeasible: Infeasible | null } | null;
  created: string;
  started: string | null;
  ended: string | null;
}

export interface Infeasible {
  status: 'infeasible';
  conflicts: string[];
  way_out: string[];
  statements: Record<string, unknown>[];
}

/** A stored run in one row, as `fleetcraft runs --json` tells it. */
export interface RunEntry {
  folder: string;
  identity: string;
  verb: string;
  scenario: string;
  case: string | null;
  scenario_hash: string;
  seed: number | null;
  version: string;
  made: string;
  attainment: number | null;
  low: number | null;
  high: number | null;
  acquisition: number | null;
  currency: string | null;
  status: string | null;
  study: string | null;
  points: number | null;
  bytes: number;
  /** The scenario of the workspace or example that has these values now; null: none. */
  scenario_id: string | null;
  traced: boolean;
  explained: boolean;
}

export interface Run {
  name: string;
  entry: RunEntry;
  manifest: Record<string, unknown>;
  result: Record<string, any>;
}

export interface Interval {
  mean?: number;
  simulated?: number;
  low: number;
  high: number;
}

export interface MapData {
  scenario: string;
  /** GeoJSON geometry: land near the areas and bases, simplified, in degrees, wound as d3-geo expects. */
  land: GeoJSON.MultiPolygon;
  /** Properties: id, name, area_nm2, station [lon, lat]. */
  areas: GeoJSON.FeatureCollection<GeoJSON.Polygon | GeoJSON.MultiPolygon, AreaProperties>;
  places: Place[];
  platforms: Platform[];
  /** Where the map should look: lon, lat of the middle and the box of all areas and bases in degrees. */
  centre: [number, number];
  box: [[number, number], [number, number]];
}

export interface AreaProperties {
  id: string;
  name: string;
  area_nm2: number;
  station: [number, number];
}

export interface Place {
  id: string;
  name: string;
  lat: number;
  lon: number;
  domains: Domain[];
}

export interface Platform {
  id: string;
  name: string;
  domain: Domain;
  supplier: string;
  supplier_country: string;
}

export interface Requirement {
  id: string;
  area: string;
  measure: string;
  target: string | null;
  within_h: number | null;
  /** presence: craft of a domain at once; layered: of every domain one. */
  domain?: Domain | null;
  domains?: Domain[] | null;
  craft?: number | null;
  /** What no fleet can exceed. */
  ceiling?: number | null;
  unit: string;
  at_most: boolean;
  threshold: number;
  weight: number;
  sentence: string;
  planned: number | null;
  simulated: number | null;
  low: number | null;
  high: number | null;
  probability_met: number | null;
}

export interface OrderRow {
  platform: string;
  name: string;
  supplier_country: string;
  domain: Domain;
  period: string;
  quantity: number;
  cost: number;
}

export interface AllocationRow {
  platform: string;
  base: string;
  area: string;
  craft: number;
  stations?: number | null;
}

export interface FrontierPoint {
  /** Run and key of the point: its plan can be judged with `plan_of`. */
  run: string;
  key: string;
  budget: number;
  scale: number;
  /** Of which smaller budget the plan shown is, which its own does not beat; null: its own. `run` and `key` are that plan's. */
  kept_from: number | null;
  /** Attainment of each judged year: points of one frontier are compared year by year. */
  yearly: (number | null)[];
  status: string;
  attainment: { planned: number; simulated: number; low: number; high: number } | null;
  risk: { p10: number; cvar: number; low: number; high: number } | null;
  cost: Record<string, any> | null;
  probability_all_met: number | null;
  orders: OrderRow[];
  later: Record<string, any>[];
  allocation: AllocationRow[];
  requirements: Requirement[];
  /** Sentences; an infeasible point has some. */
  conflict: string[];
  /** What binds in this plan: budgets, people, base capacities used against their limits, fullest first. */
  binding: { limit: string; label: string; used: number; of: number; unit: string }[];
}

/** Every point of the stored and shipped frontiers of one scenario and case, ascending by budget, one a budget. */
export interface FrontierData {
  currency: string;
  stated: number;
  counts: string;
  /** What all points were computed with: ask for a further one with the same, so that it fits in. */
  options: { seed: number; replications: number; futures: number; gap: number; time_limit_s?: number | null };
  points: FrontierPoint[];
  /** Routes by base/area/domain: points as [lon, lat]. */
  routes: Record<string, [number, number][]>;
  /** Budgets from 10% to 200% that `fleetcraft frontier` would compute. */
  usual: number[];
}

export interface TraceHead {
  run: string;
  /** ISO time of hour 0. */
  epoch: string;
  end_h: number;
  window_h: [number, number];
  /** Names of craft states, by code. */
  states: string[];
  routes: Record<string, { points: [number, number][]; shares: number[] }>;
  rows: { platform: string; domain: Domain; base: string; area: string; transit_h: number; route: string }[];
  craft: string[];
  /** Target classes, by code; area ids, by code. */
  targets: string[];
  areas: string[];
  /** Start of each chunk in hours; chunk k covers [start_k, start_k+1), the last to end_h. */
  chunks: number[];
  /** Of a requirement's id: hours and the running value of its measure there. */
  tally: { found: number; missed: number; identified: number };
}

/** What happens in a chunk; spells that reach into it are in it, whole. Columns of equal length. */
export interface TraceChunk {
  from_h: number;
  to_h: number;
  /** Legs by craft (index in head.craft): start_h, end_h, state, row, share of the way at start, at end. */
  legs: { craft: number[]; start_h: number[]; end_h: number[]; state: number[]; row: number[]; first: number[]; last: number[] };
  /** Contacts that the measures count: area, class, position drawn in the area, when it came, was found, identified, left (null: not). */
  contacts: {
    contact: number[];
    area: number[];
    target: number[];
    lon: number[];
    lat: number[];
    came_in_h: number[];
    found_h: (number | null)[];
    identified_h: (number | null)[];
    gone_h: number[];
    fate: string[];
  };
  /** Spells of weather by area (index in head.areas). */
  weather: { area: number[]; sea_state: number[]; wind_kn: number[]; start_h: number[]; end_h: number[] };
}

/** Of the event stream /api/events: `job` on every change of a job, `runs` and `scenario` when a list or a draft changed. */
export interface StudioEvents {
  job: Job;
  runs: { at: string };
  scenario: { id: string; version: string };
}
