import { afterEach, describe, expect, it } from 'vitest';
import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import type { SetupDocument } from '../../../../shared/core/setup/setup.js';
import { chooseMatch } from '../../../../shared/use-cases/matching/decide-match.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { userId, users } from './changes.js';
import { people, SETUP, sceneWithPeople } from './people-scene.js';
import { hostView, type Scene } from './scene.js';

const [OLD, NEW] = [userId(0), userId(9)];
const MAIL = 'ann@contoso.example';

let scene: Scene;
afterEach(() => scene.close());

function ports() {
  const { ports: host } = scene.world.host(hostView());
  return { ...host, ...scene.world.stores, setupWork: createSetupWork(host, COALESCING), phoneNumbers };
}

/** Ann has the record `r1`, is deleted, and gets another account with her mail. */
async function recreated(
  document: Partial<SetupDocument> = {},
  ...order: readonly ('delete' | 'create')[]
): Promise<void> {
  const withMail: DirectoryChange = { kind: 'updateUser', id: OLD, attributes: { mail: MAIL } };
  scene = await sceneWithPeople([...users(3), withMail], { match: ['mail'], ...document });
  const records = (async function* () {
    await Promise.resolve();
    const nothing = { entraId: null, initials: null, displayName: null, jobTitle: null, country: null };
    yield { ...nothing, recordId: 'r1', mail: MAIL, phones: [], values: {} };
  })();
  await receiveRecords(ports(), { tenantId: TENANT_ID, setupId: SETUP, mode: 'merge' }, records);
  await scene.settle();
  expect(await shown(OLD)).toBe('active r1');
  for (const step of order) await scene.change(...changesOf(step));
  await scene.sync();
}

function changesOf(step: 'delete' | 'create'): DirectoryChange[] {
  if (step === 'delete') return [{ kind: 'softDeleteUser', id: OLD }];
  return [{ kind: 'createUser', id: NEW, attributes: { mail: MAIL } }];
}

/** Status and record of a person. */
async function shown(directoryId: string): Promise<string> {
  const person = (await people(scene)).find((one) => one.directoryId === directoryId);
  return person === undefined ? 'nobody' : `${person.status} ${person.recordId ?? '-'}`;
}

async function conflicts() {
  const page = await scene.world.stores.matchConflicts.list(TENANT_ID, SETUP, { after: null, limit: 10 });
  return page.rows.map(({ reasons, directoryIds, recordIds }) => ({ reasons, directoryIds, recordIds }));
}

const keep = { mode: 'disable', afterDays: 0 } as const;
const disabling = { remove: { whenLeft: keep, whenDeleted: keep } };

describe('an account that is deleted and created again', () => {
  it('is no second person while the first may be restored, and gets the record once it may not', async () => {
    await recreated(disabling, 'delete', 'create');
    expect([await shown(OLD), await shown(NEW)]).toEqual(['disabled r1', 'nobody']);
    expect(await conflicts()).toEqual([
      { reasons: ['recordOfDeletedUser'], directoryIds: [NEW], recordIds: ['r1'] },
    ]);
    await scene.change({ kind: 'hardDeleteUser', id: OLD });
    await scene.sync();
    expect([await shown(OLD), await shown(NEW)]).toEqual(['disabled -', 'active r1']);
    expect(await conflicts()).toEqual([]);
  });

  it('gets the record at once where an operator says so, and the first account is told of it', async () => {
    await recreated(disabling, 'delete', 'create');
    const pair = { directoryId: NEW, recordId: 'r1' };
    expect(await chooseMatch(ports(), TENANT_ID, SETUP, pair)).toEqual({ kind: 'chosen' });
    await scene.settle();
    expect([await shown(OLD), await shown(NEW)]).toEqual(['disabled -', 'active r1']);
    await scene.change({ kind: 'restoreUser', id: OLD });
    await scene.sync();
    expect([await shown(OLD), await shown(NEW)]).toEqual(['active -', 'active r1']);
    expect(await conflicts()).toEqual([{ reasons: ['recordMoved'], directoryIds: [OLD], recordIds: ['r1'] }]);
  });

  it('keeps the record for whom it was made while nobody else has it, so that the product can remove it', async () => {
    await recreated({}, 'delete');
    expect(await shown(OLD)).toBe('disabled r1');
    await scene.change({ kind: 'hardDeleteUser', id: OLD });
    await scene.sync();
    const [person] = (await people(scene)).filter(({ directoryId }) => directoryId === OLD);
    expect(person?.recordId).toBe('r1');
    await scene.change(...changesOf('create'));
    await scene.sync();
    expect(await shown(NEW)).toBe('active r1');
    expect((await shown(OLD)).split(' ')[1]).toBe('-');
  });

  it('leaves nothing of the first in what matching keeps once its person is removed', async () => {
    const remove = { mode: 'delete', afterDays: 0 } as const;
    await recreated({ remove: { whenLeft: remove, whenDeleted: remove } }, 'delete');
    expect(await shown(OLD)).toBe('removed r1');
    await scene.change({ kind: 'hardDeleteUser', id: OLD });
    await scene.sync();
    const rows = scene.world.tables.rows('Matches').map(({ columns }) => columns['directoryId']);
    expect(rows).not.toContain(OLD);
    expect(rows).toContain(userId(1));
  });
});
