import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../../functions/pages/client-address.js';

describe('the address of a client', () => {
  it.each([
    [null, null],
    ['', null],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:51234', '192.0.2.1'],
    ['forged.example, 10.0.0.1:1, 192.0.2.1:51234', '192.0.2.1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
  ])('is the one that the front end added last: %s', (header, address) => {
    expect(clientAddress(header)).toBe(address);
  });
});
