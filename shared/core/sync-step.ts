import { RESOURCES, type Resource } from './resource.js';
import type { ResourceState } from './round.js';

/** What the lease holder knows when it asks what to do next. */
export interface Situation {
  readonly states: Readonly<Record<Resource, ResourceState>>;
  /** Resources for which a round is wanted. */
  readonly wanted: ReadonlySet<Resource>;
  /** Memberships that an answer did not name may have to be asked for again. */
  readonly doubtsLeft: boolean;
  readonly marksLeft: boolean;
  /** Somebody may have started, edited, paused or removed a setup, or decided about removals. */
  readonly setupsToAttend: boolean;
  /** Removals of people were staged, and the guard has not judged them yet. */
  readonly removalsToJudge: boolean;
  /** What came to people is not in the journal yet. */
  readonly outboxLeft: boolean;
  /** Rows of an earlier version of the code are to be entered into the search index. */
  readonly searchToBuild: boolean;
  /** Users who have been soft-deleted for long are to be asked for once all else is done. */
  readonly purgesToAsk: boolean;
  /** The mirror is to be compared with the directory once all else is done. */
  readonly driftToCheck: boolean;
  readonly paused: boolean;
  /** Graph is not asked: rounds wait. */
  readonly offline: boolean;
  readonly budgetSpent: boolean;
}

export type SyncStep =
  | { readonly kind: 'stop'; readonly why: 'paused' | 'done' }
  | { readonly kind: 'continueLater' }
  | { readonly kind: 'round'; readonly resource: Resource }
  | { readonly kind: 'attendSetups' }
  | { readonly kind: 'resolveDoubts' }
  | { readonly kind: 'consumeMarks' }
  | { readonly kind: 'judgeRemovals' }
  | { readonly kind: 'relayOutbox' }
  | { readonly kind: 'buildSearchIndex' }
  | { readonly kind: 'removePurged' }
  | { readonly kind: 'checkDrift' };

/**
 * Quick things first: an increment is never made to wait for a first sync of another resource, nor what an operator
 * did for the next page of it; users come before groups, so that a restored user's edges are asked before the groups' own changes are applied. Removals are
 * judged once everything was derived that a job found, and what came of it is published at the end.
 */
export function nextSyncStep(situation: Situation): SyncStep {
  const open = situation.offline
    ? []
    : RESOURCES.filter(
        (resource) => situation.wanted.has(resource) || isUnderWay(situation.states[resource]),
      );
  const afterRounds = nextOfPeople(situation);
  if (open.length === 0 && afterRounds === null) return { kind: 'stop', why: 'done' };
  if (situation.paused) return { kind: 'stop', why: 'paused' };
  if (situation.budgetSpent) return { kind: 'continueLater' };
  const quick = open.find((resource) => isQuick(situation.states[resource]));
  const resource = quick ?? open[0];
  if (quick === undefined && resource !== undefined && situation.setupsToAttend)
    return { kind: 'attendSetups' };
  if (resource !== undefined) return { kind: 'round', resource };
  return afterRounds ?? { kind: 'stop', why: 'done' };
}

/** What is left once no round is. */
function nextOfPeople({ marksLeft, removalsToJudge, outboxLeft, ...situation }: Situation): SyncStep | null {
  if (situation.doubtsLeft && !situation.offline) return { kind: 'resolveDoubts' };
  if (marksLeft) return { kind: 'consumeMarks' };
  if (removalsToJudge) return { kind: 'judgeRemovals' };
  if (outboxLeft) return { kind: 'relayOutbox' };
  if (situation.searchToBuild) return { kind: 'buildSearchIndex' };
  if (situation.purgesToAsk) return { kind: 'removePurged' };
  return situation.driftToCheck ? { kind: 'checkDrift' } : null;
}

/** A round that was given up on waits until it is wanted again. */
function isUnderWay(state: ResourceState): boolean {
  return state.round !== null && !state.round.halted;
}

function isQuick(state: ResourceState): boolean {
  return state.round === null ? state.deltaLink !== null : state.round.kind === 'increment';
}
