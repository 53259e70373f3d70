import type { CompiledSetup } from './compile-setup.js';
import { nextPerson, type KnownOfPerson, type NextPerson } from './next-person.js';
import type { Person, PersonGrants } from './person.js';
import { tooLargeOf, type TooLarge } from './person-size.js';
import type { Presented } from './presented.js';
import { keptProfile } from './profile-after.js';

/** What comes to a person as far as its rows have room. */
export interface FittingPerson {
  readonly next: NextPerson;
  /** What the person was worked out from: of who is too large with less than the setup makes of it. */
  readonly presented: Presented;
  /** Null for who is written in full. */
  readonly tooLarge: TooLarge | null;
}

/**
 * The next state of a person that fits into every row. Who would not and is not there yet does not come. Who is there
 * stays as it was as far as it must, its values or what it would be given more: its status follows, and it keeps
 * nothing that it is not given any more. Applied again to what it answered, it answers `unchanged`.
 */
export function fittingPerson(
  compiled: CompiledSetup,
  presented: Presented,
  known: KnownOfPerson,
): FittingPerson {
  const next = nextPerson(compiled, presented, known);
  const tooLarge = next.kind === 'write' ? tooLargeOf(next.change.after) : null;
  if (tooLarge === null) return { next, presented, tooLarge };
  const { previous } = known;
  if (previous === null) return { next: { kind: 'nobody' }, presented, tooLarge };
  if (previous.status === 'removed') return { next: { kind: 'unchanged' }, presented, tooLarge };
  let fitting: FittingPerson | null = null;
  for (const less of lesser(compiled, presented, previous)) {
    fitting = { next: nextPerson(compiled, less, known), presented: less, tooLarge };
    if (fitting.next.kind !== 'write' || tooLargeOf(fitting.next.change.after) === null) break;
  }
  return fitting ?? { next: { kind: 'unchanged' }, presented, tooLarge };
}

/** What a person is presented as with less and less; the last is no larger than the person was. */
function lesser(compiled: CompiledSetup, presented: Presented, previous: Person): readonly Presented[] {
  if (presented.kind === 'out') return [{ ...presented, profile: null }];
  const { kind, accountEnabled } = presented.profile;
  const profile = { ...keptProfile(compiled, previous), kind, accountEnabled };
  const grants = grantsKept(previous, presented.grants);
  return [
    { ...presented, profile },
    { ...presented, grants },
    { ...presented, profile, grants },
  ];
}

/** Of what somebody is given now what it had already. */
function grantsKept(had: PersonGrants, given: PersonGrants): PersonGrants {
  const roles = new Set(had.roles.map(({ id }) => id));
  const memberships = new Set(had.memberships.map(({ kind, id }) => `${kind}:${id}`));
  const among = (ids: readonly string[], all: readonly string[]): readonly string[] => {
    const known = new Set(all);
    return ids.filter((id) => known.has(id));
  };
  return {
    roles: given.roles.filter(({ id }) => roles.has(id)),
    memberships: given.memberships.filter(({ kind, id }) => memberships.has(`${kind}:${id}`)),
    hostsOf: among(given.hostsOf, had.hostsOf),
    organizationalUnits: among(given.organizationalUnits, had.organizationalUnits),
    segments: among(given.segments, had.segments),
  };
}
