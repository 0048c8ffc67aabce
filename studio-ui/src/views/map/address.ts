/** What this view notes in the address, beside what is open: the area or base that is chosen. A craft is there only while its year plays. */
import type { MapData } from '../../lib/types';
import type { Choice } from './choice';

const KEY = 'chosen';

const query = (): [string, URLSearchParams] => {
  const [path = '', asked = ''] = location.hash.split('?');
  return [path, new URLSearchParams(asked)];
};

export function noted(): Choice | null {
  const [, kind, id] = /^(area|base):(.+)$/.exec(query()[1].get(KEY) ?? '') ?? [];
  return kind && id ? { kind: kind as Choice['kind'], id } : null;
}

export function note(choice: Choice | null): void {
  const [path, asked] = query();
  const told = choice && choice.kind !== 'craft' ? `${choice.kind}:${choice.id}` : null;
  if (told === asked.get(KEY)) return;
  if (told === null) asked.delete(KEY);
  else asked.set(KEY, told);
  history.replaceState(history.state, '', `${path || '#/map'}?${asked}`);
}

/** Whether a map has what is chosen; craft are not the map's. */
export const isOn = (map: MapData, { kind, id }: Choice): boolean =>
  kind === 'craft' ||
  (kind === 'area' ? map.areas.features.some((area) => area.properties.id === id) : map.places.some((place) => place.id === id));
