/** Names of what the map shows. */
import { has, t } from '../../lib/i18n.svelte';
import type { MapData } from '../../lib/types';
import type { Playback } from './playback';

export const areaName = (map: MapData, id: string): string =>
  map.areas.features.find((area) => area.properties.id === id)?.properties.name ?? id;

export const baseName = (map: MapData, id: string): string => map.places.find((place) => place.id === id)?.name ?? id;

export const platformName = (map: MapData, id: string): string => map.platforms.find((platform) => platform.id === id)?.name ?? id;

/** A state of the trace in the reader's language. */
export function stateWord(state: string): string {
  const key = `map.state.${state.replaceAll(' ', '_')}`;
  return has(key) ? t(key) : state;
}

export const stateName = (playback: Playback, craft: number): string => stateWord(playback.stateOf(craft));
