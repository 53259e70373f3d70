import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { RequestRefused, RowConflict, RowTooLarge, Unavailable } from '../../shared/core/failures.js';
import type { KeyedRow, RowQuery, StoredRow, TableGateway } from '../../shared/adapters/tables/gateway.js';
import {
  allBuckets,
  bucketPartition,
  rowOf,
  rowsUnder,
  tenantPartition,
} from '../../shared/adapters/tables/keys.js';

/** What every table gateway must do; the in-memory one is as good a place to test stores on as far as it passes. */
export function describeTableGateway(gatewayOf: () => TableGateway): void {
  describe('a table gateway', () => {
    let gateway: TableGateway;
    let tenantId: string;
    const keyed = (row: string, columns: KeyedRow['columns'] = {}): KeyedRow => ({
      partition: tenantPartition(tenantId),
      row: rowOf(row),
      columns,
    });
    const everything = async (
      query: Omit<RowQuery, 'limit' | 'after'>,
      limit: number,
    ): Promise<StoredRow[]> => {
      const rows: StoredRow[] = [];
      let after: string | null = null;
      do {
        const page = await gateway.query('Users', { ...query, limit, after });
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        rows.push(...page.rows);
        after = page.next;
      } while (after !== null);
      return rows;
    };

    beforeEach(() => {
      gateway = gatewayOf();
      tenantId = randomUUID();
    });

    it('has the table of a month once it was made, also again, and names the months that there are', async () => {
      for (const table of ['Journal209902', 'Journal209901', 'Journal209902'] as const)
        await gateway.ensureMonth(table);
      const months = await gateway.monthsOf('Journal');
      expect(months.filter((table) => table.startsWith('Journal2099'))).toEqual([
        'Journal209901',
        'Journal209902',
      ]);
      await gateway.insert('Journal209901', keyed('r', { n: 1 }));
      expect((await gateway.get('Journal209901', keyed('r')))?.columns).toEqual({ n: 1 });
      expect(await gateway.get('Journal209902', keyed('r'))).toBeNull();
      await expect(gateway.get('Journal209903', keyed('r'))).rejects.toBeInstanceOf(Unavailable);
    });

    it('has no table of a month once it was dropped, also again', async () => {
      for (const table of ['Journal209801', 'Journal209802'] as const) await gateway.ensureMonth(table);
      await gateway.insert('Journal209801', keyed('r', { n: 1 }));
      for (let twice = 0; twice < 2; twice += 1) await gateway.dropMonth('Journal209801');
      const months = await gateway.monthsOf('Journal');
      expect(months.filter((table) => table.startsWith('Journal2098'))).toEqual(['Journal209802']);
      await expect(gateway.get('Journal209801', keyed('r'))).rejects.toBeInstanceOf(Unavailable);
    });

    it('lets the tables be made twice', async () => {
      await gateway.ensureTables();
      await expect(gateway.ensureTables()).resolves.toBeUndefined();
    });

    it('gives back what was inserted, with its tag, and null for what is absent', async () => {
      const columns = { text: "Zoë O'Neil", empty: '', yes: true, no: false, small: 7, zero: 0 };
      const tag = await gateway.insert('Users', keyed('a', columns));
      expect(await gateway.get('Users', keyed('a'))).toEqual({ ...keyed('a', columns), tag });
      expect(await gateway.get('Users', keyed('b'))).toBeNull();
    });

    it('keeps every number exactly', async () => {
      const columns = {
        int: 2 ** 31 - 1,
        low: -(2 ** 31),
        beyond: 2 ** 31,
        big: 2 ** 53 - 1,
        half: 0.5,
        huge: 1e300,
        tiny: -1.25e-7,
      };
      await gateway.insert('Users', keyed('n', columns));
      await gateway.transact('Users', tenantPartition(tenantId), [
        { kind: 'insert', row: rowOf('t'), columns },
      ]);
      expect((await gateway.get('Users', keyed('n')))?.columns).toEqual(columns);
      expect((await gateway.get('Users', keyed('t')))?.columns).toEqual(columns);
    });

    it('keeps text of any kind, right up to 64 KiB', async () => {
      const columns = {
        arabic: 'محمد عبد الله',
        lines: 'a\r\nb\tc\u0001 {"x": 1} --changeset_1\r\nHTTP/1.1 404 PUT POST',
        emoji: '👩‍🔬',
        long: 'å'.repeat(32_768),
      };
      await gateway.transact('Users', tenantPartition(tenantId), [{ kind: 'put', row: rowOf('t'), columns }]);
      expect((await gateway.get('Users', keyed('t')))?.columns).toEqual(columns);
    });

    it('takes any id as a key, in single writes and in transactions', async () => {
      const ids = [
        "o'neil",
        'a/b\\c#d?e%f',
        '{"id": 1}',
        'tab\tline\n',
        'x|y',
        'ÆØÅ 漢字 👍',
        '',
        ' ',
        '+&=,;:@$',
      ];
      await gateway.transact(
        'Users',
        tenantPartition(tenantId),
        ids.map((id) => ({ kind: 'insert', row: rowOf(id), columns: { id } })),
      );
      for (const id of ids) {
        expect((await gateway.get('Users', keyed(id)))?.columns).toEqual({ id });
        await gateway.put('Users', keyed(id, { id, again: true }));
        expect(await gateway.delete('Users', keyed(id), null)).toBe(true);
      }
    });

    it('refuses a second insert, and leaves the row as it was', async () => {
      const tag = await gateway.insert('Users', keyed('a', { v: 1 }));
      await expect(gateway.insert('Users', keyed('a', { v: 2 }))).rejects.toBeInstanceOf(RowConflict);
      expect(await gateway.get('Users', keyed('a'))).toEqual({ ...keyed('a', { v: 1 }), tag });
    });

    it('replaces whole rows on put, under a new tag', async () => {
      const first = await gateway.put('Users', keyed('a', { v: 1, w: 1 }));
      const second = await gateway.put('Users', keyed('a', { v: 1 }));
      expect(second).not.toBe(first);
      expect(await gateway.get('Users', keyed('a'))).toEqual({ ...keyed('a', { v: 1 }), tag: second });
    });

    it('updates and deletes under the tag that was read, and only under it', async () => {
      const old = await gateway.insert('Users', keyed('a', { v: 1 }));
      const tag = await gateway.update('Users', keyed('a', { v: 2 }), old);
      await expect(gateway.update('Users', keyed('a', { v: 3 }), old)).rejects.toBeInstanceOf(RowConflict);
      await expect(gateway.delete('Users', keyed('a'), old)).rejects.toBeInstanceOf(RowConflict);
      expect((await gateway.get('Users', keyed('a')))?.columns).toEqual({ v: 2 });
      expect(await gateway.delete('Users', keyed('a'), tag)).toBe(true);
      expect(await gateway.delete('Users', keyed('a'), tag)).toBe(false);
      expect(await gateway.delete('Users', keyed('a'), null)).toBe(false);
      await expect(gateway.update('Users', keyed('a', { v: 4 }), tag)).rejects.toBeInstanceOf(RowConflict);
    });

    it('writes a transaction whole', async () => {
      const partition = tenantPartition(tenantId);
      const tag = await gateway.insert('Users', keyed('changed', { v: 1 }));
      await gateway.insert('Users', keyed('removed'));
      await gateway.transact('Users', partition, [
        { kind: 'update', row: rowOf('changed'), columns: { v: 2 }, tag },
        { kind: 'delete', row: rowOf('removed') },
        { kind: 'insert', row: rowOf('new'), columns: { v: 3 } },
        { kind: 'put', row: rowOf('put'), columns: { v: 4 } },
      ]);
      const rows = await everything({ in: partition }, 1000);
      expect(rows.map(({ row, columns }) => [row, columns['v']])).toEqual([
        ['changed', 2],
        ['new', 3],
        ['put', 4],
      ]);
    });

    it.each([
      ['an insert that meets a row', { kind: 'insert', row: rowOf('there'), columns: {} }],
      [
        'an update under an old tag',
        { kind: 'update', row: rowOf('there'), columns: {}, tag: `W/"datetime'2020-01-01T00%3A00%3A00Z'"` },
      ],
      ['a delete of an absent row', { kind: 'delete', row: rowOf('absent') }],
    ] as const)('writes nothing of a transaction with %s', async (_, operation) => {
      await gateway.insert('Users', keyed('there', { v: 1 }));
      const partition = tenantPartition(tenantId);
      await expect(
        gateway.transact('Users', partition, [{ kind: 'put', row: rowOf('first'), columns: {} }, operation]),
      ).rejects.toBeInstanceOf(RowConflict);
      expect((await everything({ in: partition }, 10)).map(({ row }) => row)).toEqual(['there']);
    });

    it('refuses more than 100 operations', async () => {
      const operations = Array.from({ length: 101 }, (_, index) => ({
        kind: 'put' as const,
        row: rowOf(String(index)),
        columns: {},
      }));
      await expect(gateway.transact('Users', tenantPartition(tenantId), operations)).rejects.toBeInstanceOf(
        RequestRefused,
      );
      await gateway.transact('Users', tenantPartition(tenantId), operations.slice(1));
    });

    it('refuses what is too large as that, in single writes and in transactions', async () => {
      const partition = tenantPartition(tenantId);
      const texts = (count: number, length: number): KeyedRow['columns'] =>
        Object.fromEntries(Array.from({ length: count }, (_, n) => [`c${n}`, 'é'.repeat(length)]));
      for (const columns of [texts(1, 40_000), texts(40, 30_000)]) {
        await expect(gateway.put('Users', keyed('large', columns))).rejects.toBeInstanceOf(RowTooLarge);
        const operations = [{ kind: 'put' as const, row: rowOf('large'), columns }];
        await expect(gateway.transact('Users', partition, operations)).rejects.toBeInstanceOf(RowTooLarge);
      }
      const many = Array.from({ length: 12 }, (_, n) => n).map((n) => ({
        kind: 'put' as const,
        row: rowOf(String(n)),
        columns: texts(10, 20_000),
      }));
      await expect(gateway.transact('Users', partition, many)).rejects.toBeInstanceOf(RowTooLarge);
      await gateway.transact('Users', partition, many.slice(0, 9));
      expect(await everything({ in: partition }, 100)).toHaveLength(9);
    });

    it('answers queries by range, by keys and by columns, in key order', async () => {
      const partition = tenantPartition(tenantId);
      for (const row of [rowOf('b', '2'), rowOf('a', '1'), rowOf('b', '1'), rowOf('ba', '1'), rowOf('c')]) {
        await gateway.insert('Users', { partition, row, columns: { v: row, w: 1 } });
      }
      const rowsOf = (rows: readonly StoredRow[]): string[] => rows.map(({ row }) => row);
      expect(rowsOf(await everything({ in: partition, rows: rowsUnder('b') }, 10))).toEqual(['b|1', 'b|2']);
      const keys = [rowOf('c'), rowOf('a', '1'), rowOf('nowhere')];
      expect(rowsOf(await everything({ in: partition, rows: { keys } }, 10))).toEqual(['a|1', 'c']);
      const [narrow] = await everything({ in: partition, rows: { keys: [rowOf('c')] }, columns: ['w'] }, 10);
      expect(narrow?.columns).toEqual({ w: 1 });
      const [bare] = await everything({ in: partition, rows: { keys: [rowOf('c')] }, columns: [] }, 10);
      expect(bare).toMatchObject({ row: 'c', columns: {} });
      expect(bare?.tag).toBe((await gateway.get('Users', { partition, row: rowOf('c') }))?.tag);
    });

    it('takes the 14 keys that a filter has room for', async () => {
      const ids = Array.from({ length: 14 }, () => randomUUID()).sort();
      for (const id of ids) await gateway.insert('Users', keyed(id));
      const found = await everything(
        { in: tenantPartition(tenantId), rows: { keys: ids.map((id) => rowOf(id)) } },
        14,
      );
      expect(found.map(({ row }) => row)).toEqual(ids);
    });

    it.each([1, 2, 3, 7, 1000])('lists every row of all partitions once, %i at a time', async (limit) => {
      const scope = { tenantId, bucketCount: 16 };
      const other = { tenantId: `${tenantId}0`, bucketCount: 16 };
      const expected: string[] = [];
      for (const bucket of [0, 3, 15]) {
        for (const id of ['x', 'y', 'z']) {
          await gateway.insert('Users', {
            partition: bucketPartition(scope, bucket),
            row: rowOf(id),
            columns: {},
          });
          await gateway.insert('Users', {
            partition: bucketPartition(other, bucket),
            row: rowOf(id),
            columns: {},
          });
          expected.push(`${tenantId}|${String(bucket).padStart(3, '0')}/${id}`);
        }
      }
      const rows = await everything({ in: allBuckets(scope) }, limit);
      expect(rows.map(({ partition, row }) => `${partition}/${row}`)).toEqual(expected);
    });

    it('refuses a position that is none', async () => {
      const query = { in: tenantPartition(tenantId), limit: 5, after: 'nonsense' };
      await expect(gateway.query('Users', query)).rejects.toBeInstanceOf(RequestRefused);
    });
  });
}
