import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applicationPermissions } from '../../../../shared/adapters/graph/token-claims.js';

function tokenOf(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

describe('the application permissions of a token', () => {
  it('are its roles, and none where it has no such claim', () => {
    expect(applicationPermissions(tokenOf({ roles: ['User.Read.All'], scp: 'x' }))).toEqual([
      'User.Read.All',
    ]);
    expect(applicationPermissions(tokenOf({ appid: 'x' }))).toEqual([]);
  });

  it.each([
    ['is opaque', 'opaque'],
    ['is encrypted, in five parts', 'a.b.c.d.e'],
    ['has claims that are no JSON', 'e30.e3.x'],
    ['has roles of another form', tokenOf({ roles: 'User.Read.All' })],
    ['has no end', tokenOf({ roles: [], padding: 'x'.repeat(100_000) })],
  ])('cannot be told where it %s', (_, token) => {
    expect(applicationPermissions(token)).toBeNull();
  });

  it('are a list or not to be told, for anything at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue().map(tokenOf)), (token) => {
        const permissions = applicationPermissions(token);
        expect(permissions === null || Array.isArray(permissions)).toBe(true);
      }),
    );
  });
});
