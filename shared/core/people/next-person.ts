import { changedNames } from './changed-names.js';
import type { CompiledSetup } from './compile-setup.js';
import type { RecordTie } from './facts.js';
import type { PersonChange } from './person-change.js';
import { NO_GRANTS, personIdOf, type Person } from './person.js';
import type { Presented } from './presented.js';
import { keptProfile, NO_PROFILE, profileAfter } from './profile-after.js';
import { standingOf, type Standing } from './standing.js';

/**
 * Whether a removal may be carried out. no: the setup is not read completely; askGuard: it must be judged first;
 * held: the guard holds it for an operator; yes: judged, or approved.
 */
export type MayRemove = 'no' | 'askGuard' | 'held' | 'yes';

/** What is known of a person besides what the setup makes of the directory object. */
export interface KnownOfPerson {
  readonly directoryId: string;
  /** A tombstone too. */
  readonly previous: Person | null;
  /** The record that the user is tied to now; null for none. Who is out and has none now keeps the one it had. */
  readonly tie: RecordTie | null;
  /** The record that the person shows is somebody else's by now, or not the user's as an operator said. */
  readonly hasLostRecord?: boolean;
  readonly mayRemove: MayRemove;
  /** An operator decided against the removal, and nothing has changed since. */
  readonly isKept: boolean;
  /** Why the product refused the person; as it was where it is left out. */
  readonly recordError?: string | null;
  /** Of a person without a row, the highest version that one before may have had; 0 where it is left out. */
  readonly lastVersion?: number;
  /** ISO 8601 UTC. */
  readonly now: string;
  /** The instant whose directory the person is worked out from at least, ISO 8601 UTC; `now` where it is left out. */
  readonly asOf?: string;
}

export type NextPerson =
  /** There is no person, and none comes. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'write'; readonly change: PersonChange }
  /** The person stays as it is until the removal guard has judged. */
  | { readonly kind: 'stageRemoval'; readonly reason: Standing['statusReason'] };

/**
 * The next state of a person. Applied again to what it answered, it answers `unchanged`. Who waits for the guard,
 * is held by it, or is kept by an operator stays as it is, with its grants; everybody else who is not in scope has
 * none.
 */
export function nextPerson(compiled: CompiledSetup, presented: Presented, known: KnownOfPerson): NextPerson {
  const { previous, tie } = known;
  const isThere = previous !== null && previous.status !== 'removed';
  switch (presented.kind) {
    case 'in':
      if (!isThere && tie === null && !compiled.setup.document.create)
        return previous === null ? { kind: 'nobody' } : { kind: 'unchanged' };
      return written(compiled, previous, inScope(compiled, presented, known), known);
    case 'out':
      if (previous === null) return { kind: 'nobody' };
      if (!isThere) return { kind: 'unchanged' };
      return outOfScope(compiled, presented, previous, known);
  }
}

/** The person is removed, whatever the setup says: it goes itself. */
export function removalOf(
  compiled: Pick<CompiledSetup, 'visible'>,
  previous: Person,
  now: string,
): NextPerson {
  return written(compiled, previous, tombstone(previous, { statusReason: 'leftScope' }, now), { now });
}

function outOfScope(
  compiled: CompiledSetup,
  presented: Presented & { readonly kind: 'out' },
  previous: Person,
  known: KnownOfPerson,
): NextPerson {
  const { mayRemove, now } = known;
  const standing = standingOf(compiled.setup.document.remove, presented.reason, previous, now);
  // A record that is somebody else's must not be removed with this person.
  const own = known.hasLostRecord === true ? { ...previous, recordId: null, matchedBy: null } : previous;
  // Who stays as it is shows no longer what the setup hides now.
  const asItIs = { ...own, ...keptProfile(compiled, own) };
  if (mayRemove === 'no') return written(compiled, previous, asItIs, known);
  if (standing.isRemoval) {
    if (known.isKept) return written(compiled, previous, { ...asItIs, removalHeld: false }, known);
    if (mayRemove === 'askGuard') return { kind: 'stageRemoval', reason: standing.statusReason };
    if (mayRemove === 'held') return written(compiled, previous, { ...asItIs, removalHeld: true }, known);
  }
  const next =
    standing.status === 'removed'
      ? tombstone(own, standing, now)
      : departed(compiled, presented, own, known, standing);
  return written(compiled, previous, next, known);
}

