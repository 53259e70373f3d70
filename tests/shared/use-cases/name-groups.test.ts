import { beforeEach, describe, expect, it } from 'vitest';
import { createTableStores, type TableStores } from '../../../shared/adapters/tables/table-stores.js';
import { Unavailable } from '../../../shared/core/failures.js';
import type { MirrorGroup } from '../../../shared/core/mirror-rows.js';
import { nameGroups, type NameGroupsPorts } from '../../../shared/use-cases/name-groups.js';
import { aTenant, credentialReference } from '../../builders/tenant.js';
import { createMemoryTables } from '../../fakes/memory-tables.js';

const idOf = (number: number): string => `aaaaaaaa-0000-4000-8000-${String(number).padStart(12, '0')}`;
const group = (number: number, displayName?: string): MirrorGroup => ({
  id: idOf(number),
  presence: 'live',
  attributes: displayName === undefined ? {} : { displayName },
});

describe('the names of groups', () => {
  const tenant = aTenant({ bucketCount: 4, credential: credentialReference() });
  const fence = { tenantId: tenant.tenantId, bucketCount: 4, assertHeld: () => undefined };
  let stores: TableStores;
  let asked: string[];
  let answer: (id: string) => Promise<readonly MirrorGroup[]>;
  let patience: Promise<void>;
  beforeEach(() => {
    stores = createTableStores(createMemoryTables());
    asked = [];
    answer = () => Promise.resolve([]);
    patience = new Promise(() => undefined);
  });

  const ports = (): NameGroupsPorts => ({
    mirror: stores.mirror,
    directory: {
      searchGroups: (_, id) => {
        asked.push(id);
        return answer(id).then((groups) => ({ groups, isAll: true }));
      },
    },
    clock: { wait: () => patience },
    consentApps: [],
  });
  const named = async (...numbers: number[]) =>
    Object.fromEntries(await nameGroups(ports(), tenant, numbers.map(idOf)));

  it('come from the mirror, of deleted groups too, and nobody is asked for them', async () => {
    await stores.mirror.writeGroups(fence, [
      group(1, 'Staff'),
      { ...group(2, 'Gone'), presence: 'softDeleted' },
      group(3),
    ]);
    expect(await named(1, 2, 3)).toEqual({ [idOf(1)]: 'Staff', [idOf(2)]: 'Gone' });
    expect(asked).toEqual([]);
  });

  it('come from the directory if the mirror does not have the group', async () => {
    await stores.mirror.writeGroups(fence, [group(1, 'Staff')]);
    answer = (id) => Promise.resolve(id === idOf(2) ? [group(2, 'New one')] : []);
    expect(await named(1, 2, 3)).toEqual({ [idOf(1)]: 'Staff', [idOf(2)]: 'New one' });
    expect(asked).toEqual([idOf(2), idOf(3)]);
  });

  it('are asked for before anything was read, in capitals too, each once', async () => {
    answer = () => Promise.resolve([group(1, 'Staff')]);
    const unread = { ...tenant, bucketCount: null };
    const ids = [idOf(1), idOf(1).toUpperCase()];
    expect(await nameGroups(ports(), unread, ids)).toEqual(new Map([[idOf(1), 'Staff']]));
    expect(asked).toEqual([idOf(1)]);
  });

  it('are asked for twenty groups at most', async () => {
    await named(...Array.from({ length: 50 }, (_, at) => at));
    expect(asked).toHaveLength(20);
  });

  it('are not asked for if nobody let us in', async () => {
    const closed = { ...tenant, credential: null };
    expect(await nameGroups(ports(), closed, [idOf(1)])).toEqual(new Map());
    expect(asked).toEqual([]);
  });

  it('are those known so far if the directory does not answer, and it is not asked on', async () => {
    answer = (id) =>
      id === idOf(0) ? Promise.resolve([group(0, 'Staff')]) : Promise.reject(new Unavailable('down'));
    expect(await named(...Array.from({ length: 20 }, (_, at) => at))).toEqual({ [idOf(0)]: 'Staff' });
    expect(asked.length).toBeLessThan(10);
  });

  it('are those known so far if the directory answers too late', async () => {
    answer = (id) => (id === idOf(0) ? Promise.resolve([group(0, 'Staff')]) : new Promise(() => undefined));
    let late = (): void => undefined;
    patience = new Promise((resolve) => (late = resolve));
    const names = named(0, 1);
    await Promise.resolve();
    setImmediate(late);
    expect(await names).toEqual({ [idOf(0)]: 'Staff' });
  });
});
