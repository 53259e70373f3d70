import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MirrorUser } from '../../../../shared/core/mirror-rows.js';
import {
  groupColumns,
  groupFrom,
  userColumns,
  userFrom,
} from '../../../../shared/adapters/tables/object-columns.js';
import { afterPrint } from '../../../../shared/core/mirrored-attributes.js';
import { checkRow } from '../../../fakes/memory-table-limits.js';
import { rowOf, tenantPartition } from '../../../../shared/adapters/tables/keys.js';

const name = fc
  .oneof(
    fc.constantFrom('displayName', 'businessPhones', 'presence', 'managerId', 'jsonColumns', 'etag', 'x_n'),
    fc.constantFrom('timestamp', 'RowKey', 'a__2', 'a', 'a_', 'extension_1_b', 'x__2', '@odata.type', ' '),
    fc.string({ minLength: 1, maxLength: 20 }),
  )
  .filter((candidate) => candidate !== '__proto__');
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const value = fc.oneof(
  fc.string(),
  fc.string({ minLength: 14_990, maxLength: 15_020 }),
  fc.boolean(),
  number,
  fc.array(fc.string()),
  fc
    .dictionary(fc.string(), fc.oneof(fc.string(), fc.constant(null), fc.array(fc.boolean())))
    .map((object) => ({ ...object })),
);
const user: fc.Arbitrary<MirrorUser> = fc.record({
  id: fc.uuid(),
  presence: fc.constantFrom('live', 'softDeleted'),
  attributes: fc.dictionary(name, value, { noNullPrototype: true }),
  managerId: fc.option(fc.uuid()),
});

/** Names and texts of any size, of characters that JSON writes with one byte or with six. */
const large = fc.dictionary(
  fc.oneof(
    name,
    fc.nat(400).map((n) => `extension_0123456789abcdef0123456789abcdef_number${n}`),
  ),
  fc
    .tuple(fc.constantFrom('a', '漢', '\u0001', '"'), fc.constantFrom(1, 3_000, 50_000, 300_000, 1_100_000))
    .chain(([character, length]) => {
      const text = character.repeat(length);
      return fc.constantFrom(text, [text], { city: text });
    }),
  { noNullPrototype: true, maxKeys: 30 },
);
const manySmall = fc
  .integer({ min: 190, max: 300 })
  .map((count) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, [n]])));

describe('the columns of a directory object', () => {
  it('are ones that the service takes, however much Graph prints', () => {
    const printed = fc.oneof({ weight: 4, arbitrary: large }, { weight: 1, arbitrary: manySmall });
    fc.assert(
      fc.property(printed, (attributes) => {
        const row = { id: 'a', presence: 'live' as const, managerId: 'm', ...afterPrint(null, attributes) };
        const columns = userColumns(row);
        checkRow({ partition: tenantPartition('t'), row: rowOf('a'), columns });
        expect(userFrom('a', columns)).toEqual(row);
      }),
      { numRuns: 20 },
    );
  });

  it('give back exactly what was written, and are ones that the service takes', () => {
    fc.assert(
      fc.property(user, (written) => {
        const columns = userColumns(written);
        checkRow({ partition: tenantPartition('t'), row: rowOf(written.id), columns });
        expect(userFrom(written.id, columns)).toEqual(written);
        const { managerId: _, ...group } = written;
        expect(groupFrom(group.id, groupColumns(group))).toEqual(group);
      }),
      { numRuns: 60 },
    );
  });

  it('carry the names and types that Graph has', () => {
    const columns = userColumns({
      id: 'a',
      presence: 'live',
      attributes: { displayName: 'Zoë', accountEnabled: true, businessPhones: [], employeeId: '007' },
      managerId: 'm',
    });
    expect(columns).toEqual({
      presence: 'live',
      displayName: 'Zoë',
      accountEnabled: true,
      businessPhones: '[]',
      employeeId: '007',
      jsonColumns: 'businessPhones',
      managerId: 'm',
    });
  });
});
