import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTableStores, type TableStores } from '../../../../shared/adapters/tables/table-stores.js';
import { AccessRefused, NotFound, RequestRefused, Unavailable } from '../../../../shared/core/failures.js';
import {
  isRoleListRead,
  roleListKey,
  roleListsOf,
  type ListedRole,
  type RoleList,
} from '../../../../shared/core/role-assignment.js';
import { assignmentsOfUsers } from '../../../../shared/ports/assignments-of-users.js';
import type { Connection } from '../../../../shared/ports/directory.js';
import {
  refreshRoleAssignments,
  type ChangedHolders,
  type RoleRefreshing,
} from '../../../../shared/use-cases/sync-tenant/refresh-role-assignments.js';
import { fenceOf, type TestFence } from '../../../contracts/table-stores-fixture.js';
import { createMemoryTables } from '../../../fakes/memory-tables.js';

const PRINCIPAL = 'aaaaaaaa-0000-4000-8000-000000000001';
const [READER, WRITER] = ['bbbbbbbb-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002'];
const ROLE = 'cccccccc-0000-4000-8000-000000000001';
const MINUTE = 60_000;

let stores: TableStores;
let fence: TestFence;
let now: number;
/** What Graph lists, page by page, or fails with; by service principal or directory role. */
let listed: Map<string, readonly (readonly ListedRole[] | Error)[]>;
/** The assignments of directory roles, or the failure to read them; Graph cuts the members of a role that has any. */
let assigned: Map<string, readonly ListedRole[] | Error>;
let asked: string[];
let marked: ChangedHolders[];

beforeEach(() => {
  stores = createTableStores(createMemoryTables());
  fence = fenceOf();
  now = Date.parse('2026-03-01T00:00:00Z');
  listed = new Map();
  assigned = new Map();
  asked = [];
  marked = [];
});

function work(): RoleRefreshing {
  const page = async (_connection: Connection, of: string, link: string | null) => {
    asked.push(of);
    const pages = listed.get(of) ?? [new NotFound('no such')];
    const at = Number(link ?? 0);
    const items = pages[at] ?? [];
    if (items instanceof Error) throw items;
    return { items, next: at + 1 < pages.length ? String(at + 1) : null };
  };
  return {
    directory: {
      appRoleAssignments: page,
      directoryRoleMembers: async (connection, role, link) => {
        return { ...(await page(connection, role, link)), isCut: assigned.has(role) };
      },
      directoryRoleAssignments: async (_connection, role) => {
        const items = assigned.get(role) ?? [];
        if (items instanceof Error) throw items;
        return { items, next: null };
      },
    },
    roleAssignments: stores.roleAssignments,
    mark: async (changed) => {
      marked.push(changed);
    },
    connection: {} as Connection,
    fence,
    now: () => new Date(now).toISOString(),
    async *pages(read) {
      let link: string | null = null;
      do {
        const from: string | null = link;
        const { items, next } = await read(from);
        yield items;
        link = next;
      } while (link !== null);
    },
  };
}

const appRole = (principalId: string, appRoleId: string, principalType = 'user'): ListedRole => {
  return { principalId, principalType, appRoleId };
};
const member = (principalId: string): ListedRole => ({ principalId, principalType: 'user', appRoleId: null });

const both = roleListsOf({
  appRoles: [`${PRINCIPAL}/${READER}`, `${PRINCIPAL}/${WRITER}`],
  directoryRoles: [ROLE, ROLE],
});
const readersOnly = roleListsOf({ appRoles: [`${PRINCIPAL}/${READER}`], directoryRoles: [] });

function refresh(lists: readonly RoleList[] = both, atOnce = true) {
  return refreshRoleAssignments(work(), { lists, named: lists, atOnce });
}

async function rolesOf(...ids: string[]): Promise<Record<string, readonly string[]>> {
  const holders = await stores.roleAssignments.holders(fence, ids);
  return Object.fromEntries([...holders].map(([id, { roles }]) => [id, roles]));
}

