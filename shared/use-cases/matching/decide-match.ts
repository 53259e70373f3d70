import { setupPlace, type MatchingApiPorts, type SetupPlace } from './api-ports.js';
import { decide, type DecidePorts, type Holder, type Pair } from './decide.js';
import { notReadyFor, type NotReady } from './ready-to-decide.js';

type RecordTaken = { readonly kind: 'recordTaken'; readonly holder: Holder | 'otherSetup' };

export type ChooseMatchOutcome =
  { readonly kind: 'chosen' } | { readonly kind: 'setupNotFound' } | NotReady | RecordTaken;

/**
 * Ties a user in scope to a record: it wins over every key, and stays until it is released. The record of a user who
 * is deleted is taken from that user.
 */
export async function chooseMatch(
  ports: MatchingApiPorts,
  tenantId: string,
  setupId: string,
  pair: Pair,
): Promise<ChooseMatchOutcome> {
  const place = await setupPlace(ports, tenantId, setupId);
  if (place === null) return { kind: 'setupNotFound' };
  const notReady = await notReadyFor(ports, place, pair);
  if (notReady !== null) return notReady;
  const outcome = await choose(ports, place, pair, true);
  if (outcome.kind === 'chosen') await ports.setupWork.requested(tenantId, setupId);
  return outcome;
}

/**
 * The choice alone, of a user and a record that are known to be there.
 * @param mayBeTied whether a key may have tied the record to another user
 */
export async function choose(
  ports: DecidePorts,
  place: SetupPlace,
  { directoryId, recordId }: Pair,
  mayBeTied: boolean,
): Promise<Extract<ChooseMatchOutcome, { kind: 'chosen' }> | RecordTaken> {
  const holder = await decide(ports, place, {
    ...{ directoryId, recordId },
    next: (before) => ({
      ...before,
      choice: { recordId, matchedBy: 'chosen' },
      apart: before.apart.filter((id) => id !== recordId),
      lost: null,
    }),
    mayUntie: mayBeTied ? () => true : null,
    mayTakeFrom: ({ presence }) => presence !== 'live',
  });
  return holder === null ? { kind: 'chosen' } : { kind: 'recordTaken', holder };
}

export type ReleaseMatchOutcome = 'released' | 'setupNotFound' | 'notMatched';

/**
 * Ends a user's tie, whatever made it: no key ties the two again, but an operator may. A user who came back without
 * its record is released from that one.
 */
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
  const tied = decision.choice?.recordId ?? rows?.get(directoryId)?.tie?.recordId ?? decision.lost;
  if (tied === null || decision.apart.includes(tied)) return 'notMatched';
  await decide(ports, place, {
    ...{ directoryId, recordId: null },
    next: (before) => ({
      ...before,
      choice: before.choice?.recordId === tied ? null : before.choice,
      apart: [...new Set([...before.apart, tied])].sort(),
      lost: before.lost === tied ? null : before.lost,
    }),
    mayUntie: null,
    mayTakeFrom: () => false,
  });
  await ports.setupWork.requested(tenantId, setupId);
  return 'released';
}

/** What the product says of a person that it was told of. */
export type RecordAnswer = { readonly recordId: string } | { readonly error: string };

export type AnswerRecordOutcome =
  { readonly kind: 'noted' } | { readonly kind: 'setupNotFound' | 'personNotFound' } | RecordTaken;

/**
 * Keeps the record that the product made for a user, or why it refused. The same answer again changes nothing. The
 * record may have been that of a user who is permanently deleted.
 */
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
  const holder = await decide(ports, place, {
    directoryId,
    recordId: 'recordId' in answer ? answer.recordId : null,
    next: (decision) => {
      if ('error' in answer) return { ...decision, recordError: answer.error };
      const { recordId: made } = answer;
      return {
        choice:
          decision.choice?.recordId === made ? decision.choice : { recordId: made, matchedBy: 'created' },
        apart: decision.apart.filter((id) => id !== made),
        lost: null,
        recordError: null,
      };
    },
    mayUntie: ({ presence }) => presence === 'gone',
    mayTakeFrom: ({ presence }) => presence === 'gone',
  });
  if (holder !== null) return { kind: 'recordTaken', holder };
  await ports.setupWork.requested(tenantId, setupId);
  return { kind: 'noted' };
}
