import { afterEach, describe, expect, it } from 'vitest';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { bucketOf } from '../../../../shared/core/bucket.js';
import type { GrantRule } from '../../../../shared/core/setup/setup.js';
import { group, groupId, userId, users } from './changes.js';
import {
  changeSetup,
  guardOff,
  people,
  sceneWithPeople,
  SETUP,
  standings,
  startSetup,
} from './people-scene.js';
import { Scene } from './scene.js';

const { scope } = aSetupDocument();
const IN = 'active inScope';
const rootAt = (n: number) => ({ ...scope, kind: 'rootGroup', groupIds: [groupId(n)] }) as const;

let scene: Scene;
afterEach(() => scene.close());

/** Once, right after the first people are written that follow; the job then goes on. */
function amidst(happen: () => Promise<void>): { readonly happened: () => boolean } {
  let happened = false;
  scene.afterTable = async ({ table, writes }) => {
    if (happened || !writes || table !== 'People') return;
    happened = true;
    await happen();
  };
  return { happened: () => happened };
}

describe('a setup that is started while a job derives people of another', () => {
  it('publishes nobody whom its groups exclude', async () => {
    scene = await Scene.synced([...users(4), ...group(0, [userId(0), userId(1)]), ...group(1, [userId(2)])]);
    await startSetup(scene, { scope: rootAt(0) }, 'first');
    const { happened } = amidst(() =>
      startSetup(scene, { scope: { ...scope, excludeGroupIds: [groupId(1)] } }),
    );
    await scene.settle();
    expect(happened()).toBe(true);
    expect(await standings(scene)).toEqual({ [userId(0)]: IN, [userId(1)]: IN, [userId(3)]: IN });
  });

  it('finds everybody beneath its own groups', async () => {
    scene = await Scene.synced([...users(4), ...group(0, [userId(0)]), ...group(1, [userId(1), userId(2)])]);
    await startSetup(scene, { scope: rootAt(0) }, 'first');
    const { happened } = amidst(() => startSetup(scene, { scope: rootAt(1) }));
    await scene.settle();
    expect(happened()).toBe(true);
    expect(await standings(scene)).toEqual({ [userId(1)]: IN, [userId(2)]: IN });
  });
});

describe('a first reading of groups that takes long', () => {
  it('brings people by the groups that were read so far, and takes nobody for what is not read yet', async () => {
    const many = Array.from({ length: 40 }, (_, n) => group(n, [userId(n % 4), userId(4)])).flat();
    scene = await Scene.open([...users(5), ...many], { started: false });
    await startSetup(scene, {
      scope: { ...scope, kind: 'groups', groupIds: [...Array(40).keys()].map(groupId) },
    });
    const { clock } = scene.world;
    scene.beforeGraph(/groups\/delta/, 'each', async () => {
      await clock.advance(6_000);
    });
    const came = new Map<string, boolean>();
    scene.afterTable = async ({ table, writes }) => {
      if (table !== 'People' || !writes) return;
      const isRead = (await scene.state('groups')).deltaLink !== null;
      for (const [id, standing] of Object.entries(await standings(scene))) {
        if (!came.has(id)) came.set(id, isRead);
        expect(standing).toBe(IN);
      }
    };
    await scene.settle();
    expect(came.size).toBe(5);
    expect([...came.values()]).toContain(false);
  });
});

describe('a setup that is edited while a job derives its people', () => {
  it('gives the roles of groups that it did not name before', async () => {
    const grantOf = (n: number): GrantRule => ({
      source: { kind: 'group', groupId: groupId(n) },
      roles: ['booker'],
      memberships: [],
      hostsOf: [],
      organizationalUnits: [],
    });
    scene = await Scene.synced([...users(3), ...group(0, [userId(0)]), ...group(1, [userId(0), userId(1)])]);
    await scene.world.stores.catalogEntries.insert({
      organizationId: 'org-1',
      kind: 'role',
      id: 'booker',
      designation: 'May book',
      module: 'rooms',
      parentId: null,
    });
    await startSetup(scene, { grants: [grantOf(0)] });
    const document = aSetupDocument({ removalGuard: guardOff, grants: [grantOf(1)] });
    const { happened } = amidst(() => changeSetup(scene, { document }));
    await scene.settle();
    expect(happened()).toBe(true);
    const holders = (await people(scene)).filter(({ roles }) => roles.length > 0);
    expect(holders.map(({ directoryId }) => directoryId).sort()).toEqual([userId(0), userId(1)]);
  });

  it('moves to another root group, whoever is beneath it', async () => {
    scene = await Scene.synced([
      ...users(4),
      ...group(0, [userId(0), userId(1)]),
      ...group(1, [userId(1), userId(2)]),
    ]);
    await startSetup(scene, { scope: rootAt(0) });
    const document = aSetupDocument({ removalGuard: guardOff, scope: rootAt(1) });
    const { happened } = amidst(() => changeSetup(scene, { document }));
    await scene.settle();
    expect(happened()).toBe(true);
    expect(await standings(scene)).toMatchObject({ [userId(1)]: IN, [userId(2)]: IN });
    expect((await standings(scene))[userId(0)]).not.toBe(IN);
  });

  it('removes nobody where a group that it names since is not there', async () => {
    scene = await sceneWithPeople([...users(3), ...group(0, [userId(0), userId(1)])], { scope: rootAt(0) });
    await changeSetup(scene, { document: aSetupDocument({ removalGuard: guardOff, designation: 'Again' }) });
    const document = aSetupDocument({ removalGuard: guardOff, scope: rootAt(9) });
    const { happened } = amidst(() => changeSetup(scene, { document }));
    await scene.settle();
    expect(happened()).toBe(true);
    expect(await standings(scene)).toMatchObject({ [userId(0)]: IN, [userId(1)]: IN });
    const progress = await scene.world.stores.setupProgresses.get(TENANT_ID, SETUP);
    expect(progress?.missingGroups).toEqual([groupId(9)]);
  });

  it('stops where it is paused, and derives the rest once it is started again', async () => {
    scene = await Scene.synced(users(40));
    await startSetup(scene);
    const { happened } = amidst(() => changeSetup(scene, { state: 'paused' }));
    await scene.settle();
    expect(happened()).toBe(true);
    const { bucketCount } = await scene.scope();
    const buckets = (await people(scene)).map(({ directoryId }) => bucketOf(directoryId, bucketCount));
    expect(buckets.length).toBeGreaterThan(0);
    expect(Math.max(...buckets)).toBeLessThan(4);
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    expect(await people(scene)).toHaveLength(40);
  });
});
