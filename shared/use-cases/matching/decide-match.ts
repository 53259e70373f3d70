import { RowConflict } from '../../core/failures.js';
import type { MatchDecision } from '../../ports/matches.js';
import { setupPlace, type MatchingApiPorts } from './api-ports.js';

/** Times that a decision is written anew over what others decided about the same user. */
const MOST_TRIES = 5;

export interface Pair {
  readonly directoryId: string;
  readonly recordId: string;
}

export type ChooseMatchOutcome =
  | { readonly kind: 'chosen' }
  | { readonly kind: 'setupNotFound' | 'userNotFound' | 'recordNotFound' }
  /** That record was chosen or made for somebody else. */
  | { readonly kind: 'recordTaken'; readonly directoryId: string };

/** Ties a user in scope to a record: it wins over every key, and stays until it is released. */
export async function chooseMatch(
  ports: MatchingApiPorts,
  tenantId: string,
  setupId: string,
  pair: Pair,
): Promise<ChooseMatchOutcome> {
  const place = await setupPlace(ports, tenantId, setupId);
  if (place === null) return { kind: 'setupNotFound' };
  const { directoryId, recordId } = pair;
  const rows = place.scope === null ? null : await ports.matches.read(place.scope, setupId, [directoryId]);
  if ((rows?.get(directoryId)?.user ?? null) === null) return { kind: 'userNotFound' };
  const records = await ports.records.read(tenantId, setupId, [recordId]);
  if (!records.has(recordId)) return { kind: 'recordNotFound' };
  const outcome = await choose(ports, tenantId, setupId, pair);
  if (outcome.kind === 'chosen') await ports.setupWork.requested(tenantId, setupId);
  return outcome;
}

/** The choice alone, of a user and a record that are known to be there. */
export async function choose(
  ports: Pick<MatchingApiPorts, 'matchDecisions'>,
  tenantId: string,
  setupId: string,
  { directoryId, recordId }: Pair,
): Promise<Extract<ChooseMatchOutcome, { kind: 'chosen' | 'recordTaken' }>> {
  const takenBy = await decide(ports, tenantId, setupId, directoryId, recordId, (decision) => ({
    ...decision,
    choice: { recordId, matchedBy: 'chosen' },
    apart: decision.apart.filter((id) => id !== recordId),
  }));
  return takenBy === null ? { kind: 'chosen' } : { kind: 'recordTaken', directoryId: takenBy };
}

export type ReleaseMatchOutcome = 'released' | 'setupNotFound' | 'notMatched';

/** Ends a user's tie, whatever made it: no key ties the two again, but an operator may. */
export async function releaseMatch(
  ports: MatchingApiPorts,
  tenantId: string,
  setupId: string,
  directoryId: string,
): Promise<ReleaseMatchOutcome> {
  const place = await setupPlace(ports, tenantId, setupId);
  if (place === null) return 'setupNotFound';
  const { decision } = await ports.matchDecisions.read(tenantId, setupId, directoryId);
  const rows = place.scope === null ? null : await ports.matches.read(place.scope, setupId, [directoryId]);
  const tied = decision.choice?.recordId ?? rows?.get(directoryId)?.tie?.recordId;
  if (tied === undefined || decision.apart.includes(tied)) return 'notMatched';
  await decide(ports, tenantId, setupId, directoryId, null, (before) => ({
    ...before,
    choice: before.choice?.recordId === tied ? null : before.choice,
    apart: [...new Set([...before.apart, tied])].sort(),
  }));
  await ports.setupWork.requested(tenantId, setupId);
  return 'released';
}

/** What the product says of a person that it was told of. */
export type RecordAnswer = { readonly recordId: string } | { readonly error: string };

export type AnswerRecordOutcome =
  | { readonly kind: 'noted' }
  | { readonly kind: 'setupNotFound' | 'personNotFound' }
  | { readonly kind: 'recordTaken'; readonly directoryId: string };

/** Notes the record that the product made for a user, or why it refused. The same answer again changes nothing. */
export async function answerRecord(
  ports: MatchingApiPorts,
  tenantId: string,
  setupId: string,
  directoryId: string,
  answer: RecordAnswer,
): Promise<AnswerRecordOutcome> {
  const place = await setupPlace(ports, tenantId, setupId);
  if (place === null) return { kind: 'setupNotFound' };
  const people = place.scope === null ? null : await ports.people.read(place.scope, setupId, [directoryId]);
  if (people?.has(directoryId) !== true) return { kind: 'personNotFound' };
  const recordId = 'recordId' in answer ? answer.recordId : null;
  const takenBy = await decide(ports, tenantId, setupId, directoryId, recordId, (decision) => {
    if ('error' in answer) return { ...decision, recordError: answer.error };
    const { recordId: made } = answer;
    return {
      choice: decision.choice?.recordId === made ? decision.choice : { recordId: made, matchedBy: 'created' },
      apart: decision.apart.filter((id) => id !== made),
      recordError: null,
    };
  });
  if (takenBy !== null) return { kind: 'recordTaken', directoryId: takenBy };
  await ports.setupWork.requested(tenantId, setupId);
  return { kind: 'noted' };
}

/** Answers who else has the record, null where it was written, or was so before. */
async function decide(
  { matchDecisions }: Pick<MatchingApiPorts, 'matchDecisions'>,
  tenantId: string,
  setupId: string,
  directoryId: string,
  recordId: string | null,
  next: (before: MatchDecision) => MatchDecision,
): Promise<string | null> {
  for (let left = MOST_TRIES; ; left--) {
    const takenBy = recordId === null ? null : await matchDecisions.userOf(tenantId, setupId, recordId);
    if (takenBy !== null && takenBy !== directoryId) return takenBy;
    const stored = await matchDecisions.read(tenantId, setupId, directoryId);
    const after = next(stored.decision);
    if (JSON.stringify(after) === JSON.stringify(stored.decision)) return null;
    try {
      await matchDecisions.save(tenantId, setupId, directoryId, stored, after);
      return null;
    } catch (failure) {
      if (!(failure instanceof RowConflict) || left === 1) throw failure;
    }
  }
}
