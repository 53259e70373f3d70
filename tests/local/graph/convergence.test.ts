import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DirectoryChange, DirectoryTruth, Fault } from '../../../local/graph/control-api.js';
import { SimpleClient } from './support/simple-client.js';
import { emulatorWithTenant, tenantId } from './support/tenant.js';

const id = (kind: string, n: number): string =>
  `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const user = fc.nat(3).map((n) => id('a', n));
const group = fc.nat(2).map((n) => id('b', n));
const text = fc.constantFrom('x', 'y', 'z', null);

const change: fc.Arbitrary<DirectoryChange> = fc.oneof(
  fc.record({
    kind: fc.constant('createUser' as const),
    id: user,
    attributes: fc.record({ department: text }),
  }),
  fc.record({
    kind: fc.constant('updateUser' as const),
    id: user,
    attributes: fc.record({ department: text }),
  }),
  fc.record({ kind: fc.constant('setManager' as const), userId: user, managerId: fc.option(user) }),
  fc.record({ kind: fc.constant('softDeleteUser' as const), id: user }),
  fc.record({ kind: fc.constant('softDeleteUser' as const), id: user }),
  fc.record({ kind: fc.constant('restoreUser' as const), id: user }),
  fc.record({ kind: fc.constant('restoreUser' as const), id: user }),
  fc.record({ kind: fc.constant('hardDeleteUser' as const), id: user }),
  fc.record({
    kind: fc.constant('createGroup' as const),
    id: group,
    attributes: fc.constantFrom({ groupTypes: ['Unified'] }, { groupTypes: [] }),
  }),
  fc.record({
    kind: fc.constant('updateGroup' as const),
    id: group,
    attributes: fc.record({ description: text }),
  }),
  fc.record({ kind: fc.constant('deleteGroup' as const), id: group }),
  fc.record({ kind: fc.constant('restoreGroup' as const), id: group }),
  fc.record({ kind: fc.constant('restoreGroup' as const), id: group }),
  fc.record({ kind: fc.constant('hardDeleteGroup' as const), id: group }),
  fc.record({
    kind: fc.constant('addMember' as const),
    groupId: group,
    memberId: fc.oneof(user, user, group),
  }),
  fc.record({
    kind: fc.constant('addMember' as const),
    groupId: group,
    memberId: fc.oneof(user, user, group),
  }),
  fc.record({ kind: fc.constant('removeMember' as const), groupId: group, memberId: fc.oneof(user, group) }),
);

/** Everyone exists at the start, so that most random changes are possible. */
const populated: readonly DirectoryChange[] = [
  ...[0, 1, 2].map((n) => ({ kind: 'createUser' as const, id: id('a', n) })),
  ...[0, 1].map((n) => ({
    kind: 'createGroup' as const,
    id: id('b', n),
    attributes: { groupTypes: n === 0 ? [] : ['Unified'] },
  })),
];

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault[]>(
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, retryAfter: 0.5 },
  { kind: 'cutConnection' },
  { kind: 'cutConnection', at: 'start' },
  { kind: 'notJson' },
  { kind: 'noValueList' },
  { kind: 'bothLinks' },
  { kind: 'neitherLink' },
  { kind: 'elementWithoutId' },
  { kind: 'emptyPage' },
  { kind: 'replay', objects: 4 },
  { kind: 'tokenExpired', expiry: { answer: 'goneWithLocation' } },
  { kind: 'tokenExpired', expiry: { nested: true } },
);

const step = fc.oneof(
  { weight: 40, arbitrary: fc.record({ kind: fc.constant('change' as const), change }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('fault' as const), fault }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('lag' as const), seconds: fc.constantFrom(0, 5, 60) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(2, 30) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'expire' as const }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a replica must agree on. */
function expected(truth: DirectoryTruth) {
  const edges = truth.memberships.filter(({ effective }) => effective);
  return {
    users: truth.users
      .map(({ id: key, attributes, managerId }) => [key, attributes['department'] ?? null, managerId])
      .sort(),
    groups: truth.groups.map(({ id: key, attributes }) => [key, attributes['description'] ?? null]).sort(),
    edges: edges.map(({ groupId, memberId }) => `${groupId} ${memberId}`).sort(),
  };
}

function mirrored(client: SimpleClient) {
  const live = (objects: SimpleClient['users']) => [...objects].filter(([, { state }]) => state === 'live');
  const isLive = (key: string): boolean =>
    (client.users.get(key) ?? client.groups.get(key))?.state === 'live';
  return {
    users: live(client.users)
      .map(([key, { attributes, managerId }]) => [key, attributes['department'] ?? null, managerId])
      .sort(),
    groups: live(client.groups)
      .map(([key, { attributes }]) => [key, attributes['description'] ?? null])
      .sort(),
    edges: [...client.edges].filter((edge) => edge.split(' ').every(isLive)).sort(),
  };
}

async function perform(emulator: Awaited<ReturnType<typeof emulatorWithTenant>>['emulator'], each: Step) {
  switch (each.kind) {
    case 'change':
      await emulator.applyChanges(tenantId, [each.change]);
      return;
    case 'fault':
      await emulator.addFault({ path: '/delta', fault: each.fault });
      return;
    case 'lag':
      return emulator.setLag(tenantId, each.seconds);
    case 'wait':
      return emulator.advanceClock(each.seconds * 1000);
    case 'expire':
      return emulator.expireTokens(tenantId, { tokens: 'both' });
  }
}

it('lets a correct client converge to the truth, whatever happens between its pages', async () => {
  const runs = Number(process.env['GRAPH_EMULATOR_RUNS'] ?? 300);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 12 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(1, 2, 5, 200),
      fc.constantFrom(1, 2, 5, 500),
      async (episodes, deltaPageSize, deltaMemberEntries) => {
        const { emulator, get } = await emulatorWithTenant({ deltaPageSize, deltaMemberEntries });
        await emulator.applyChanges(tenantId, populated);
        const between: Step[] = [];
        const client = new SimpleClient(get, async () => {
          const next = between.shift();
          if (next !== undefined) await perform(emulator, next);
        });
        for (const episode of episodes) {
          const half = Math.floor(episode.length / 2);
          for (const each of episode.slice(0, half)) await perform(emulator, each);
          between.push(...episode.slice(half));
          await client.sync();
        }
        for (const each of between.splice(0)) await perform(emulator, each);
        await emulator.clearFaults();
        await emulator.setLag(tenantId, 0);
        await client.sync();
        expect(mirrored(client)).toEqual(expected(await emulator.truth(tenantId)));
      },
    ),
    { numRuns: runs },
  );
});
