import { describe, expect, it } from 'vitest';
import { rolesOf } from '../../../functions/api/admit.js';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { ROLES, type Role } from '../../../shared/core/access.js';
import { Api, type Identity } from './api-harness.js';
import { furnished, giveRoles, LETTER, ROUTE_CASES, type RouteCase } from './route-matrix.js';
import { idOf, OTHER_TENANT, TENANT } from './sample-rows.js';

const INCLUDED: Readonly<Record<Role, readonly Role[]>> = {
  Reader: ['Reader'],
  Operator: ['Reader', 'Operator'],
  Admin: ['Reader', 'Operator', 'Admin'],
  Product: ['Product'],
};

/** Somebody who asks: by app roles, by what was given for one tenant, or nobody. */
interface Asker {
  readonly name: string;
  readonly as: Identity;
  readonly everywhere?: Role;
  readonly here?: Role;
  readonly elsewhere?: Role;
}

const ASKERS: readonly Asker[] = [
  { name: 'an Admin', as: 'operator', everywhere: 'Admin' },
  { name: 'an Operator', as: 'runner', everywhere: 'Operator' },
  { name: 'a Reader', as: 'reader', everywhere: 'Reader' },
  { name: 'a Product', as: 'product', everywhere: 'Product' },
  ...ROLES.map((here): Asker => ({ name: `${here} of this tenant alone`, as: 'customer', here })),
  ...ROLES.map((elsewhere): Asker => ({ name: `${elsewhere} of another tenant`, as: 'customer', elsewhere })),
  { name: 'somebody without any role', as: 'customer' },
  { name: 'nobody', as: 'anonymous' },
];

type Expected = 'let in' | 401 | 403 | 404;

function expectedOf({ roles, over, elsewhere }: RouteCase, asker: Asker): Expected {
  if (roles === null) return 'let in';
  if (asker.as === 'anonymous') return 401;
  const holds = (held: Role | undefined): boolean =>
    held !== undefined && roles.some((role) => INCLUDED[held].includes(role));
  if (holds(asker.everywhere)) return 'let in';
  if (over === 'registry') return 403;
  if (holds(asker.here)) return 'let in';
  if (over === 'tenant') return asker.everywhere === undefined && asker.here === undefined ? 404 : 403;
  if (!holds(asker.elsewhere)) return 403;
  return elsewhere === undefined ? 'let in' : 404;
}

async function worldOf(asker: Asker): Promise<Api> {
  const api = await furnished();
  const { objectId } = localPrincipals.customer;
  if (asker.here !== undefined) await giveRoles(api, objectId, TENANT, [asker.here]);
  if (asker.elsewhere !== undefined) await giveRoles(api, objectId, OTHER_TENANT, [asker.elsewhere]);
  return api;
}

describe('who may call what', () => {
  const { routes } = new Api();
  const methodOf = new Map(routes.map(({ operationId, method }) => [operationId, method]));

  it('is said for every route that is registered', () => {
    const served = routes.map((route) => [
      route.operationId,
      {
        roles: route.role === null ? null : rolesOf(route),
        over: route.path.includes('{tenantId}') ? 'tenant' : (route.target ?? 'registry'),
      },
    ]);
    const said = Object.entries(ROUTE_CASES).map(([operationId, { roles, over, path }]) => [
      operationId,
      { roles, over: path.includes('tid=') ? 'tenantInQuery' : over },
    ]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(served));
  });

  for (const [operationId, each] of Object.entries(ROUTE_CASES)) {
    const { path, body } = each;
    const method = methodOf.get(operationId) ?? 'GET';

    describe(`of ${operationId}`, () => {
      it.each(ASKERS.map((asker) => ({ asker, name: asker.name, expected: expectedOf(each, asker) })))(
        'answers $name: $expected',
        async ({ asker, expected }) => {
          const api = await worldOf(asker);
          const answer = await api.ask(method, path, { as: asker.as, body });
          if (expected !== 'let in') expect(answer.status).toBe(expected);
          else if (each.answers !== undefined) expect(answer.status).toBe(each.answers);
          else expect(answer.status).toBeLessThan(300);
        },
      );

      it('answers nobody where the platform signs nobody in', async () => {
        const api = await furnished({ signInTrusted: false });
        const answer = await api.ask(method, path, { as: 'operator', body });
        if (each.roles === null) expect(answer.status).toBe(200);
        else expect([answer.status, answer.body.error.code]).toEqual([401, 'SignInRequired']);
      });
    });
  }

  it('hides a tenant that is not connected and one that is not theirs in the same words', async () => {
    const api = await worldOf({ name: '', as: 'customer', elsewhere: 'Admin' });
    for (const rest of ['', '/access', '/users', `/users/${idOf(1)}`, '/runs']) {
      const foreign = await api.get(`/v1/tenants/${TENANT}${rest}`, { as: 'customer' });
      const absent = await api.get(`/v1/tenants/${idOf(404)}${rest}`);
      expect(foreign).toEqual(absent);
    }
  });

  it('leaves of another tenant everything as it was, whatever is tried', async () => {
    const api = await worldOf({ name: '', as: 'customer', elsewhere: 'Admin' });
    const before = await Promise.all([api.stores.tenants.get(TENANT), api.stores.deadLetters.find(LETTER)]);
    for (const [operationId, { path, body }] of Object.entries(ROUTE_CASES))
      await api.ask(methodOf.get(operationId) ?? 'GET', path, { as: 'customer', body });
    expect(await Promise.all([api.stores.tenants.get(TENANT), api.stores.deadLetters.find(LETTER)])).toEqual(
      before,
    );
    expect([api.world.sent, api.world.saved, api.world.probed]).toEqual([[], [], []]);
  });
});
