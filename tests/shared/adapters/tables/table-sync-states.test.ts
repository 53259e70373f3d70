import { describe, expect, it } from 'vitest';
import { rowOf, tenantPartition } from '../../../../shared/adapters/tables/keys.js';
import { TableSyncStates } from '../../../../shared/adapters/tables/table-sync-states.js';
import { SEARCH_INDEX_BUILT } from '../../../../shared/core/search-index.js';
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

  it('has its users entered into the search index from the first bucket on, also if that was of another version', async () => {
    const tables = createMemoryTables();
    const [partition, row] = [tenantPartition('t'), rowOf('state', 'users')];
    const read = async () => (await new TableSyncStates(tables).read('t')).users.searchIndex;
    expect(await read()).toEqual(SEARCH_INDEX_BUILT);
    const fromTheBeginning = { ...SEARCH_INDEX_BUILT, nextBucket: 0 };
    for (const searchIndex of [null, { version: 0, nextBucket: null }]) {
      const columns = {
        resource: 'users',
        ...(searchIndex !== null && { searchIndex: JSON.stringify(searchIndex) }),
      };
      await tables.put('SyncState', { partition, row, columns });
      expect(await read()).toEqual(fromTheBeginning);
    }
    const columns = { resource: 'groups' };
    await tables.put('SyncState', { partition, row: rowOf('state', 'groups'), columns });
    const { groups } = await new TableSyncStates(tables).read('t');
    expect(groups.searchIndex).toEqual(SEARCH_INDEX_BUILT);
  });
});
