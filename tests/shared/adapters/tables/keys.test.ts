import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allBuckets,
  ascending,
  decodeKeyPart,
  descending,
  encodeKeyPart,
  objectPartition,
  partsOf,
  rowOf,
  rowsUnder,
  seenPartition,
  tenantPartition,
} from '../../../../shared/adapters/tables/keys.js';

const text = fc.string({ unit: 'binary', maxLength: 30 });

describe('keys', () => {
  it('leave a GUID readable as it is', () => {
    const id = '3f2504e0-4f89-11d3-9a0c-0305e82c3301';
    expect(rowOf(id)).toBe(id);
    expect(tenantPartition(id)).toBe(id);
    expect(rowOf(id, id)).toBe(`${id}|${id}`);
  });

  it('give any ids back, and hold nothing that the service or its SDK would stumble over', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (parts) => {
        const row = rowOf(...parts);
        expect(partsOf(row)).toEqual(parts);
        expect(row).toMatch(/^[A-Za-z0-9._=|-]+$/);
      }),
    );
  });

  it('are different for different ids', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(encodeKeyPart(a) === encodeKeyPart(b)).toBe(a === b);
        expect(decodeKeyPart(encodeKeyPart(a))).toBe(a);
      }),
    );
  });

  it('put into the range of an id its own rows and no others', () => {
    fc.assert(
      fc.property(text, text, text, (id, other, second) => {
        const { from, before } = rowsUnder(id);
        const row = rowOf(other, second);
        expect(row >= from && row < before).toBe(other === id);
      }),
    );
  });

  it('keep every bucket of a tenant in its range, and every other tenant out', () => {
    fc.assert(
      fc.property(text, text, text, (tenantId, other, id) => {
        const { from, before } = allBuckets({ tenantId, bucketCount: 64 });
        const partition = objectPartition({ tenantId: other, bucketCount: 64 }, id);
        expect(partition >= from && partition < before).toBe(other === tenantId);
      }),
    );
  });

  it('sort numbers as text, up and down', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        expect(ascending(a) < ascending(b)).toBe(a < b);
        expect(descending(a) < descending(b)).toBe(a > b);
      }),
    );
  });

  it('begin with the tenant', () => {
    expect(seenPartition('t', 'users', 'r/1')).toBe('t|users|r=002f1');
    expect(objectPartition({ tenantId: 't', bucketCount: 16 }, 'x')).toMatch(/^t\|0\d\d$/);
  });
});
