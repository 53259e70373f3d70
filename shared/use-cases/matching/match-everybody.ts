import { bucketOf } from '../../core/bucket.js';
import type { KeyedRecord } from '../../core/matching/match-input.js';
import type { Matching } from '../../core/matching/match-records.js';
import type { Setup } from '../../core/setup/setup.js';
import type { MatchIndexEntry, MatchRow } from '../../ports/matches.js';
import type { EveryUser, MatchingJob } from '../../ports/record-matching.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { forgetDecisions } from './as-mirrored.js';
import { recordEntries, userEntries } from './index-entries.js';
import {
  conflictName,
  freedRecords,
  keptConflict,
  keyedRecord,
  matchRows,
  rowsAfter,
  standsOtherwise,
} from './match-outcome.js';
import { goneRow, isDecided, isSame, rowOf } from './match-row.js';
import { OtherSetups } from './other-setups.js';
import type { RecordMatchingPorts } from './ports.js';

/** Rows written, and users marked, at a time. */
const AT_ONCE = 2_000;

/**
 * Matches everybody of a setup with all of its records, in memory: about 2 KB for each pair of them.
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
  const before = await everyRow(ports, fence, setupId, job);
  const { rows, gone } =
    everybody === null ? { rows: before, gone: [] } : await asRead(before, everybody, job);
  await forgetDecisions(ports, fence, setupId, gone);
  const others = await OtherSetups.of(ports, fence, setup);
  const records = await everyRecord(ports, fence, setup, job);
  const taken = await others.everyTaken();
  const matching = matchRows(setup.document.match, rows.values(), records, taken);
  const changed: MatchRow[] = [];
  for (const after of rowsAfter(rows.values(), matching)) {
    const known = before.get(after.directoryId);
    if (known === undefined || differs(known, after)) changed.push(after);
  }
  const bucketOfRow = ({ directoryId }: MatchRow): number => bucketOf(directoryId, fence.bucketCount);
  changed.sort((a, b) => bucketOfRow(a) - bucketOfRow(b));
  await job.keepAlive();
  for (const ids of slices(changed.filter((row) => standsOtherwise(before.get(row.directoryId), row))))
    await job.mark(ids.map(({ directoryId }) => directoryId));
  await others.markWaiting(freedRecords(before.values(), rowsAfter(rows.values(), matching)), job);
  await ports.matchIndex.replace(fence, setupId, everyEntry(rowsAfter(rows.values(), matching), records));
  for (const some of slices(changed)) {
    await job.keepAlive();
    await ports.matches.write(fence, setupId, some);
  }
  await replaceConflicts(ports, fence, setupId, matching);
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
