/** What a step of syncing one person is about. */
export const PERSON_SYNC_STEPS = [
  'begin',
  'readUser',
  'readDeletedItems',
  'readMemberships',
  'updateMirror',
  'derive',
  'guard',
  'publish',
] as const;

/**
 * How a step ended. `leftToRound`: the directory's changes, or the reading under way, tell it. `held`: the removal
 * guard decides. `refused`: as things stand here it cannot be done. `failed`: it was tried.
 */
export const PERSON_SYNC_OUTCOMES = [
  'done',
  'nothingToDo',
  'leftToRound',
  'held',
  'refused',
  'failed',
] as const;

/** One line of the trace. It names attributes and groups, but holds no value of them. */
export interface PersonSyncStep {
  readonly step: (typeof PERSON_SYNC_STEPS)[number];
  readonly outcome: (typeof PERSON_SYNC_OUTCOMES)[number];
  readonly detail: string;
  /** Of a step that is about one setup. */
  readonly setupId: string | null;
  /** Attributes or ids of groups that were read. */
  readonly read: readonly string[];
  /** Attributes, ids of groups or fields of the person that differ from before. */
  readonly changed: readonly string[];
  /** True where it belongs to the second look, see `secondLookAt`. */
  readonly secondLook: boolean;
  readonly milliseconds: number;
}

/** Syncing one person now: what was asked for, and what came of it, step by step. */
export interface PersonSync {
  readonly tenantId: string;
  /** 32 hexadecimal characters; ids sort by time. */
  readonly requestId: string;
  readonly setupId: string;
  readonly directoryId: string;
  readonly status: 'NotStarted' | 'Running' | 'Succeeded' | 'Failed';
  /** ISO 8601 UTC, as all instants here. */
  readonly requestedAt: string;
  readonly endedAt: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly steps: readonly PersonSyncStep[];
  /** How often it was begun: a crash lets it begin anew. */
  readonly attempts: number;
  /**
   * A read by id has no version: it may have been older than a change that a delta page told before. Whatever it
   * changed is read once more then; null where there is nothing to look at again. It stands here before the mirror is
   * written, and until a look has come to its end.
   */
  readonly secondLookAt: string | null;
  /**
   * What the mirror may have by these reads alone, those of crashed attempts too; the second look takes it back where
   * the directory denies it.
   */
  readonly brought: { readonly user: boolean; readonly groupIds: readonly string[] };
}

/** Replicas of the directory agree by then, as the trailing checks of notifications assume. */
export const SECOND_LOOK_MS = 120_000;
/** A second look that fails is moved on, each time as far as it is old, at most so far. */
const LONGEST_WAIT_MS = 3_600_000;
/** Traces are kept so long after their end, until the next one is asked for in the tenant. */
export const TRACE_KEPT_MS = 86_400_000;
/** After so many crashes it is not begun again; a second look rests then, and is tried later. */
export const MOST_ATTEMPTS = 3;
/** Of second looks the trace keeps so many steps, the newest. */
const LATER_STEPS_KEPT = 40;

export function newPersonSync(
  asked: Pick<PersonSync, 'tenantId' | 'requestId' | 'setupId' | 'directoryId' | 'requestedAt'>,
): PersonSync {
  return {
    ...asked,
    status: 'NotStarted',
    endedAt: null,
    error: null,
    steps: [],
    attempts: 0,
    secondLookAt: null,
    brought: { user: false, groupIds: [] },
  };
}

export function hasEnded(sync: PersonSync): boolean {
  return sync.endedAt !== null;
}

/** Whether a job has something to do for it now. @param now ISO 8601 UTC */
export function isDue(sync: PersonSync, now: string): boolean {
  return !hasEnded(sync) || (sync.secondLookAt !== null && sync.secondLookAt <= now);
}

/** Whether its trace may go: it is old, and nothing is left to look at again. @param now ISO 8601 UTC */
export function mayBeForgotten({ endedAt, secondLookAt }: PersonSync, now: string): boolean {
  return endedAt !== null && secondLookAt === null && Date.parse(endedAt) < Date.parse(now) - TRACE_KEPT_MS;
}

/** How long to wait before what this sync brought is looked at again, in milliseconds. @param now of the clock */
export function waitBeforeLook({ endedAt }: PersonSync, now: number): number {
  const age = endedAt === null ? 0 : now - Date.parse(endedAt);
  return Math.min(Math.max(age, SECOND_LOOK_MS), LONGEST_WAIT_MS);
}

/** What either brought: a look that crashed may have written as much as it had noted. */
export function broughtByBoth(
  one: PersonSync['brought'],
  other: PersonSync['brought'],
): PersonSync['brought'] {
  return { user: one.user || other.user, groupIds: [...new Set([...one.groupIds, ...other.groupIds])] };
}

/** The trace with the steps of one more look. */
export function tracedOn({ steps }: PersonSync, more: readonly PersonSyncStep[]): readonly PersonSyncStep[] {
  const all = [...steps, ...more];
  const first = all.filter(({ secondLook }) => !secondLook);
  return [...first, ...all.filter(({ secondLook }) => secondLook).slice(-LATER_STEPS_KEPT)];
}

/** Its last step says why it was not done. */
export function refusedSync(sync: PersonSync, code: string, message: string, now: string): PersonSync {
  const step = { step: 'begin', outcome: 'refused', detail: message } as const;
  const common = { setupId: null, read: [], changed: [], secondLook: false, milliseconds: 0 };
  return {
    ...sync,
    status: 'Failed',
    endedAt: now,
    error: { code, message },
    steps: [...sync.steps, { ...step, ...common }],
  };
}
