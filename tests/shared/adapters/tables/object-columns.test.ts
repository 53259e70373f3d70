import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MirrorUser } from '../../../../shared/core/mirror-rows.js';
import {
  groupColumns,
  groupFrom,
  userColumns,
  userFrom,
} from '../../../../shared/adapters/tables/object-columns.js';
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

describe('the columns of a directory object', () => {
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
