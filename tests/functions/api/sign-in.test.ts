import { describe, expect, it } from 'vitest';
import { readPrincipal } from '../../../functions/api/sign-in.js';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { principalHeaders } from '../../../local/functions-host/sign-in.js';

const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';

function header(document: unknown): string {
  return Buffer.from(JSON.stringify(document)).toString('base64');
}

describe('the principal that the platform passes', () => {
  it('is read with its id, its name and its app roles', () => {
    const headers = principalHeaders(localPrincipals.runner);
    expect(readPrincipal(headers['x-ms-client-principal'] ?? null)).toEqual({
      id: localPrincipals.runner.objectId,
      name: 'runner@rollcall.local',
      roles: ['Operator'],
      tenantRoles: new Map(),
    });
  });

  it('takes its roles from the claim type that it names', () => {
    const claims = [
      { typ: OBJECT_ID, val: 'someone' },
      { typ: 'groups-as-roles', val: 'Rollcall.Admin' },
    ];
    expect(readPrincipal(header({ auth_typ: 'aad', role_typ: 'groups-as-roles', claims }))?.roles).toEqual([
      'Admin',
    ]);
    expect(readPrincipal(header({ auth_typ: 'aad', claims }))?.roles).toEqual([]);
  });

  it('holds no role that is not an app role of Rollcall', () => {
    const claims = ['Admin', 'rollcall.admin', 'Rollcall.Root', 'Rollcall.constructor'].map((val) => ({
      typ: 'roles',
      val,
    }));
    const read = readPrincipal(
      header({ auth_typ: 'aad', claims: [{ typ: 'oid', val: 'someone' }, ...claims] }),
    );
    expect(read).toEqual({ id: 'someone', name: 'someone', roles: [], tenantRoles: new Map() });
  });

  it('is the same however the id is written', () => {
    const claims = [{ typ: 'oid', val: 'SOMEONE' }];
    expect(readPrincipal(header({ auth_typ: 'aad', claims }))?.id).toBe('someone');
  });

  it.each([
    ['no header', null],
    ['an empty one', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('hello').toString('base64')],
    ['JSON that is no object', header('text')],
    ['no claims', header({ auth_typ: 'aad' })],
    ['claims that are none', header({ auth_typ: 'aad', claims: [{ typ: 1 }] })],
    ['nobody', header({ auth_typ: 'aad', claims: [{ typ: 'roles', val: 'Rollcall.Admin' }] })],
    ['another provider', header({ auth_typ: 'google', claims: [{ typ: 'oid', val: 'x' }] })],
    [
      'more than a header holds',
      header({ auth_typ: 'aad', claims: [{ typ: 'oid', val: 'x'.repeat(70_000) }] }),
    ],
  ])('is nobody with %s', (_, value) => {
    expect(readPrincipal(value)).toBeNull();
  });
});
