import type { MirrorUser } from '../mirror-rows.js';
import type { PersonFacts } from '../people/facts.js';
import type { Presented } from '../people/presented.js';
import { matchUserOf } from './match-user.js';
import type { MatchUser } from './product-record.js';

/** A user as matching is given it. */
export interface MatchSubject {
  readonly directoryId: string;
  /** Null for who is not in scope. */
  readonly user: MatchUser | null;
  /** gone: permanently deleted. */
  readonly presence: MirrorUser['presence'] | 'gone';
}

/** @param presented what the setup makes of these facts */
export function subjectOf(
  { directoryId, user }: Pick<PersonFacts, 'directoryId' | 'user'>,
  presented: Presented,
): MatchSubject {
  return {
    directoryId,
    user: user !== null && presented.kind === 'in' ? matchUserOf(user, presented.profile) : null,
    // What the mirror had and has no more was permanently deleted.
    presence: user?.presence ?? 'gone',
  };
}
