import { describe, expect, it } from 'vitest';
import { rowOf, tenantPartition } from '../../../../shared/adapters/tables/keys.js';
import { TableSyncStates } from '../../../../shared/adapters/tables/table-sync-states.js';
import { USER_ATTRIBUTES } from '../../../../shared/core/mirror-rows.js';
import { createMemoryTables } from '../../../fakes/memory-tables.js';

describe('a state that an earlier version wrote', () => {
  it.each([
    ['has the base attributes behind its delta link', 'https://graph/delta', USER_ATTRIBUTES],
    ['has none before its first round has completed', undefined, []],
  ])('%s, and its round reads them', async (_name, deltaLink, attributes) => {
    const tables = createMemoryTables();
    const round = JSON.stringify({ roundId: 'r1', kind: 'full' });
    await tables.put('SyncState', {
      partition: tenantPartition('t'),
      row: rowOf('state', 'users'),
      columns: {
        resource: 'users',
        pristine: false,
        round,
        ...(deltaLink === undefined ? {} : { deltaLink }),
      },
    });
    const { users } = await new TableSyncStates(tables).read('t');
    expect(users.attributes).toEqual(attributes);
    expect(users.round?.attributes).toEqual(USER_ATTRIBUTES);
  });
});
