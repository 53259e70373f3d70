import type { Person, PersonGrants } from './person.js';

/** One thing that a person was given: what people are found by. */
export interface GrantKey {
  readonly kind: 'role' | 'membership' | 'hostsOf' | 'organizationalUnit' | 'segment';
  /** Of a membership `{kind}:{id}`. */
  readonly id: string;
}

export function grantKeysOf(grants: PersonGrants): GrantKey[] {
  const of = (kind: GrantKey['kind'], ids: readonly string[]): GrantKey[] => ids.map((id) => ({ kind, id }));
  return [
    ...of(
      'role',
      grants.roles.map(({ id }) => id),
    ),
    ...of(
      'membership',
      grants.memberships.map(({ kind, id }) => `${kind}:${id}`),
    ),
    ...of('hostsOf', grants.hostsOf),
    ...of('organizationalUnit', grants.organizationalUnits),
    ...of('segment', grants.segments),
  ];
}

/** The properties of a person that hold grants. */
export const GRANT_PROPERTIES: ReadonlySet<keyof Person> = new Set([
  'roles',
  'memberships',
  'hostsOf',
  'organizationalUnits',
  'segments',
]);
