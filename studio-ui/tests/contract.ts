/** Checked by the compiler alone: what the API's document promises is what the page reads, and sends. */
import type { components } from './openapi';
import type * as page from '../src/lib/types';

type Api = components['schemas'];

/** JSON Schema knows no pairs of numbers: in the document they are lists. */
type Listed<T> = T extends [number, number]
  ? number[]
  : T extends (infer One)[]
    ? Listed<One>[]
    : T extends object
      ? { [Key in keyof T]: Listed<T[Key]> }
      : T;

type Fits<Given extends Expected, Expected> = [Given, Expected];

export type Checked = [
  Fits<Api['Session'], page.Session>,
  Fits<Api['ScenarioEntry'], page.ScenarioEntry>,
  Fits<Api['FaultShape'], page.Fault>,
  Fits<Api['Draft'], page.Draft>,
  Fits<Required<Omit<Api['Job'], 'request'>>, Omit<page.Job, 'request'>>,
  Fits<Api['RunEntry'], page.RunEntry>,
  Fits<Api['MapData']['places'], page.MapData['places']>,
  Fits<Api['MapData']['platforms'], page.MapData['platforms']>,
  Fits<Api['AreaProperties'], Listed<page.AreaProperties>>,
  Fits<Api['FrontierData'], Listed<page.FrontierData>>,
  Fits<Api['TraceHead'], Listed<page.TraceHead>>,
  Fits<Api['TraceChunk'], page.TraceChunk>,
  Fits<page.JobRequest, Api['JobRequest']>,
];
