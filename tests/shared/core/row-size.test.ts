import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storedBytes, takesMoreThan } from '../../../shared/core/row-size.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('\u0000', '"', '\\', 'a', 'é', '漢', '\ud800', '\udc00', '😀', '\u2028'))
    .map((all) => all.join('')),
);

describe('the bytes that a text takes in a row', () => {
  it('are no fewer than the service counts, and than the JSON of the request has', () => {
    const property = fc.property(text, (one) => {
      expect(storedBytes(one)).toBeGreaterThanOrEqual(2 * one.length);
      expect(storedBytes(one)).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(one)) - 2);
    });
    fc.assert(property);
  });

  it('are two for each letter of most alphabets, and three for a Chinese one', () => {
    expect([storedBytes('Åse'), storedBytes('漢字'), storedBytes('😀'), storedBytes('')]).toEqual([
      6, 6, 4, 0,
    ]);
  });

  it('are compared with a limit as if they were counted', () => {
    const property = fc.property(text, fc.nat(200), (one, limit) => {
      expect(takesMoreThan(one, limit)).toBe(storedBytes(one) > limit);
    });
    fc.assert(property);
  });
});
