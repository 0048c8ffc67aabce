/** Names of what the plan on display speaks of, and where it stands. */
import { studio } from '../../lib/studio.svelte';
import type { Domain } from '../../lib/types';
import type { Names } from './ranges';

export function areaName(id: string): string {
  const feature = studio.map.data?.areas.features.find((each) => each.properties.id === id);
  const told = (studio.shown?.result?.['areas'] as { id: string; name: string }[] | undefined)?.find((each) => each.id === id);
  return feature?.properties.name ?? told?.name ?? id;
}

export function placeName(id: string): string {
  const told = (studio.shown?.result?.['places'] as { id: string; name: string }[] | undefined)?.find((each) => each.id === id);
  return studio.map.data?.places.find((each) => each.id === id)?.name ?? told?.name ?? id;
}

type Known = { id: string; name: string; domain: Domain };

function platforms(): readonly Known[] {
  return studio.map.data?.platforms ?? (studio.shown?.result?.['platforms'] as Known[] | undefined) ?? [];
}

export const platformName = (id: string): string => platforms().find((each) => each.id === id)?.name ?? id;

export const platformDomains = (): Map<string, Domain> => new Map(platforms().map((each) => [each.id, each.domain]));

/** The names for an explanation; `hired` are the types that are paid by the year. */
export const namesWith = (hired: ReadonlySet<string>): Names => ({ platform: platformName, place: placeName, hired: (id) => hired.has(id) });
