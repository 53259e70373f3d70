import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterPrint, onlyAttributes, warningsOfTooLarge } from '../../../shared/core/mirrored-attributes.js';

type Row = ReturnType<typeof afterPrint>;

const text = (length: number): string => 'x'.repeat(length);
const NAMES = ['about', 'city', 'displayName', 'proxyAddresses', 'title'];
const value = fc.oneof(
  fc.constantFrom(null, 'short', ['a', 'b']),
  fc.constantFrom(100_000, 200_000, 300_000, 500_000).map(text),
  fc.constantFrom(100_000, 400_000).map((length) => ['short', text(length)]),
);
const print = fc.dictionary(fc.constantFrom(...NAMES), value, { noNullPrototype: true });

describe('the attributes of a mirrored object', () => {
  it('are all kept as long as a row holds them', () => {
    const attributes = { displayName: text(300_000), department: 'Sales' };
    expect(afterPrint(null, attributes)).toEqual({ attributes });
  });

  it('leave out the largest value where a row holds less, and say which', () => {
    const row = afterPrint(null, { displayName: text(500_000), about: text(20_000), mail: 'a@b.c' });
    expect(row).toEqual({ attributes: { about: text(20_000), mail: 'a@b.c' }, tooLarge: ['displayName'] });
  });

  it('leave out as many as it takes, lists among them', () => {
    const addresses = Array.from({ length: 50_000 }, (_, n) => `smtp:someone${n}@contoso.example`);
    const row = afterPrint(null, { proxyAddresses: addresses, about: text(600_000), mail: 'a@b.c' });
    expect(row).toEqual({ attributes: { mail: 'a@b.c' }, tooLarge: ['about', 'proxyAddresses'] });
  });

  it('have the value again once it is printed smaller, and none once it is cleared', () => {
    const large = afterPrint(null, { displayName: text(500_000), mail: 'a@b.c' });
    expect(afterPrint(large, { mail: 'd@e.f' })).toEqual({
      attributes: { mail: 'd@e.f' },
      tooLarge: ['displayName'],
    });
    expect(afterPrint(large, { displayName: 'Ada' })).toEqual({
      attributes: { displayName: 'Ada', mail: 'a@b.c' },
    });
    expect(afterPrint(large, { displayName: null })).toEqual({ attributes: { mail: 'a@b.c' } });
  });

  it('forget a value that nobody reads any more, too large or not', () => {
    const large = afterPrint(null, { displayName: text(500_000), mail: 'a@b.c' });
    expect(onlyAttributes(large, new Set(['mail']))).toEqual({ attributes: { mail: 'a@b.c' } });
    expect(onlyAttributes(large, new Set(['displayName']))).toEqual({
      attributes: {},
      tooLarge: ['displayName'],
    });
  });

  it('are what Graph printed last, or named as too large, whatever was printed in which pieces', () => {
    const property = fc.property(fc.array(print, { maxLength: 6 }), print, (earlier, whole) => {
      const truth = new Map<string, unknown>();
      let row: Row | null = null;
      for (const printed of earlier) {
        row = afterPrint(row, printed);
        for (const [name, one] of Object.entries(printed)) truth.set(name, one);
        for (const name of NAMES)
          if (row.tooLarge?.includes(name) !== true)
            expect(row.attributes[name] ?? null).toEqual(truth.get(name) ?? null);
      }
      const everything = { ...Object.fromEntries(NAMES.map((name) => [name, null])), ...whole };
      const backwards = Object.fromEntries(Object.entries(everything).reverse());
      expect(afterPrint(row, backwards)).toEqual(afterPrint(null, everything));
    });
    fc.assert(property, { numRuns: 40 });
  });
});

describe('a round that wrote rows without a value', () => {
  it('warns once, with how many they are and which the first is', () => {
    const row = (id: string, over: object = {}) =>
      ({ id, presence: 'live', attributes: {}, ...over }) as const;
    const rows = [row('a'), row('b', { tooLarge: ['about', 'city'] }), row('c', { tooLarge: ['city'] })];
    expect(warningsOfTooLarge('groups', rows.slice(0, 1))).toEqual([]);
    expect(warningsOfTooLarge('groups', rows)).toEqual([
      {
        code: 'ValueTooLarge',
        message:
          'The group b has more in about, city than the mirror holds: the value is left out, and what depends on it stays as it was. Shorten it in the directory.',
        count: 2,
      },
    ]);
  });
});
