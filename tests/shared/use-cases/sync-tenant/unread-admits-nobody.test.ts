import { afterEach, describe, expect, it } from 'vitest';
import type { GrantRule } from '../../../../shared/core/setup/setup.js';
import { aSetupDocument } from '../../../builders/setup.js';
import { TENANT_ID } from '../../../histories/world.js';
import { move, userId, users } from './changes.js';
import { changeSetup, person, sceneWithPeople, SETUP, startSetup } from './people-scene.js';
import { Scene } from './scene.js';

const ROLE = '99999999-0000-4000-8000-000000000001';
const OTHER = '99999999-0000-4000-8000-000000000002';
const GRANTED = [{ id: 'booker', module: 'rooms' }];
const GIVEN = { roles: ['booker'], memberships: [], hostsOf: [], organizationalUnits: [] };

function grant(directoryRole: string): GrantRule {
  return { source: { kind: 'directoryRole', directoryRole }, ...GIVEN };
}

/** What was not read yet, or may not be read any more, is not taken for absent. */
describe('what is not known', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  /** The manager of everybody comes on the last page of the first reading. */
  async function everybodyBeneathTheLast(): Promise<void> {
    scene = await Scene.open([
      ...users(12),
      ...Array.from({ length: 11 }, (_, n) => ({
        kind: 'setManager' as const,
        userId: userId(n),
        managerId: userId(11),
      })),
      { kind: 'updateUser', id: userId(11), attributes: { displayName: 'Head of Contractors' } },
    ]);
  }

  async function published(): Promise<readonly unknown[]> {
    const entries = await scene.world.stores.journal.after(TENANT_ID, 0, 1_000);
    return entries.filter(({ kind }) => kind === 'person').map(({ subject, after }) => [subject, after]);
  }

  it('is whose manager somebody is: nobody comes whom the scope leaves out because of it', async () => {
    await everybodyBeneathTheLast();
    const { scope } = aSetupDocument();
    await startSetup(scene, { scope: { ...scope, filter: 'manager.displayName != "Head of Contractors"' } });
    await scene.sync();
    expect(await published()).toMatchObject([[`${SETUP}.${userId(11)}`, expect.any(String)]]);
  });

  it('is whose manager somebody is: nobody gets a segment that is taken back', async () => {
    await everybodyBeneathTheLast();
    const rule = { id: 'others', name: 'Others', where: 'manager.displayName != "Head of Contractors"' };
    await startSetup(scene, { segments: { fromGroups: 'none', groupIds: [], rules: [rule] } });
    await scene.sync();
    const given = (await published()).filter((one) => JSON.stringify(one).includes('rule:others'));
    expect(given).toHaveLength(1);
  });

  it('is who has a role that may not be read any more, also after the setup was paused', async () => {
    scene = await sceneWithPeople(users(3));
    let answer = {
      status: 200,
      body: JSON.stringify({ value: [{ '@odata.type': '#microsoft.graph.user', id: userId(1) }] }),
    };
    scene.onAnswer = (request, given) =>
      request.url.pathname.includes('/directoryRoles') ? { ...given, ...answer } : given;
    await scene.world.stores.catalogEntries.insert({
      ...{ organizationId: 'org-1', kind: 'role', id: 'booker', designation: 'May book' },
      ...{ module: 'rooms', parentId: null },
    });
    const stored = await scene.world.stores.setups.get(TENANT_ID, SETUP);
    if (stored === null) throw new Error('The setup is gone.');
    await changeSetup(scene, { document: { ...stored.value.document, grants: [grant(ROLE)] } });
    await startSetup(scene, { grants: [grant(OTHER)] }, 'second');
    await scene.settle();
    expect((await person(scene, userId(1))).roles).toEqual(GRANTED);
    await changeSetup(scene, { state: 'paused' });
    await scene.settle();
    await scene.change(move(2, 'Research'));
    await scene.sync();
    answer = { status: 403, body: JSON.stringify({ error: { code: 'Authorization_RequestDenied' } }) };
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    expect((await person(scene, userId(1))).roles).toEqual(GRANTED);
  });
});