describe('role assignments', () => {
  it('are read over all pages, of the named roles alone, and who changed is marked before it is written', async () => {
    listed.set(PRINCIPAL, [
      [appRole('u1', READER), appRole('u1', 'another')],
      [],
      [appRole('u1', WRITER), appRole('g1', READER, 'group'), appRole('s1', READER, 'servicePrincipal')],
    ]);
    listed.set(ROLE, [[member('u2')]]);
    expect(await refresh()).toEqual([]);
    expect(await rolesOf('u1', 'u2', 'g1')).toEqual({
      u1: [`${PRINCIPAL}/${READER}`, `${PRINCIPAL}/${WRITER}`],
      u2: [ROLE],
      g1: [`${PRINCIPAL}/${READER}`],
    });
    expect(marked).toEqual([
      { users: ['u1'], groups: ['g1'] },
      { users: ['u2'], groups: [] },
    ]);
    marked = [];
    await refresh();
    expect(marked).toEqual([]);
  });

  it('that ended are taken away, and only from who held them', async () => {
    listed.set(PRINCIPAL, [[appRole('u1', READER), appRole('u2', READER), appRole('u1', WRITER)]]);
    listed.set(ROLE, [[member('u1')]]);
    await refresh();
    marked = [];
    listed.set(PRINCIPAL, [[appRole('u2', READER)]]);
    await refresh();
    expect(await rolesOf('u1', 'u2')).toEqual({ u1: [ROLE], u2: [`${PRINCIPAL}/${READER}`] });
    expect(marked).toEqual([{ users: ['u1'], groups: [] }]);
  });

  it.each([
    ['refused', new AccessRefused('no', 403), 'RolesRefused', 'Application.Read.All'],
    ['unknown', new NotFound('gone'), 'RoleNotFound', PRINCIPAL],
  ])('stay as they were where the list is %s, with a warning', async (_name, failure, code, said) => {
    listed.set(PRINCIPAL, [[appRole('u1', READER)]]);
    listed.set(ROLE, [[]]);
    await refresh();
    marked = [];
    listed.set(PRINCIPAL, [[], failure]);
    expect(await refresh()).toMatchObject([{ code, message: expect.stringContaining(said) as string }]);
    expect(await rolesOf('u1')).toEqual({ u1: [`${PRINCIPAL}/${READER}`] });
    expect(marked).toEqual([]);
    // Said again while it is not due, without asking.
    asked = [];
    expect(await refresh(both, false)).toMatchObject([{ code }]);
    expect(asked).toEqual([]);
    const states = await stores.roleAssignments.lists(fence.tenantId);
    expect(
      both.map((list) =>
        isRoleListRead(
          list,
          states.find(({ key }) => key === roleListKey(list)),
        ),
      ),
    ).toEqual([true, true]);
  });

  it('are read from the assignments of the role where Graph cut the list of its members', async () => {
    listed.set(PRINCIPAL, [[]]);
    listed.set(ROLE, [[member('u1'), member('u2')]]);
    await refresh();
    assigned.set(ROLE, [member('u2'), member('u3'), { ...member('g1'), principalType: 'group' }]);
    expect(await refresh()).toEqual([]);
    expect(await rolesOf('u1', 'u2', 'u3', 'g1')).toEqual({ u2: [ROLE], u3: [ROLE], g1: [ROLE] });
    expect((await stores.roleAssignments.groups(fence)).map(({ principalId }) => principalId)).toEqual([
      'g1',
    ]);
  });

  it.each([
    ['refused', new AccessRefused('no', 403)],
    ['not served', new RequestRefused('no', 400, 'Request_UnsupportedQuery')],
    ['unknown', new NotFound('gone')],
  ])('are taken from nobody where the list was cut and the assignments are %s', async (_name, failure) => {
    listed.set(PRINCIPAL, [[]]);
    listed.set(ROLE, [[member('u1'), member('u2')]]);
    await refresh();
    marked = [];
    assigned.set(ROLE, failure);
    listed.set(ROLE, [[member('u2'), member('u3')]]);
    const warning = { code: 'RolesIncomplete', message: expect.stringContaining(ROLE) as string, count: 1 };
    expect(await refresh()).toEqual([warning]);
    expect(await rolesOf('u1', 'u2', 'u3')).toEqual({ u1: [ROLE], u2: [ROLE], u3: [ROLE] });
    expect(marked).toEqual([{ users: ['u3'], groups: [] }]);
    assigned.delete(ROLE);
    expect(await refresh()).toEqual([]);
    expect(await rolesOf('u1', 'u2', 'u3')).toEqual({ u2: [ROLE], u3: [ROLE] });
  });

  it('do not count as read where only a cut list was ever seen, and are forgotten with their setup', async () => {
    listed.set(PRINCIPAL, [[]]);
    listed.set(ROLE, [[member('u1')]]);
    assigned.set(ROLE, new AccessRefused('no', 403));
    await refresh();
    const list = both.find(({ kind }) => kind === 'directoryRole')!;
    const states = await stores.roleAssignments.lists(fence.tenantId);
    const state = states.find(({ key }) => key === roleListKey(list));
    expect([state?.outcome, isRoleListRead(list, state)]).toEqual(['incomplete', false]);
    await refresh([]);
    expect(await rolesOf('u1')).toEqual({});
  });

  it('stay as they were while the assignments of a role cannot be reached', async () => {
    listed.set(PRINCIPAL, [[]]);
    listed.set(ROLE, [[member('u1')]]);
    await refresh();
    listed.set(ROLE, [[]]);
    assigned.set(ROLE, new Unavailable('later', null));
    await expect(refresh()).rejects.toBeInstanceOf(Unavailable);
    expect(await rolesOf('u1')).toEqual({ u1: [ROLE] });
  });

  it('stay as they were while Graph fails', async () => {
    listed.set(PRINCIPAL, [[appRole('u1', READER)]]);
    await refresh(readersOnly);
    listed.set(PRINCIPAL, [[], new Unavailable('later', null)]);
    await expect(refresh(readersOnly)).rejects.toBeInstanceOf(Unavailable);
    expect(await rolesOf('u1')).toEqual({ u1: [`${PRINCIPAL}/${READER}`] });
  });

  it('are asked for every ten minutes, and at once where a role was added', async () => {
    listed.set(PRINCIPAL, [[appRole('u1', WRITER)]]);
    listed.set(ROLE, [[]]);
    await refresh(readersOnly, false);
    now += 9 * MINUTE;
    await refresh(readersOnly, false);
    expect(asked).toEqual([PRINCIPAL]);
    await refresh(both, false);
    expect(asked).toEqual([PRINCIPAL, PRINCIPAL, ROLE]);
    expect(await rolesOf('u1')).toEqual({ u1: [`${PRINCIPAL}/${WRITER}`] });
    now += 10 * MINUTE;
    await refresh(both, false);
    expect(asked).toHaveLength(5);
  });

  it('that no setup names any more are forgotten, other roles of the same principal not', async () => {
    listed.set(PRINCIPAL, [[appRole('u1', READER), appRole('u1', WRITER)]]);
    listed.set(ROLE, [[member('u1')]]);
    await refresh();
    await refresh(readersOnly);
    expect(await rolesOf('u1')).toEqual({ u1: [`${PRINCIPAL}/${READER}`] });
    await refresh([]);
    expect(await rolesOf('u1')).toEqual({});
    expect(await stores.roleAssignments.lists(fence.tenantId)).toEqual([]);
  });

  it('come to what Graph lists whatever was there before and wherever the work died', async () => {
    const assigned = fc.uniqueArray(
      fc.tuple(fc.constantFrom('u1', 'u2', 'u3', 'u4'), fc.constantFrom(READER, WRITER)),
      { selector: ([id, role]) => `${id} ${role}`, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(assigned, { minLength: 1, maxLength: 4 }),
        fc.nat(12),
        async (histories, dies) => {
          stores = createTableStores(createMemoryTables());
          fence = fenceOf();
          listed.set(ROLE, [[]]);
          let left = dies;
          for (const [at, history] of histories.entries()) {
            listed.set(PRINCIPAL, [history.map(([id, role]) => appRole(id, role))]);
            const last = at === histories.length - 1;
            const dying = {
              ...fence,
              assertHeld: () => {
                if (!last && left-- === 0) throw new Error('died');
              },
            };
            await refreshRoleAssignments(
              { ...work(), fence: dying },
              { lists: both, named: both, atOnce: true },
            ).catch(() => []);
          }
          const want: Record<string, string[]> = {};
          for (const [id, role] of histories.at(-1) ?? []) (want[id] ??= []).push(`${PRINCIPAL}/${role}`);
          for (const roles of Object.values(want)) roles.sort();
          expect(await rolesOf('u1', 'u2', 'u3', 'u4')).toEqual(want);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the roles of users', () => {
  it('are their own and those of groups that they are direct members of', async () => {
    listed.set(PRINCIPAL, [[appRole('u1', READER), appRole('g1', WRITER, 'group')]]);
    listed.set(ROLE, [[]]);
    await refresh();
    await stores.mirror.createEdges(fence, [
      { groupId: 'g1', memberId: 'u1', memberType: 'user' },
      { groupId: 'g1', memberId: 'g2', memberType: 'group' },
      { groupId: 'g2', memberId: 'u2', memberType: 'user' },
      { groupId: 'g1', memberId: 'u3', memberType: 'user' },
    ]);
    const held = await assignmentsOfUsers(stores).read(fence, ['u1', 'u2', 'u3', 'u4']);
    expect(held).toEqual(
      new Map([
        ['u1', new Set([`${PRINCIPAL}/${READER}`, `${PRINCIPAL}/${WRITER}`])],
        ['u3', new Set([`${PRINCIPAL}/${WRITER}`])],
      ]),
    );
  });
});
