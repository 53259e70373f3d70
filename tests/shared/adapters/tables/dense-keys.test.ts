import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDenseKeys } from '../../../../shared/adapters/tables/dense-keys.js';
import { ascending, rowOf, tenantPartition } from '../../../../shared/adapters/tables/keys.js';
import { createMemoryTables, type MemoryTables } from '../../../fakes/memory-tables.js';

const partition = tenantPartition('t');
const rowAt = (index: number) => rowOf(ascending(index));

async function tablesWith(indexes: Iterable<number>): Promise<MemoryTables> {
  const tables = createMemoryTables();
  for (const index of indexes)
    await tables.insert('Memberships', { partition, row: rowAt(index), columns: {} });
  return tables;
}

describe('finding many keys of one partition', () => {
  it('tells of every key that it is there, that it is not, or that it is left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(60), { maxLength: 60 }),
        fc.uniqueArray(fc.nat(60), { maxLength: 60 }),
        async (there, asked) => {
          const tables = await tablesWith(there);
          const { found, rest } = await findDenseKeys(tables, 'Memberships', partition, asked.map(rowAt), []);
          const expected = asked.filter((index) => there.includes(index)).map(rowAt);
          const told = expected.filter((row) => !rest.includes(row));
          expect(found.map(({ row }) => row)).toEqual(told.sort());
          expect(asked.map(rowAt)).toEqual(expect.arrayContaining([...rest]));
        },
      ),
    );
  });

  it('needs a request for a thousand rows where they lie together', async () => {
    const tables = await tablesWith(Array.from({ length: 3_000 }, (_, index) => index));
    tables.requests = 0;
    const keys = Array.from({ length: 2_000 }, (_, index) => rowAt(index + 500));
    const { found, rest } = await findDenseKeys(tables, 'Memberships', partition, keys, []);
    expect([found.length, rest.length, tables.requests]).toEqual([2_000, 0, 2]);
  });

  it('leaves them to queries by key where they are scattered', async () => {
    const tables = await tablesWith(Array.from({ length: 5_000 }, (_, index) => index));
    tables.requests = 0;
    const keys = Array.from({ length: 50 }, (_, index) => rowAt(index * 100));
    const { found, rest } = await findDenseKeys(tables, 'Memberships', partition, keys, []);
    expect([found.length, rest.length, tables.requests]).toEqual([10, 40, 1]);
  });
});
