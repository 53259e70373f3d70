const MINUTE_MS = 60_000;

/** What is known of how the notifications of one tenant's resource come. Instants in ISO 8601 UTC. */
export interface Hearing {
  /** When the last notification arrived that a job stood for, to within some minutes; null where none ever did. */
  readonly heardAt: string | null;
  /** Changes that were found though nothing was heard; null once something is. */
  readonly unannounced: Unannounced | null;
}

interface Unannounced {
  /** From when on the changes last found may have happened. */
  readonly since: string;
  /** When they were found. */
  readonly foundAt: string;
  /** How many rounds found some, each after the patience for the one before had passed. */
  readonly finds: number;
}

export const NOTHING_HEARD: Hearing = { heardAt: null, unannounced: null };

/**
 * How far a notification and the change that it announces may be apart, either way: it may be delivered late, and a
 * replica may show the change later still.
 */
const PATIENCE_MS = 10 * MINUTE_MS;

/** So many finds are no coincidence. */
const FINDS_OF_SILENCE = 2;

/** After a notification: whatever was doubtful, they come. */
export function heard(hearing: Hearing, at: string): Hearing {
  const heardAt = hearing.heardAt === null || hearing.heardAt < at ? at : hearing.heardAt;
  return { heardAt, unannounced: null };
}

/** Whether having heard at that time is worth being noted at once: doubts end, or the last note is old. */
export function isNews({ heardAt, unannounced }: Hearing, at: string): boolean {
  return unannounced !== null || heardAt === null || Date.parse(at) - Date.parse(heardAt) >= PATIENCE_MS;
}

/** After a round that found changes which happened within `since` and `at`. */
export function foundChanges(hearing: Hearing, { since, at }: { since: string; at: string }): Hearing {
  const { heardAt, unannounced } = hearing;
  if (heardAt !== null && Date.parse(heardAt) >= Date.parse(since) - PATIENCE_MS) return hearing;
  const counts = unannounced === null || isPast(unannounced, Date.parse(at));
  if (!counts) return hearing;
  return { heardAt, unannounced: { since, foundAt: at, finds: (unannounced?.finds ?? 0) + 1 } };
}

/** A single find that nothing followed is no reason to doubt for ever. */
const DOUBT_MS = 24 * 60 * MINUTE_MS;

/** How the notifications of a resource come, as far as its finds tell; `now` in epoch milliseconds. */
export function judgeHearing({ unannounced }: Hearing, now: number): 'fine' | 'doubtful' | 'silent' {
  if (unannounced === null) return 'fine';
  const finds = isPast(unannounced, now) ? unannounced.finds : unannounced.finds - 1;
  if (finds >= FINDS_OF_SILENCE) return 'silent';
  const isYoung = now - Date.parse(unannounced.foundAt) < DOUBT_MS;
  return finds > 0 && isYoung ? 'doubtful' : 'fine';
}

/** Whether a notification of what was found had time enough to come. */
function isPast({ foundAt }: Unannounced, now: number): boolean {
  return now - Date.parse(foundAt) >= PATIENCE_MS;
}
