import type { MatchingApiPorts, SetupPlace } from './api-ports.js';
import type { Pair } from './decide.js';

/** Why a user cannot be tied to a record. */
export interface NotReady {
  readonly kind:
    /** The setup never had records, or has none any more. */
    | 'noRecords'
    /** A list of them is still being taken over and matched. */
    | 'recordsPending'
    | 'recordNotFound'
    /** The tenant has the user, but the setup does not. */
    | 'userNotInScope'
    | 'userNotFound';
}

/** Null if both are there. */
export async function notReadyFor(
  { matches, matchingStates, mirror, records, recordUploads }: MatchingApiPorts,
  { tenantId, setupId, scope }: SetupPlace,
  { directoryId, recordId }: Pair,
): Promise<NotReady | null> {
  const [rows, found] = await Promise.all([
    scope === null ? null : matches.read(scope, setupId, [directoryId]),
    records.read(tenantId, setupId, [recordId]),
  ]);
  const isInScope = (rows?.get(directoryId)?.user ?? null) !== null;
  if (isInScope && found.has(recordId)) return null;
  const [{ isComplete }, uploads, some] = await Promise.all([
    matchingStates.get(tenantId, setupId),
    recordUploads.open(tenantId, setupId),
    records.list(tenantId, setupId, { after: null, limit: 1 }),
  ]);
  if (uploads.some(({ status }) => status !== 'receiving')) return { kind: 'recordsPending' };
  if (some.rows.length === 0) return { kind: 'noRecords' };
  if (!found.has(recordId)) return { kind: 'recordNotFound' };
  if (!isComplete) return { kind: 'recordsPending' };
  const users = scope === null ? null : await mirror.readUsers(scope, [directoryId]);
  return { kind: users?.get(directoryId)?.presence === 'live' ? 'userNotInScope' : 'userNotFound' };
}
