import { RowConflict } from '../../core/failures.js';
import { isSetup } from '../../core/matching/record-claim.js';
import type { DecisionChange, MatchDecision } from '../../ports/matches.js';
import type { MatchingApiPorts, SetupPlace } from './api-ports.js';
import { isHeld, type HolderPorts } from './claim-holder.js';
import { tieValue } from './index-entries.js';

/** Times that a decision is made again on what others decided about the same users since. */
const MOST_TRIES = 5;

export type DecidePorts = HolderPorts & Pick<MatchingApiPorts, 'matchDecisions' | 'recordClaims'>;

export interface Pair {
  readonly directoryId: string;
  readonly recordId: string;
}

/** The user who has a record that another is to have. */
export interface Holder {
  readonly directoryId: string;
  readonly presence: 'live' | 'softDeleted' | 'gone';
}

export interface Decided {
  readonly directoryId: string;
  /** The record that the user is to have; null if the decision is about none. */
  readonly recordId: string | null;
  readonly next: (before: MatchDecision) => MatchDecision;
  /** Whether the record may be taken from a user whom a key tied to it; null if none can be. */
  readonly mayUntie: ((holder: Holder) => boolean) | null;
  /** Whether the record may be taken from a user whom it was chosen or made for. */
  readonly mayTakeFrom: (holder: Holder) => boolean;
}

/**
 * Returns who has the record and keeps it, which may be somebody of another setup of the organization; null if the
 * decision is written, or was so before.
 */
export async function decide(
  ports: DecidePorts,
  place: SetupPlace,
  { directoryId, recordId, next, mayUntie, mayTakeFrom }: Decided,
): Promise<Holder | 'otherSetup' | null> {
  const { tenantId, setupId } = place;
  if (recordId !== null && (await isElsewhere(ports, place, recordId))) return 'otherSetup';
  for (let left = MOST_TRIES; ; left--) {
    const others: DecisionChange[] = [];
    const claimant = recordId === null ? null : await claimantOf(ports, place, recordId);
    if (recordId !== null && claimant !== null && claimant.directoryId !== directoryId) {
      if (!mayTakeFrom(claimant)) return claimant;
      others.push(await displaced(ports, place, claimant, recordId));
    } else if (recordId !== null && claimant === null && mayUntie !== null) {
      const tied = await tiedTo(ports, place, recordId);
      if (tied !== null && tied.directoryId !== directoryId) {
        if (!mayUntie(tied)) return tied;
        if (tied.presence === 'softDeleted') others.push(await displaced(ports, place, tied, recordId));
      }
    }
    const stored = await ports.matchDecisions.read(tenantId, setupId, directoryId);
    const after = next(stored.decision);
    const isSame = JSON.stringify(after) === JSON.stringify(stored.decision);
    if (isSame && others.length === 0) return null;
    try {
      await ports.matchDecisions.save(tenantId, setupId, [{ directoryId, stored, next: after }, ...others]);
      return null;
    } catch (failure) {
      if (!(failure instanceof RowConflict) || left === 1) throw failure;
    }
  }
}

/** A claim of a setup that does not have the record is left to the job, which takes the record over. */
async function isElsewhere(
  ports: DecidePorts,
  { tenantId, setupId, organizationId }: SetupPlace,
  recordId: string,
): Promise<boolean> {
  const claim = (await ports.recordClaims.read(organizationId, [recordId])).get(recordId)?.claim;
  if (claim === undefined || isSetup(claim.holder, { tenantId, setupId })) return false;
  return await isHeld(ports, organizationId, claim);
}

/** The user whom the record was chosen or made for. */
async function claimantOf(ports: DecidePorts, place: SetupPlace, recordId: string): Promise<Holder | null> {
  const directoryId = await ports.matchDecisions.userOf(place.tenantId, place.setupId, recordId);
  if (directoryId === null) return null;
  // Before anything was mirrored nobody can be told to be gone.
  if (place.scope === null) return { directoryId, presence: 'live' };
  const users = await ports.mirror.readUsers(place.scope, [directoryId]);
  return { directoryId, presence: users.get(directoryId)?.presence ?? 'gone' };
}

/** The user whom a key tied to the record, unless something else was decided about that user since. */
async function tiedTo(
  { matchDecisions, matchIndex, matches, mirror }: DecidePorts,
  { tenantId, setupId, scope }: SetupPlace,
  recordId: string,
): Promise<Holder | null> {
  if (scope === null) return null;
  const { directoryIds } = await matchIndex.find(tenantId, setupId, [tieValue(recordId)]);
  const rows = [...(await matches.read(scope, setupId, [...directoryIds])).values()];
  const directoryId = rows.find(({ tie }) => tie?.recordId === recordId)?.directoryId;
  if (directoryId === undefined) return null;
  const { choice, apart } = (await matchDecisions.read(tenantId, setupId, directoryId)).decision;
  if (choice !== null || apart.includes(recordId)) return null;
  const users = await mirror.readUsers(scope, [directoryId]);
  return { directoryId, presence: users.get(directoryId)?.presence ?? 'gone' };
}

/** Whoever may be restored is remembered to have lost the record; whoever cannot is not. */
async function displaced(
  { matchDecisions }: DecidePorts,
  { tenantId, setupId }: SetupPlace,
  { directoryId, presence }: Holder,
  recordId: string,
): Promise<DecisionChange> {
  const stored = await matchDecisions.read(tenantId, setupId, directoryId);
  const { decision } = stored;
  const next = {
    ...decision,
    choice: decision.choice?.recordId === recordId ? null : decision.choice,
    lost: presence === 'softDeleted' ? recordId : decision.lost,
  };
  return { directoryId, stored, next };
}
