import { expect, it } from 'vitest';
import type { OutboundPost } from '../../../local/graph/emulator-options.js';
import { emulatorWithTenant, everyRole, tenantId } from './support/tenant.js';

const user = 'a0000000-0000-4000-8000-000000000001';
const url = 'https://app.example/api/notifications?code=1';

/** A subscriber that answers as told and keeps what it got. */
async function subscriber(options: Parameters<typeof emulatorWithTenant>[0] = {}, roles = everyRole) {
  const posts: OutboundPost[] = [];
  const answers = { handshake: 'echo', status: 202 };
  const made = await emulatorWithTenant(
    {
      ...options,
      deliver: async (post) => {
        const token = new URL(post.url).searchParams.get('validationToken');
        if (token === null) posts.push(post);
        const body = token !== null && answers.handshake === 'echo' ? token : 'no';
        return { status: token === null ? answers.status : 200, contentType: 'text/plain', body };
      },
    },
    roles,
  );
  await made.emulator.applyChanges(tenantId, [{ kind: 'createUser', id: user }]);
  const request = (change: Record<string, unknown> = {}) => ({
    changeType: 'updated,deleted',
    notificationUrl: url,
    resource: 'users',
    clientState: 'secret',
    expirationDateTime: new Date(made.clock.now() + 86_400_000).toISOString(),
    ...change,
  });
  const create = (change?: Record<string, unknown>) => made.send('POST', '/subscriptions', request(change));
  const touch = (jobTitle: string) =>
    made.emulator.applyChanges(tenantId, [{ kind: 'updateUser', id: user, attributes: { jobTitle } }]);
  const told = () =>
    posts.flatMap(({ body }) => (JSON.parse(body) as { value: Record<string, unknown>[] }).value);
  return { ...made, posts, answers, create, touch, told };
}

it('creates a subscription after the handshake, and shows its clientState once', async () => {
  const { create, get, answers } = await subscriber();
  answers.handshake = 'wrong';
  const refused = await create();
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: 'InvalidRequest' } }]);
  answers.handshake = 'echo';
  const created = await create();
  const { id } = (await created.json()) as { id: string };
  expect(created.status).toBe(201);
  expect(await (await get(`/subscriptions/${id}`)).json()).toMatchObject({
    id,
    clientState: null,
    resource: 'users',
  });
  expect((await create()).status).toBe(409);
});

it('refuses what Graph refuses', async () => {
  const { create, clock } = await subscriber({}, ['User.Read.All']);
  const far = new Date(clock.now() + 41_761 * 60_000).toISOString();
  const wrong: [Record<string, unknown>, number][] = [
    [{ expirationDateTime: far }, 400],
    [{ expirationDateTime: new Date(clock.now() - 1).toISOString() }, 400],
    [{ changeType: 'renamed' }, 400],
    [{ notificationUrl: 'http://app.example/' }, 400],
    [{ resource: 'planets' }, 400],
    [{ clientState: 'x'.repeat(129) }, 400],
    [{ resource: 'groups' }, 403],
    [{ notificationUrl: 'http://127.0.0.1:1/api' }, 201],
  ];
  for (const [change, status] of wrong)
    expect((await create(change)).status, JSON.stringify(change)).toBe(status);
});

it('collects the notifications of a moment into one post', async () => {
  const { create, touch, emulator, clock, posts, told } = await subscriber();
  await create();
  await touch('one');
  await emulator.applyChanges(tenantId, [
    { kind: 'softDeleteUser', id: user },
    { kind: 'hardDeleteUser', id: user },
    { kind: 'createUser' },
  ]);
  await clock.advance(1000);
  expect([posts.length, posts[0]?.url]).toEqual([1, url]);
  expect(told().map(({ changeType }) => changeType)).toEqual(['updated', 'updated', 'deleted', 'updated']);
  expect(told()[0]).toMatchObject({
    clientState: 'secret',
    tenantId,
    resourceData: { id: user, '@odata.type': '#Microsoft.Graph.User' },
  });
});

it('repeats what was not answered by 2xx, with growing pauses', async () => {
  const { create, touch, clock, answers, emulator, posts } = await subscriber();
  await create();
  answers.status = 500;
  await touch('one');
  await clock.advance(10_000);
  const failed = posts.length;
  answers.status = 202;
  await clock.advance(60_000);
  expect(failed).toBeGreaterThan(2);
  expect(posts.length).toBe(failed + 1);
  expect(await emulator.notificationCounts(tenantId)).toMatchObject({ raised: 1, delivered: 1, pending: 0 });
});

it('holds notifications back once the bound token has ended, until it is renewed', async () => {
  const { create, touch, clock, send, told, emulator } = await subscriber({ accessTokenLifeMs: 86_400_000 });
  const { id } = (await (await create()).json()) as { id: string };
  await clock.advance(61 * 60_000);
  await touch('late');
  await clock.advance(60_000);
  expect(told()).toEqual([]);
  expect((await send('POST', `/subscriptions/${id}/reauthorize`)).status).toBe(204);
  await clock.advance(600_000);
  expect(told()).toHaveLength(1);
  const expirationDateTime = new Date(clock.now() + 3_600_000).toISOString();
  expect((await send('PATCH', `/subscriptions/${id}`, { expirationDateTime })).status).toBe(200);
  expect(await emulator.subscriptions(tenantId)).toMatchObject([
    { id, expirationDateTime, clientState: 'secret' },
  ]);
  expect((await send('DELETE', `/subscriptions/${id}`)).status).toBe(204);
  expect((await send('PATCH', `/subscriptions/${id}`, { expirationDateTime })).status).toBe(404);
});

it('asks for reauthorization at the lifecycle address before the bound token ends', async () => {
  const { create, clock, posts, told } = await subscriber();
  await create({ lifecycleNotificationUrl: 'https://app.example/api/lifecycle' });
  await clock.advance(50 * 60_000);
  expect(posts.map((post) => post.url)).toEqual(['https://app.example/api/lifecycle']);
  expect(told()).toMatchObject([{ lifecycleEvent: 'reauthorizationRequired', clientState: 'secret' }]);
});

it('drops, repeats, delays and shuffles notifications on request', async () => {
  const { create, touch, emulator, clock, told } = await subscriber();
  await create();
  await emulator.setNotificationFaults(tenantId, { drop: 1 });
  await touch('dropped');
  await emulator.setNotificationFaults(tenantId, { duplicate: 1 });
  await touch('twice');
  await clock.advance(1000);
  expect(told()).toHaveLength(2);
  await emulator.setNotificationFaults(tenantId, { delay: 1, delayMilliseconds: 30_000, reorder: true });
  await touch('delayed');
  await clock.advance(20_000);
  expect(told()).toHaveLength(2);
  await clock.advance(20_000);
  expect(told()).toHaveLength(3);
  expect(await emulator.notificationCounts(tenantId)).toMatchObject({ raised: 3, dropped: 1, pending: 0 });
});

it('loses a subscription on request without telling anybody', async () => {
  const { emulator, create, get, touch, told } = await subscriber({ notificationBatchMs: 0 });
  const { id } = (await (await create()).json()) as { id: string };
  await emulator.killSubscription(tenantId, id);
  expect((await get(`/subscriptions/${id}`)).status).toBe(404);
  await touch('unheard');
  expect([told(), await emulator.subscriptions(tenantId)]).toEqual([[], []]);
  await expect(emulator.killSubscription(tenantId, id)).rejects.toThrow('no subscription');
});
