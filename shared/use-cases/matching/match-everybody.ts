import { bucketOf } from '../../core/bucket.js';
import type { KeyedRecord } from '../../core/matching/match-input.js';
import type { Matching } from '../../core/matching/match-records.js';
import type { Setup } from '../../core/setup/setup.js';
import type { MatchIndexEntry, MatchingState, MatchRow } from '../../ports/matches.js';
import type { EveryUser, MatchingJob } from '../../ports/record-matching.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { forgetDecisions } from './as-mirrored.js';
import { recordEntries, recordsOf, userEntries } from './index-entries.js';
import { leaveClaims } from './leave-claims.js';
import { conflictName, keptConflict, keyedRecord, standsOtherwise } from './match-outcome.js';
import { goneRow, isDecided, isSame, rowOf } from './match-row.js';
import { matchingBasis } from './matching-basis.js';
import { carryOut, type MatchingRound } from './matching-round.js';
import type { RecordMatchingPorts } from './ports.js';

/** Rows written, and users marked, at a time. */
const AT_ONCE = 2_000;

/**
 * Matches everybody of a setup with all of its records, in memory: about 2 KB for each pair of them. Afterwards the
 * setup's state says by what.
 * @param everybody null if the rows are right as they are stored
 */
export async function matchEverybodyOf(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  everybody: EveryUser | null,
  job: MatchingJob,
): Promise<void> {
  const { setupId } = setup;
  const { organizationId } = setup.document;
  const state = await ports.matchingStates.get(fence.tenantId, setupId);
  if (state.organizationId !== null && state.organizationId !== organizationId)
    await leaveClaims(ports, fence, state.organizationId, setupId, () => job.keepAlive());
  const before = await everyRow(ports, fence, setupId, job);
  const { rows, gone } =
    everybody === null ? { rows: before, gone: [] } : await asRead(before, everybody, job);
  await forgetDecisions(ports, fence, setupId, gone);
  const records = await everyRecord(ports, fence, setup, job);
  const ofRows = [...before.values(), ...rows.values()].flatMap(recordsOf);
  const named = await namedBefore(ports, fence, setup, state);
  const recordIds = new Set([...records.map(({ recordId }) => recordId), ...ofRows, ...named]);
  let saved = state;
  const save = async (next: MatchingState): Promise<void> => {
    if (!isSame(saved, next)) await ports.matchingStates.save(fence, next);
    saved = next;
  };
  const writing = new Writing(ports, fence, setupId, new Map(before), records, job);
  const round: MatchingRound = {
    ...{ rows: [...rows.values()], records, recordIds: [...recordIds] },
    begin: () => Promise.resolve(),
    write: (matching, after) => writing.write(matching, after),
    end: () => Promise.resolve(),
  };
  // Until the end: rows that are stored count as matched, so that a stop is told by nothing else.
  await save({ ...state, basis: null, organizationId });
  await carryOut(ports, fence, setup, round, job);
  await save({ setupId, isActive: true, isComplete: true, basis: matchingBasis(setup), organizationId });
}

/** Records that the setup may have claims on, beside those of its rows and its list. */
async function namedBefore(
  { matchConflicts, recordClaims }: RecordMatchingPorts,
  { tenantId }: Fence,
  { setupId, document }: Setup,
  { basis }: MatchingState,
): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for await (const page of matchConflicts.all(tenantId, setupId))
    for (const { recordIds } of page) for (const id of recordIds) named.add(id);
  // A matching that was stopped may have claimed what nothing else tells of.
  if (basis === null)
    for await (const page of recordClaims.naming(document.organizationId, tenantId, setupId))
      for (const { claim } of page) named.add(claim.recordId);
  return named;
}

/** Writes what matching everybody comes to, as often as it comes to something else. */
class Writing {
  constructor(
    private readonly ports: RecordMatchingPorts,
    private readonly fence: Fence,
    private readonly setupId: string,
    private readonly stored: Map<string, MatchRow>,
    private readonly records: readonly KeyedRecord[],
    private readonly job: MatchingJob,
  ) {}