function inScope(
  compiled: CompiledSetup,
  { profile, grants }: Presented & { readonly kind: 'in' },
  { directoryId, previous, tie, recordError, now }: KnownOfPerson,
): Person {
  const { setup } = compiled;
  const was = previous?.status === 'active' && previous.statusReason === 'inScope';
  return {
    id: personIdOf(setup.setupId, directoryId),
    tenantId: setup.tenantId,
    setupId: setup.setupId,
    ...ownerOf(compiled),
    directoryId,
    recordId: tie?.recordId ?? null,
    matchedBy: tie?.matchedBy ?? null,
    recordError: recordError === undefined ? errorBeside(previous, tie) : recordError,
    status: 'active',
    statusReason: 'inScope',
    statusSince: was ? previous.statusSince : now,
    deleteAfter: null,
    removalHeld: false,
    ...profileAfter(compiled, previous, profile, tie),
    ...grants,
    ...historyOf(previous, now),
  };
}

/** A person who is not in scope, and is not removed. */
function departed(
  compiled: CompiledSetup,
  presented: Presented & { readonly kind: 'out' },
  previous: Person,
  { tie, recordError, now }: KnownOfPerson,
  standing: Standing,
): Person {
  return {
    ...previous,
    ...ownerOf(compiled),
    recordId: tie?.recordId ?? previous.recordId,
    matchedBy: tie?.matchedBy ?? previous.matchedBy,
    recordError: recordError === undefined ? errorBeside(previous, tie) : recordError,
    status: standing.status,
    statusReason: standing.statusReason,
    statusSince: hasStayedOut(previous, standing) ? previous.statusSince : now,
    deleteAfter: standing.deleteAfter,
    removalHeld: false,
    ...profileAfter(compiled, previous, presented.profile, tie),
    ...NO_GRANTS,
  };
}

/** What stays of a person so that nobody takes its id for another's: no personal value, the product's own id. */
function tombstone(previous: Person, { statusReason }: Pick<Standing, 'statusReason'>, now: string): Person {
  return {
    ...previous,
    recordError: null,
    status: 'removed',
    statusReason,
    statusSince: now,
    deleteAfter: null,
    removalHeld: false,
    ...NO_PROFILE,
    kind: previous.kind,
    ...NO_GRANTS,
  };
}

function ownerOf({ setup }: CompiledSetup): Pick<Person, 'organizationId' | 'customerType'> {
  const { organizationId, customerType } = setup.document;
  return { organizationId, customerType };
}

function historyOf(
  previous: Person | null,
  now: string,
): Pick<Person, 'version' | 'createdAt' | 'changedAt' | 'asOf'> {
  return {
    version: previous?.version ?? 0,
    createdAt: previous?.createdAt ?? now,
    changedAt: previous?.changedAt ?? now,
    asOf: previous?.asOf ?? now,
  };
}

/** A tie that came since is the answer to what the product refused. */
function errorBeside(previous: Person | null, tie: RecordTie | null): string | null {
  if (previous === null) return null;
  return tie !== null && tie.recordId !== previous.recordId ? null : previous.recordError;
}

function hasStayedOut(previous: Person, { status }: Standing): boolean {
  return previous.statusReason !== 'inScope' && previous.status === status;
}

/** What it was before is told without what the setup hides now. */
function written(
  compiled: Pick<CompiledSetup, 'visible'>,
  previous: Person | null,
  next: Person,
  { now, asOf = now, lastVersion = 0 }: Pick<KnownOfPerson, 'now' | 'asOf' | 'lastVersion'>,
): NextPerson {
  const changed = changedNames(previous, next);
  if (changed.length === 0) return { kind: 'unchanged' };
  const after = { ...next, version: (previous?.version ?? lastVersion) + 1, changedAt: now, asOf };
  const before = previous && { ...previous, ...keptProfile(compiled, previous) };
  return { kind: 'write', change: { before, after, changed } };
}
