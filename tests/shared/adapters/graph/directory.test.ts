import { describe, expect, it } from 'vitest';

import { createDirectory } from '../../../../shared/adapters/graph/directory.js';
import { BadPage, NotFound, RequestRefused, Unavailable } from '../../../../shared/core/failures.js';
import { Secret } from '../../../../shared/core/secret.js';
import type { CandidateConnection } from '../../../../shared/ports/directory.js';
import { collect, CONNECTION, GRAPH, json, stubGraph, thrownBy } from './stub-graph.js';

const gone = (): Response => json({ error: { code: 'Request_ResourceNotFound' } }, 404);
const denied = (): Response => json({ error: { code: 'Authorization_RequestDenied' } }, 403);
const emptyRound = json({ value: [], '@odata.deltaLink': `${GRAPH}/v1.0/users/delta?$deltatoken=D` });

describe('a delta round', () => {
  it('begins with everything that is tracked in $select', async () => {
    const { directory, sent } = stubGraph([emptyRound]);
    await directory.readDelta(CONNECTION, 'users', null);
    await directory.readDelta(CONNECTION, 'groups', null);
    expect(sent[0]?.address).toBe(
      `${GRAPH}/v1.0/users/delta?$select=id,accountEnabled,displayName,givenName,surname,mail,` +
        'userPrincipalName,userType,mailNickname,jobTitle,department,companyName,officeLocation,mobilePhone,' +
        'businessPhones,preferredLanguage,employeeId,country,manager',
    );
    expect(sent[1]?.address).toBe(
      `${GRAPH}/v1.0/groups/delta?$select=id,displayName,mail,mailNickname,mailEnabled,securityEnabled,` +
        'groupTypes,visibility,members',
    );
  });

  it('follows a link to the letter, whatever its parameters', async () => {
    const { directory, sent } = stubGraph([emptyRound]);
    const link = `${GRAPH}/v1.0/users/microsoft.graph.delta()?b=2&$skipToken=a%20b=c&$select=x&$select=y&a&b=1`;
    await directory.readDelta(CONNECTION, 'users', link);
    expect(sent[0]?.address).toBe(link);
  });

  it('sends no token to a link elsewhere', async () => {
    const { directory, sent, tokensAsked } = stubGraph([emptyRound]);
    const link = 'https://graph.microsoft.us/v1.0/users/delta?$deltatoken=D';
    expect(await thrownBy(() => directory.readDelta(CONNECTION, 'users', link))).toBeInstanceOf(
      RequestRefused,
    );
    expect({ sent, tokensAsked }).toEqual({ sent: [], tokensAsked: [] });
  });

  it('gives each request an id of its own', async () => {
    const { directory, sent } = stubGraph([emptyRound]);
    await directory.readDelta(CONNECTION, 'users', null);
    await directory.readDelta(CONNECTION, 'users', null);
    const [first, second] = sent.map(({ headers }) => headers['client-request-id']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });

  it('does not wait longer than the time-out', async () => {
    const directory = createDirectory({
      clouds: () => ({ login: GRAPH, graph: GRAPH }),
      tokens: { forTenant: async () => 't', forCandidate: async () => 't' },
      requestTimeoutMs: 20,
      fetch: (_address, init) =>
        new Promise((_resolve, reject) => {
          init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        }),
    });
    expect(await thrownBy(() => directory.readDelta(CONNECTION, 'users', null))).toBeInstanceOf(Unavailable);
  });
});

describe('who has a directory role', () => {
  const role = 'cccccccc-2222-4333-8444-000000000001';
  const members = (count: number, next: string | null = null): Response =>
    json({
      value: Array.from({ length: count }, (_, n) => ({
        '@odata.type': '#microsoft.graph.user',
        id: `u${n}`,
      })),
      ...(next === null ? {} : { '@odata.nextLink': next }),
    });
  const next = `${GRAPH}/v1.0/directoryRoles/${role}/members?$skiptoken=T`;

  it.each([
    [998, null, false],
    [999, null, true],
    [1_000, null, true],
    [1_000, next, false],
  ])('may be more than are listed if %i come with the next link %s: %s', async (count, link, isCut) => {
    const { directory, sent } = stubGraph([members(count, link)]);
    expect((await directory.directoryRoleMembers(CONNECTION, role, null)).isCut).toBe(isCut);
    expect(sent[0]?.address).toBe(`${GRAPH}/v1.0/directoryRoles/${role}/members?$select=id`);
  });

  it('is read from the assignments for the whole directory, by the id of the template', async () => {
    const principal = { '@odata.type': '#microsoft.graph.group' };
    const whole = { principalId: 'g1', directoryScopeId: '/', principal };
    const scoped = { principalId: 'u2', directoryScopeId: '/administrativeUnits/1', principal };
    const gone = { principalId: 'u3', directoryScopeId: '/', principal: null };
    const { directory, sent } = stubGraph([
      json({ id: role, roleTemplateId: 'template-1' }),
      json({ value: [whole, scoped, gone] }),
    ]);
    expect(await directory.directoryRoleAssignments(CONNECTION, role, null)).toEqual({
      items: [
        { principalId: 'g1', principalType: 'group', appRoleId: null },
        { principalId: 'u3', principalType: 'directoryObject', appRoleId: null },
      ],
      next: null,
    });
    const filter = encodeURIComponent("roleDefinitionId eq 'template-1'");
    expect(sent[1]?.address).toBe(
      `${GRAPH}/v1.0/roleManagement/directory/roleAssignments?$filter=${filter}&$expand=principal`,
    );
  });

  it('is not believed where the principals were not printed, or the scope', async () => {
    for (const element of [
      { principalId: 'g1', directoryScopeId: '/' },
      { principalId: 'g1', principal: null },
    ]) {
      const { directory } = stubGraph([gone(), json({ value: [element] })]);
      expect(await thrownBy(() => directory.directoryRoleAssignments(CONNECTION, role, null))).toBeInstanceOf(
        BadPage,
      );
    }
  });
});

describe('a refusal of a token that was kept', () => {
  const tokens = (given: string) => ({
    forTenant: async (_: unknown, wish?: { readonly fresh: boolean }) =>
      wish?.fresh === true ? given : 'kept',
  });

  it('is asked once more with a token of now, which may have the role that was granted meanwhile', async () => {
    const { directory, sent } = stubGraph([denied(), emptyRound], tokens('new'));
    expect((await directory.readDelta(CONNECTION, 'users', null)).elements).toEqual([]);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(['Bearer kept', 'Bearer new']);
  });

  it('stands where the new token is refused, or there is none', async () => {
    for (const [given, requests] of [
      ['new', 2],
      ['kept', 1],
    ] as const) {
      const { directory, sent } = stubGraph([denied()], tokens(given));
      const thrown = await thrownBy(() => directory.readDelta(CONNECTION, 'users', null));
      expect(thrown).toMatchObject({ kind: 'accessRefused', status: 403 });
      expect(sent).toHaveLength(requests);
    }
  });
});

describe('a proof of what is in use', () => {
  it('asks what a sync asks first, so that it lets in nobody whom the sync would park again', async () => {
    const { directory, sent } = stubGraph([emptyRound, denied()]);
    expect(await thrownBy(() => directory.prove(CONNECTION))).toMatchObject({ kind: 'accessRefused' });
    await thrownBy(() => directory.readDelta(CONNECTION, 'users', null));
    await thrownBy(() => directory.readDelta(CONNECTION, 'groups', null));
    const asked = [...new Set(sent.map(({ address }) => address))];
    expect(asked).toHaveLength(2);
    expect(sent.slice(0, 2).map(({ address }) => address)).toEqual(asked);
  });
});

describe('the count', () => {
  it('is asked with eventual consistency', async () => {
    const { directory, sent } = stubGraph([
      new Response('251', { headers: { 'content-type': 'text/plain' } }),
    ]);
    expect(await directory.count(CONNECTION, 'users')).toBe(251);
    expect(sent[0]).toMatchObject({
      address: `${GRAPH}/v1.0/users/$count`,
      headers: { consistencylevel: 'eventual' },
    });
  });

  it('may begin with a byte order mark', async () => {
    const { directory } = stubGraph([new Response('\uFEFF7')]);
    expect(await directory.count(CONNECTION, 'groups')).toBe(7);
  });

  it.each([400, 403, 404, 501])('is null where it is not served: %i', async (status) => {
    const { directory } = stubGraph([json({ error: { code: 'x' } }, status)]);
    expect(await directory.count(CONNECTION, 'users')).toBeNull();
  });

  it.each([
    [429, 'throttled'],
    [503, 'unavailable'],
    [401, 'accessRefused'],
  ])('is a failure, not null, at %i', async (status, kind) => {
    const { directory } = stubGraph([json({ error: { code: 'x' } }, status)]);
    expect(await thrownBy(() => directory.count(CONNECTION, 'users'))).toMatchObject({ kind });
  });

  it('that is no number is a bad page', async () => {
    const { directory } = stubGraph([new Response('<html>')]);
    expect(await thrownBy(() => directory.count(CONNECTION, 'users'))).toBeInstanceOf(BadPage);
  });
});

describe('one object', () => {
  it('is there, or gone only at 404', async () => {
    expect(await stubGraph([json({ id: 'u' })]).directory.exists(CONNECTION, 'users', 'u')).toBe(true);
    expect(await stubGraph([gone()]).directory.exists(CONNECTION, 'users', 'u')).toBe(false);
    const { directory } = stubGraph([denied()]);
    expect(await thrownBy(() => directory.exists(CONNECTION, 'users', 'u'))).toMatchObject({
      kind: 'accessRefused',
    });
  });

  it.each(['..', '.', '', '\ud800', 'x'.repeat(201)])('is not asked for by the id %j', async (id) => {
    const { directory, sent } = stubGraph([gone()]);
    expect(await thrownBy(async () => directory.exists(CONNECTION, 'users', id))).toBeInstanceOf(
      RequestRefused,
    );
    expect(sent).toEqual([]);
  });

  it('keeps to its place in the address', async () => {
    const { directory, sent } = stubGraph([json({})]);
    await directory.exists(CONNECTION, 'groups', 'a/../b?c#d');
    expect(sent[0]?.address).toBe(`${GRAPH}/v1.0/groups/a%2F..%2Fb%3Fc%23d?$select=id`);
  });
});

describe('plain lists', () => {
  const second = `${GRAPH}/v1.0/next?$skiptoken=2`;

  it('come page by page, empty ones too', async () => {
    const { directory, sent } = stubGraph([
      json({ value: [{ id: 'a' }], '@odata.nextLink': second }),
      json({ value: [], '@odata.nextLink': `${second}3` }),
      json({ value: [{ id: 'b' }] }),
    ]);
    expect(await collect((link) => directory.deletedItems(CONNECTION, 'users', link))).toEqual(['a', 'b']);
    expect(sent.map(({ address }) => address)).toEqual([
      `${GRAPH}/v1.0/directory/deletedItems/microsoft.graph.user?$select=id&$top=999`,
      second,
      `${second}3`,
    ]);
  });

  it.each([
    ['an element without an id', [json({ value: [{ id: 'a' }, {}] })]],
    ['a foreign link', [json({ value: [], '@odata.nextLink': 'https://evil.example/v1.0/x' })]],
    ['a link to itself', [json({ value: [], '@odata.nextLink': second })]],
    ['no list', [json({})]],
    ['no JSON', [new Response('<html>')]],
  ])('are bad with %s', async (_name, answers) => {
    const { directory } = stubGraph(answers);
    expect(
      await thrownBy(() => collect((link) => directory.deletedItems(CONNECTION, 'groups', link))),
    ).toBeInstanceOf(BadPage);
  });

  it('say where deleted items may not be read', async () => {
    const { directory } = stubGraph([denied()]);
    expect(
      await thrownBy(() => collect((link) => directory.deletedItems(CONNECTION, 'users', link))),
    ).toMatchObject({
      kind: 'accessRefused',
    });
  });

  it('of groups hold groups only, and are null where the object is gone', async () => {
    const { directory, sent } = stubGraph([
      json({
        value: [
          { id: 'g1', '@odata.type': '#microsoft.graph.group' },
          { id: 'r1', '@odata.type': '#microsoft.graph.directoryRole' },
        ],
      }),
    ]);
    expect(await directory.groupsOf(CONNECTION, { kind: 'user', id: 'u1' })).toEqual({
      groupIds: ['g1'],
      seesHidden: false,
    });
    expect(sent[0]?.address).toBe(`${GRAPH}/v1.0/users/u1/memberOf?$select=id&$top=999`);
    expect(await stubGraph([gone()]).directory.groupsOf(CONNECTION, { kind: 'group', id: 'g' })).toBeNull();
  });

  it('of members name their type, and are no list where the group is gone meanwhile', async () => {
    const { directory } = stubGraph([
      json({ value: [{ id: 'u1', '@odata.type': '#microsoft.graph.user' }], '@odata.nextLink': second }),
      gone(),
    ]);
    const first = await directory.membersOf(CONNECTION, 'g1', null);
    expect(first).toMatchObject({
      items: [{ groupId: 'g1', memberId: 'u1', memberType: 'user' }],
      next: second,
      seesHidden: false,
    });
    expect(await thrownBy(() => directory.membersOf(CONNECTION, 'g1', first.next))).toBeInstanceOf(NotFound);
  });

  it('whose page token expired are read anew later', async () => {
    const { directory } = stubGraph([json({ error: { code: 'Directory_ExpiredPageToken' } }, 400)]);
    expect(
      await thrownBy(() => collect((link) => directory.membersOf(CONNECTION, 'g1', link))),
    ).toBeInstanceOf(Unavailable);
  });
});

describe('a candidate credential', () => {
  const candidate: CandidateConnection = {
    tenant: 'contoso.example',
    cloud: 'global',
    clientId: 'c',
    secret: new Secret('s'),
  };
  const list = json({ value: [{ id: 'x' }] });

  it('is tried with one token, one user, one group, then names its directory', async () => {
    const { directory, sent, tokensAsked } = stubGraph([list, list, json({ value: [{ id: 'TENANT-ID' }] })]);
    expect(await directory.probe(candidate)).toEqual({ tenantId: 'tenant-id' });
    expect(sent.map(({ address }) => address)).toEqual([
      `${GRAPH}/v1.0/users?$top=1&$select=id`,
      `${GRAPH}/v1.0/groups?$top=1&$select=id`,
      `${GRAPH}/v1.0/organization?$select=id`,
    ]);
    expect(tokensAsked).toHaveLength(1);
  });

  it('fails where groups are refused', async () => {
    const { directory } = stubGraph([list, denied()]);
    expect(await thrownBy(() => directory.probe(candidate))).toMatchObject({ kind: 'accessRefused' });
  });

  it('needs no permission for the organization where the tenant was given as a GUID', async () => {
    const { directory } = stubGraph([list, list, denied()]);
    const tenant = 'ABCDEF00-1111-4111-8111-111111111111';
    expect(await directory.probe({ ...candidate, tenant })).toEqual({ tenantId: tenant.toLowerCase() });
    expect(await thrownBy(() => directory.probe(candidate))).toMatchObject({ kind: 'accessRefused' });
  });
});

describe('subscriptions', () => {
  const expiresAt = '2026-03-01T12:00:00.000Z';
  const created = json(
    { id: 's1', expirationDateTime: '2026-03-01T11:00:00.1234567Z', resource: 'users', clientState: null },
    201,
  );

  it('are made for updates and deletions, and live as long as Graph says', async () => {
    const { directory, sent } = stubGraph([created]);
    const request = {
      resource: 'users',
      changeTypes: 'updated,deleted',
      notificationUrl: 'https://app/n',
      lifecycleUrl: 'https://app/l',
      clientState: 'c',
      expiresAt,
    } as const;
    expect(await directory.subscribe(CONNECTION, request)).toEqual({
      subscriptionId: 's1',
      expiresAt: '2026-03-01T11:00:00.123Z',
    });
    expect(sent[0]).toMatchObject({
      method: 'POST',
      address: `${GRAPH}/v1.0/subscriptions`,
      headers: { 'content-type': 'application/json' },
      body: {
        changeType: 'updated,deleted',
        resource: 'users',
        notificationUrl: 'https://app/n',
        lifecycleNotificationUrl: 'https://app/l',
        clientState: 'c',
        expirationDateTime: expiresAt,
      },
    });
  });

  it('are refused with the code where the address could not be validated', async () => {
    const { directory } = stubGraph([
      json({ error: { code: 'InvalidRequest', message: 'timed out.' } }, 400),
    ]);
    const request = {
      resource: 'users',
      changeTypes: 'updated,deleted',
      notificationUrl: 'https://app/n',
      lifecycleUrl: 'https://app/l',
      clientState: 'c',
      expiresAt,
    } as const;
    expect(await thrownBy(() => directory.subscribe(CONNECTION, request))).toMatchObject({
      kind: 'requestRefused',
      code: 'InvalidRequest',
    });
  });

  it('are renewed by PATCH, null where they are gone', async () => {
    const { directory, sent } = stubGraph([created, gone()]);
    expect(await directory.renew(CONNECTION, 's1', expiresAt)).toMatchObject({ subscriptionId: 's1' });
    expect(sent[0]).toMatchObject({ method: 'PATCH', body: { expirationDateTime: expiresAt } });
    expect(await directory.renew(CONNECTION, 's1', expiresAt)).toBeNull();
  });

  it('are listed with where they notify', async () => {
    const element = { id: 's1', expirationDateTime: expiresAt, resource: 'groups', notificationUrl: null };
    const { directory } = stubGraph([json({ value: [element] })]);
    expect(await directory.subscriptions(CONNECTION)).toEqual([
      { subscriptionId: 's1', expiresAt, resource: 'groups', notificationUrl: null },
    ]);
  });

  it('end without a fault, also where there is none', async () => {
    await stubGraph([new Response(null, { status: 204 })]).directory.unsubscribe(CONNECTION, 's1');
    const { directory, sent } = stubGraph([gone()]);
    await directory.unsubscribe(CONNECTION, 's1');
    expect(sent[0]?.method).toBe('DELETE');
  });
});

it('a list of a delta round that is gone is NotFound, never an empty page', async () => {
  const { directory } = stubGraph([gone()]);
  expect(await thrownBy(() => directory.readDelta(CONNECTION, 'users', null))).toBeInstanceOf(NotFound);
});
