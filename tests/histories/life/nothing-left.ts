import { expect } from 'vitest';
import type { StoredRow } from '../../../shared/adapters/tables/gateway.js';
import type { FixedTable } from '../../../shared/adapters/tables/tables.js';
import type { Setup } from '../../../shared/core/setup/setup.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import { TENANT_ID, type World } from '../world.js';

/** Tables whose rows are of one setup each, which their keys or columns name. */
const OF_SETUPS: readonly FixedTable[] = [
  'SetupProgress',
  'Records',
  'RecordUploads',
  'Matches',
  'MatchIndex',
  'MatchConflicts',
  'MatchDecisions',
  'MatchingState',
  'People',
  'Hosts',
  'Grants',
  'Removals',
  'Overrides',
  'OversizedPeople',
  'Decisions',
  'PersonSyncs',
];

/** No work waits, and nothing is of a setup that is no more. */
export async function expectNothingLeft(
  { stores, tables, queue }: World,
  tenant: Tenant,
  setups: readonly Setup[],
): Promise<void> {
  expect(queue.size).toBe(0);
  expect(setups.filter(({ state }) => state === 'removing')).toEqual([]);
  expect((await stores.runs.active(TENANT_ID)).map(({ value }) => value.runId)).toEqual([]);
  expect(await stores.marks.list(TENANT_ID, 10)).toEqual([]);
  expect(await stores.outbox.mayHold(TENANT_ID)).toBe(false);
  expect(await stores.edgeDoubts.list(TENANT_ID)).toEqual([]);
  expect(tables.rows('Seen')).toEqual([]);
  expect((await stores.personSyncs.all(TENANT_ID)).filter(({ endedAt }) => endedAt === null)).toEqual([]);
  if (tenant.state.kind === 'running') {
    expect(await stores.syncStates.wants(TENANT_ID)).toEqual([]);
    const rounds = Object.values(await stores.syncStates.read(TENANT_ID)).map(({ round }) => round);
    expect(rounds).toEqual([null, null]);
  }
  for (const { setupId, state } of setups) {
    if (state !== 'started') continue;
    expect(await stores.removalDecisions.pending(TENANT_ID, setupId, 10)).toEqual([]);
    expect(await stores.recordUploads.open(TENANT_ID, setupId)).toEqual([]);
    const staged = await stores.removals.list(TENANT_ID, setupId, { after: null, limit: 1_000 });
    expect(staged.rows.filter(({ kind }) => kind !== 'held')).toEqual([]);
  }
  const known = new Set(setups.map(({ setupId }) => setupId));
  for (const table of OF_SETUPS) {
    const orphans = tables.rows(table).filter((row) => !namesOne(row, known));
    expect([table, orphans.map(({ partition, row }) => `${partition} ${row}`)]).toEqual([table, []]);
  }
}

function namesOne({ partition, row, columns }: StoredRow, known: ReadonlySet<string>): boolean {
  const names = [...`${partition}|${row}`.split('|'), columns['setupId']];
  return [...known].some((setupId) => names.includes(setupId));
}
