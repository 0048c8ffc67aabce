/** What a limit's path in the scenario means. */

export type Limit =
  | { kind: 'money'; purse: 'obligation' | 'outlay' | 'support'; year: string }
  | { kind: 'base'; place: string; domain: 'air' | 'surface' | 'underwater' }
  | { kind: 'output'; platform: string }
  | { kind: 'people' | 'country_share' | 'domestic_share' | 'other' };

/** `places.naha.capacity_air` is a base's room for air craft, and so on. */
export function limitOf(path: string): Limit {
  const [first = '', second = '', third = ''] = path.split('.');
  const room = /^capacity_(air|surface|underwater)$/.exec(third);
  if (first === 'budget' && (second === 'obligation' || second === 'outlay' || second === 'support')) {
    return { kind: 'money', purse: second, year: third };
  }
  if (first === 'places' && room) return { kind: 'base', place: second, domain: room[1] as 'air' };
  if (first === 'platforms') return { kind: 'output', platform: second };
  if (path.endsWith('people_limit')) return { kind: 'people' };
  if (second === 'supplier_country_share') return { kind: 'country_share' };
  if (second === 'domestic_share') return { kind: 'domestic_share' };
  return { kind: 'other' };
}
