import type { ProductRecord } from '../../core/matching/product-record.js';
import type { RecordTie } from '../../core/people/facts.js';
import type { MatchRow } from '../../ports/matches.js';
import type { MatchedSetup, MatchStandings } from '../../ports/record-matching.js';
import type { TenantScope } from '../../ports/scope.js';
import { tieValue } from './index-entries.js';
import { elsewhereOf } from './matching-round.js';
import type { RecordMatchingPorts } from './ports.js';

export const NOTHING_MATCHED: MatchStandings = {
  ties: new Map(),
  inConflict: new Set(),
  recordErrors: new Map(),
  withoutTheirRecord: new Set(),
  remembered: new Set(),
};

/** @param shown the records that people show, by user */
export async function standingsOf(
  ports: RecordMatchingPorts,
  { scope, setup }: { readonly scope: TenantScope; readonly setup: MatchedSetup },
  directoryIds: readonly string[],
  shown: ReadonlyMap<string, string>,
): Promise<MatchStandings> {
  const { setupId } = setup;
  const { isActive } = await ports.matchingStates.get(scope.tenantId, setupId);
  if (!isActive) return NOTHING_MATCHED;
  const rows = await ports.matches.read(scope, setupId, directoryIds);
  const tied = [...rows.values()].flatMap(({ tie }) => tie?.recordId ?? []);
  const asked = [...shown].filter(([directoryId]) => (rows.get(directoryId)?.tie ?? null) === null);
  const taken = await takenAmong(
    ports,
    { scope, setup },
    asked.map(([, recordId]) => recordId),
  );
  const without = asked.filter(
    ([directoryId, recordId]) =>
      taken.has(recordId) || rows.get(directoryId)?.decision.apart.includes(recordId) === true,
  );
  return standings(
    [...rows.values()],
    await ports.records.read(scope.tenantId, setupId, tied),
    new Set(without.map(([directoryId]) => directoryId)),
  );
}

/** Those of these records that somebody is tied to, in this setup or in another of the organization. */
async function takenAmong(
  { matchIndex, matches, recordClaims }: RecordMatchingPorts,
  { scope, setup }: { readonly scope: TenantScope; readonly setup: MatchedSetup },
  recordIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (recordIds.length === 0) return new Set();
  const { tenantId } = scope;
  const { setupId, document } = setup;
  const [{ directoryIds }, claims] = await Promise.all([
    matchIndex.find(tenantId, setupId, recordIds.map(tieValue)),
    recordClaims.read(document.organizationId, recordIds),
  ]);
  const rows = await matches.read(scope, setupId, [...directoryIds]);
  const { taken } = elsewhereOf(claims.values(), { tenantId, setupId });
  return new Set([...taken, ...[...rows.values()].flatMap(({ tie }) => tie?.recordId ?? [])]);
}

export function standings(
  rows: readonly MatchRow[],
  records: ReadonlyMap<string, ProductRecord>,
  withoutTheirRecord: ReadonlySet<string>,
): MatchStandings {
  const ties = new Map<string, RecordTie>();
  const recordErrors = new Map<string, string | null>();
  for (const { directoryId, tie, decision } of rows) {
    if (tie !== null) {
      const { recordId, matchedBy } = tie;
      ties.set(directoryId, { recordId, matchedBy, values: records.get(recordId)?.values ?? {} });
    }
    const answered = decision.recordError !== null || decision.choice?.matchedBy === 'created';
    if (answered) recordErrors.set(directoryId, decision.recordError);
  }
  const inConflict = new Set(
    rows.filter(({ isInConflict }) => isInConflict).map(({ directoryId }) => directoryId),
  );
  const remembered = new Set(
    rows.filter(({ formerRecordId }) => formerRecordId !== null).map(({ directoryId }) => directoryId),
  );
  return { ties, inConflict, recordErrors, withoutTheirRecord, remembered };
}
