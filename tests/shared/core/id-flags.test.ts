import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdFlags } from '../../../shared/core/id-flags.js';

const id = fc.oneof(
  fc.uuid(),
  fc.constantFrom(
    '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000001',
    '37DE1AE3-408F-4702-8636-20824ABDA004',
    '632f6bb2-3ec8-4c1f-9073-0027a8c6859',
  ),
  fc.string({ minLength: 1, maxLength: 12 }),
);

describe('a flag per id', () => {
  it('answers as a map does, whatever is set in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(id, fc.boolean()), { maxLength: 400 }), (entries) => {
        const flags = new IdFlags();
        const map = new Map<string, boolean>();
        for (const [key, flag] of entries) {
          flags.set(key, flag);
          map.set(key, flag);
        }
        expect(flags.size).toBe(map.size);
        expect(flags.raised).toBe([...map.values()].filter(Boolean).length);
        for (const [key] of entries) expect(flags.get(key)).toBe(map.get(key));
        expect(flags.has('absent-from-all')).toBe(false);
      }),
    );
  });

  it('keeps two GUIDs apart that differ in one bit', () => {
    const flags = new IdFlags();
    flags.set('00000000-0000-0000-0000-000000000001', true);
    expect(flags.has('00000000-0000-0000-0000-000000000003')).toBe(false);
    expect(flags.get('00000000-0000-0000-0000-000000000001')).toBe(true);
  });
});
