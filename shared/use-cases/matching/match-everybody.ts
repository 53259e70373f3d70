import { bucketOf } from '../../core/bucket.js';
import type { KeyedRecord } from '../../core/matching/match-input.js';
import type { Matching } from '../../core/matching/match-records.js';
import type { Setup } from '../../core/setup/setup.js';
import { NO_DECISION, type MatchIndexEntry, type MatchRow } from '../../ports/matches.js';
import type { EverybodyInScope, MatchingJob } from '../../ports/record-matching.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
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
import { OtherSetups } from './other-setups.js';
import type { RecordMatchingPorts } from './ports.js';

/** Rows written, and users marked, at a time. */
const AT_ONCE = 2_000;

/**
 * Matches everybody of a setup with all of its records, in memory: about 2 KB for each pair of them.
 * @param everybody those in scope; null where who is kept already is right
 */
export async function matchEverybodyOf(
  ports: RecordMatchingPorts,
  fence: Fence,
  setup: Setup,
  everybody: EverybodyInScope | null,
  job: MatchingJob,
): Promise<void> {
  const { setupId } = setup;
  const before = await everyRow(ports, fence, setupId, job);
  const rows = everybody === null ? before : await inScope(before, everybody, job);
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

export async function inScope(
  before: ReadonlyMap<string, MatchRow>,
  everybody: EverybodyInScope,
  job: Pick<MatchingJob, 'keepAlive'>,
): Promise<Map<string, MatchRow>> {
  const rows = new Map<string, MatchRow>();
  for await (const page of everybody()) {
    await job.keepAlive();
    for (const user of page) {
      const { directoryId } = user;
      const known = before.get(directoryId);
      if (known === undefined)
        rows.set(directoryId, { directoryId, user, tie: null, isInConflict: false, decision: NO_DECISION });
      else rows.set(directoryId, isSameUser(known.user, user) ? known : { ...known, user });
    }
  }
  for (const [id, row] of before) if (!rows.has(id)) rows.set(id, { ...row, user: null });
  return rows;
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
  return standsOtherwise(before, after) || !isSameUser(before.user, after.user);
}

function isSameUser(before: MatchRow['user'], after: MatchRow['user']): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}

function* everyEntry(rows: Iterable<MatchRow>, records: readonly KeyedRecord[]): Iterable<MatchIndexEntry> {
  for (const row of rows) yield* userEntries(row);
  for (const record of records) yield* recordEntries(record);
}

function* slices<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let from = 0; from < items.length; from += AT_ONCE) yield items.slice(from, from + AT_ONCE);
}
