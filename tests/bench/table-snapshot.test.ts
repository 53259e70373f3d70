import { describe, expect, it } from 'vitest';
import { countWritten } from '../../bench/table-snapshot.js';

describe('counting written rows', () => {
  it('counts rows that are new, written again or gone, and no others', () => {
    const before = new Map([
      ['Users p a', '1'],
      ['Users p b', '1'],
      ['Users p c', '1'],
    ]);
    const after = new Map([
      ['Users p a', '1'],
      ['Users p b', '2'],
      ['Users p d', '1'],
    ]);
    expect(countWritten(before, after)).toBe(3);
    expect(countWritten(before, before)).toBe(0);
  });
});