  async write(matching: Matching, after: readonly MatchRow[]): Promise<void> {
    const { ports, fence, setupId, stored, job } = this;
    const changed = after.filter((row) => {
      const known = stored.get(row.directoryId);
      return known === undefined || differs(known, row);
    });
    const bucketOfRow = ({ directoryId }: MatchRow): number => bucketOf(directoryId, fence.bucketCount);
    changed.sort((a, b) => bucketOfRow(a) - bucketOfRow(b));
    await job.keepAlive();
    for (const some of slices(changed.filter((row) => standsOtherwise(stored.get(row.directoryId), row))))
      await job.mark(some.map(({ directoryId }) => directoryId));
    await ports.matchIndex.replace(fence, setupId, everyEntry(after, this.records));
    for (const some of slices(changed)) {
      await job.keepAlive();
      await ports.matches.write(fence, setupId, some);
    }
    for (const row of changed) stored.set(row.directoryId, row);
    await replaceConflicts(ports, fence, setupId, matching);
  }
}

export async function everyRow(
  { matches }: Pick<RecordMatchingPorts, 'matches'>,
  scope: TenantScope,
  setupId: string,
  job: Pick<MatchingJob, 'keepAlive'>,
): Promise<Map<string, MatchRow>> {
  const rows = new Map<string, MatchRow>();
  for await (const page of matches.scan(scope, setupId)) {
    await job.keepAlive();
    for (const row of page) rows.set(row.directoryId, row);
  }
  return rows;
}

/** The rows of everybody in scope, and of whoever had one, by the mirror as it is read. */
export async function asRead(
  before: ReadonlyMap<string, MatchRow>,
  everybody: EveryUser,
  job: Pick<MatchingJob, 'keepAlive'>,
): Promise<{
  readonly rows: Map<string, MatchRow>;
  /** Users about whom something was decided, and who are permanently deleted. */
  readonly gone: readonly string[];
}> {
  const rows = new Map<string, MatchRow>();
  for await (const page of everybody()) {
    await job.keepAlive();
    for (const subject of page) {
      const known = before.get(subject.directoryId);
      if (known !== undefined || subject.user !== null) rows.set(subject.directoryId, rowOf(known, subject));
    }
  }
  const gone = [...before.values()].filter(({ directoryId }) => !rows.has(directoryId));
  for (const row of gone) rows.set(row.directoryId, goneRow(row));
  return { rows, gone: gone.filter(isDecided).map(({ directoryId }) => directoryId) };
}

async function everyRecord(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  job: MatchingJob,
): Promise<KeyedRecord[]> {
  const records: KeyedRecord[] = [];
  for await (const page of ports.records.scan(fence.tenantId, setup.setupId)) {
    await job.keepAlive();
    for (const { record } of page) records.push(keyedRecord(record));
  }
  return records;
}

async function replaceConflicts(
  { matchConflicts }: RecordMatchingPorts,
  fence: Fence,
  setupId: string,
  { conflicts }: Matching,
): Promise<void> {
  const now = new Set(conflicts.map(conflictName));
  for await (const page of matchConflicts.all(fence.tenantId, setupId)) {
    const gone = page.filter((conflict) => !now.has(conflictName(conflict)));
    await matchConflicts.remove(fence, setupId, gone);
  }
  await matchConflicts.put(fence, setupId, conflicts.map(keptConflict));
}

function differs(before: MatchRow, after: MatchRow): boolean {
  return (
    standsOtherwise(before, after) ||
    before.isSoftDeleted !== after.isSoftDeleted ||
    !isSame(before.user, after.user) ||
    !isSame(before.decision, after.decision)
  );
}

function* everyEntry(rows: Iterable<MatchRow>, records: readonly KeyedRecord[]): Iterable<MatchIndexEntry> {
  for (const row of rows) yield* userEntries(row);
  for (const record of records) yield* recordEntries(record);
}

function* slices<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let from = 0; from < items.length; from += AT_ONCE) yield items.slice(from, from + AT_ONCE);
}
