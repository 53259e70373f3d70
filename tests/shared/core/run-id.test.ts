import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runIdAt } from '../../../shared/core/run-id.js';

const random = fc.stringMatching(/^[0-9a-f]{32}$/);

it('ids of runs are 32 hexadecimal characters that sort by time', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.nat(2 ** 31), random, random, (early, later, a, b) => {
      const first = runIdAt(early, a);
      expect(first).toMatch(/^[0-9a-f]{32}$/);
      expect(first < runIdAt(early + later + 1, b)).toBe(true);
    }),
  );
});
