import { expect } from 'vitest';
import type { ProductRecord } from '../../../../shared/core/matching/product-record.js';
import type { MatchRow } from '../../../../shared/ports/matches.js';
import type { MatchingWorld } from './matching-world.js';

/**
 * What holds whenever nothing waits, said in words and not by the rules of matching: one record, one user; nothing of
 * whoever is permanently deleted; nobody waits whom a key ties, and nobody is without a record or a conflict who shares
 * a value with one that could be theirs.
 */
export async function expectDecided(world: MatchingWorld): Promise<void> {
  const { stores, fence, setup, tenantId, users } = world;
  const rows = await world.rows();
  const tied = rows.flatMap(({ tie }) => tie ?? []);
  expect(new Set(tied.map(({ recordId }) => recordId)).size).toBe(tied.length);
  for (const { directoryId, tie, decision, formerRecordId, user } of rows) {
    expect(users.has(directoryId)).toBe(user !== null);
    if (world.purged.has(directoryId))
      expect({ tie, choice: decision.choice }).toEqual({ tie: null, choice: null });
    if (formerRecordId !== null) expect(tied.map(({ recordId }) => recordId)).not.toContain(formerRecordId);
  }
  for (const id of world.purged) {
    expect((await stores.matchDecisions.read(tenantId, setup.setupId, id)).tag).toBeNull();
  }
  const records: ProductRecord[] = [];
  for await (const page of stores.records.scan(tenantId, setup.setupId))
    for (const { record } of page) records.push(record);
  const { isComplete } = await stores.matchingStates.get(fence.tenantId, setup.setupId);
  if (!isComplete) return;
  const inConflict = new Set(rows.filter((row) => row.isInConflict).map(({ directoryId }) => directoryId));
  for (const row of rows) {
    if (row.user === null) continue;
    if (row.tie !== null) expect([row.directoryId, row.isInConflict]).toEqual([row.directoryId, false]);
    else if (!inConflict.has(row.directoryId)) expectNothingOpen(row, records, rows);
    const holder = rows.find(({ tie }) => tie?.recordId === row.decision.lost);
    const waits = row.tie === null && holder !== undefined && row.decision.lost !== null;
    if (waits && !row.decision.apart.includes(row.decision.lost))
      expect(inConflict).toContain(row.directoryId);
  }
}

/** Records in a conflict of their own are nobody's, whoever shares a weaker key with them. */
function expectNothingOpen(
  row: MatchRow,
  records: readonly ProductRecord[],
  rows: readonly MatchRow[],
): void {
  const inConflict = (record: ProductRecord): boolean =>
    rows.some((other) => other.isInConflict && shares(other, record));
  const open = records.filter((record) => {
    const holder = rows.find(({ tie }) => tie?.recordId === record.recordId);
    return holder === undefined || holder.isSoftDeleted;
  });
  const shared = open.filter((record) => shares(row, record) && !inConflict(record));
  expect([row.directoryId, shared.map(({ recordId }) => recordId)]).toEqual([row.directoryId, []]);
}

function shares({ user, directoryId, decision }: MatchRow, record: ProductRecord): boolean {
  if (user === null || decision.apart.includes(record.recordId)) return false;
  if (record.entraId === directoryId) return true;
  if (record.initials !== null && record.initials === user.initials) return true;
  return record.mail !== null && [user.mail, ...user.aliases].includes(record.mail);
}
