import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Fault, TokenExpiry } from '../../local/graph/control-api.js';
import type { DeltaElement, DeltaPage } from '../../shared/core/delta-page.js';
import { NotFound } from '../../shared/core/failures.js';
import type { Resource } from '../../shared/core/resource.js';
import { selectionOf } from '../../shared/core/selection.js';
import { Secret } from '../../shared/core/secret.js';
import { READS_HIDDEN } from '../../shared/core/hidden-membership.js';
import {
  CLIENT_ID,
  EVERY_ROLE,
  METADATA_FILE,
  newTenant,
  type DirectoryTenant,
  type EmulatedDirectory,
} from './emulated-directory.js';

interface Round {
  readonly elements: DeltaElement[];
  readonly pages: DeltaPage[];
  readonly deltaLink: string;
}

/** What every Directory does, whatever carries its requests. */
export function directoryContract(name: string, start: () => Promise<EmulatedDirectory>): void {
  let stack: EmulatedDirectory;
  let tenant: DirectoryTenant;

  beforeAll(async () => {
    stack = await start();
  });
  afterAll(async () => {
    await stack.close();
  });
  beforeEach(async () => {
    tenant = await newTenant(stack);
  });

  async function change(changes: Parameters<typeof stack.emulator.applyChanges>[1]): Promise<void> {
    const outcome = await stack.emulator.applyChanges(tenant.tenantId, changes);
    expect(outcome.skipped).toEqual([]);
  }

  async function round(resource: Resource, link: string | null = null): Promise<Round> {
    const pages: DeltaPage[] = [];
    for (let next = link; ;) {
      const page = await stack.directory.readDelta(tenant.connection, resource, next);
      pages.push(page);
      next = page.link.url;
      if (page.link.kind === 'delta') {
        return { pages, elements: pages.flatMap(({ elements }) => elements), deltaLink: next };
      }
    }
  }

  async function failure(fault: Fault, link: string | null = null): Promise<unknown> {
    // It lasts, since a read over https is repeated.
    await stack.emulator.addFault({ tenantId: tenant.tenantId, path: '/delta', times: null, fault });
    const outcome = await stack.directory.readDelta(tenant.connection, 'users', link).then(
      () => 'no failure',
      (error: unknown) => error,
    );
    await stack.emulator.clearFaults();
    return outcome;
  }

  const users = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'createUser' as const,
      id: `user-${index}`,
      attributes: { displayName: `Üser ${index}`, jobTitle: index === 0 ? 'Chief' : null },
    }));

  describe(`${name}: delta of users`, () => {
    it('reads everybody over several pages, then only what changed', async () => {
      await change([...users(7), { kind: 'setManager', userId: 'user-1', managerId: 'user-0' }]);
      const first = await round('users');
      expect(first.pages.length).toBeGreaterThan(2);
      expect(new Set(first.elements.map(({ id }) => id)).size).toBe(7);
      const byId = new Map(first.elements.map((element) => [element.id, element]));
      expect(byId.get('user-0')).toMatchObject({
        kind: 'present',
        attributes: { displayName: 'Üser 0', jobTitle: 'Chief' },
      });
      expect(byId.get('user-1')).toMatchObject({
        references: [{ id: 'user-0', type: 'user', removed: false }],
      });

      expect((await round('users', first.deltaLink)).elements).toEqual([]);
      await change([
        { kind: 'updateUser', id: 'user-0', attributes: { jobTitle: null } },
        { kind: 'softDeleteUser', id: 'user-2' },
        { kind: 'softDeleteUser', id: 'user-3' },
        { kind: 'hardDeleteUser', id: 'user-3' },
        { kind: 'setManager', userId: 'user-1', managerId: 'user-4' },
      ]);
      const second = await round('users', first.deltaLink);
      const changed = new Map(second.elements.map((element) => [element.id, element]));
      expect(changed.get('user-0')).toMatchObject({ kind: 'present', attributes: { jobTitle: null } });
      expect(changed.get('user-2')).toEqual({ kind: 'removed', id: 'user-2', reason: 'changed' });
      expect(changed.get('user-3')).toEqual({ kind: 'removed', id: 'user-3', reason: 'deleted' });
      expect(changed.get('user-1')).toMatchObject({
        references: expect.arrayContaining([{ id: 'user-4', type: 'user', removed: false }]) as unknown,
      });
      expect(changed.has('user-5')).toBe(false);
    });

    it('reads empty pages through', async () => {
      await change(users(2));
      const fault = { kind: 'emptyPage' } as const;
      await stack.emulator.addFault({ tenantId: tenant.tenantId, path: '/delta', fault });
      const { pages, elements } = await round('users');
      expect(pages[0]?.elements).toEqual([]);
      expect(elements).toHaveLength(2);
    });
  });

  describe(`${name}: attributes that setups add`, () => {
    const extension = `extension_${'0123456789abcdef'.repeat(2)}_team`;
    const names = selectionOf('users', [
      'employeeOrgData',
      'onPremisesExtensionAttributes',
      'employeeHireDate',
      'streetAddress',
      'otherMails',
      extension,
    ]);

    it('are read page after page, and changes of them alone are told', async () => {
      const values = {
        employeeOrgData: { division: 'North', costCenter: null },
        onPremisesExtensionAttributes: { extensionAttribute3: 'x' },
        employeeHireDate: '2024-02-29T00:00:00Z',
        streetAddress: 'Line 1\r\nLine 2',
        otherMails: ['a@b.example'],
        [extension]: ['red', 'blue'],
      };
      await change([...users(5), { kind: 'updateUser', id: 'user-4', attributes: values }]);
      const told: DeltaElement[] = [];
      let link: string | null = null;
      for (let isNext = true; isNext;) {
        const page: DeltaPage = await stack.directory.readDelta(tenant.connection, 'users', link, names);
        told.push(...page.elements);
        link = page.link.url;
        isNext = page.link.kind === 'next';
      }
      const extensionAttributes = { extensionAttribute1: null, extensionAttribute3: 'x' };
      expect(told.find(({ id }) => id === 'user-4')).toMatchObject({
        attributes: { ...values, onPremisesExtensionAttributes: extensionAttributes },
      });
      await change([
        { kind: 'updateUser', id: 'user-1', attributes: { employeeOrgData: { costCenter: 'CC-1' } } },
        { kind: 'updateUser', id: 'user-2', attributes: { city: 'Bern' } },
        { kind: 'updateUser', id: 'user-4', attributes: { employeeOrgData: null, [extension]: null } },
      ]);
      const { elements } = await stack.directory.readDelta(tenant.connection, 'users', link, names);
      expect(elements.map(({ id }) => id)).toEqual(['user-1', 'user-4']);
      const [first, last] = elements;
      expect(first).toMatchObject({
        attributes: { employeeOrgData: { division: null, costCenter: 'CC-1' } },
      });
      expect(last).toMatchObject({ attributes: { employeeOrgData: null, [extension]: null } });
    });

    it.each(['skills', 'extensionAttribute1', 'signInActivity'])(
      'are refused where delta has none: %s',
      async (wrong) => {
        const failed = await stack.directory
          .readDelta(tenant.connection, 'users', null, ['displayName', wrong])
          .catch((error: unknown) => error);
        expect(failed).toMatchObject({ kind: 'requestRefused', status: 400 });
        await stack.emulator.clearViolations();
      },
    );
  });

  describe(`${name}: roles`, () => {
    const principal = 'aaaaaaaa-2222-4333-8444-000000000001';
    const [reader, writer] = ['bbbbbbbb-2222-4333-8444-000000000001', 'bbbbbbbb-2222-4333-8444-000000000002'];
    const [role, template] = ['cccccccc-2222-4333-8444-000000000001', 'cccccccc-2222-4333-8444-000000000002'];

    beforeEach(async () => {
      const app = { clientId: CLIENT_ID, secrets: [{ value: 'good' }] };
      const roles = [...EVERY_ROLE, 'Application.Read.All', 'RoleManagement.Read.Directory'];
      await stack.emulator.setApp(tenant.tenantId, { ...app, roles });
    });

    it('of an application are listed with who was given them, groups as groups', async () => {
      const assign = (principalId: string, appRoleId: string) => {
        const kind = 'assignAppRole' as const;
        return { kind, servicePrincipalId: principal, appRoleId, principalId };
      };
      await change([
        ...users(3),
        { kind: 'createGroup', id: 'g1' },
        { kind: 'addMember', groupId: 'g1', memberId: 'user-2' },
        { kind: 'createObject', id: principal, objectType: 'servicePrincipal' },
        assign('user-0', reader),
        assign('user-0', writer),
        assign('user-1', reader),
        assign('g1', reader),
        { kind: 'removeAppRole', servicePrincipalId: principal, appRoleId: writer, principalId: 'user-0' },
        { kind: 'softDeleteUser', id: 'user-1' },
      ]);
      const read = () =>
        all((link) => stack.directory.appRoleAssignments(tenant.connection, principal, link));
      expect(await read()).toEqual([
        { principalId: 'user-0', principalType: 'user', appRoleId: reader },
        { principalId: 'g1', principalType: 'group', appRoleId: reader },
      ]);
      await stack.emulator.addFault({ path: '/appRoleAssignedTo', fault: { kind: 'emptyPage' } });
      expect(await read()).toHaveLength(2);
    });

    it('of the directory are listed by their own id and by that of their template', async () => {
      await change([
        ...users(2),
        { kind: 'createDirectoryRole', id: role, roleTemplateId: template },
        { kind: 'assignDirectoryRole', roleId: role, principalId: 'user-0' },
        { kind: 'assignDirectoryRole', roleId: role, principalId: 'user-1' },
        { kind: 'removeDirectoryRole', roleId: role, principalId: 'user-0' },
      ]);
      for (const named of [role, template])
        expect(
          await all((link) => stack.directory.directoryRoleMembers(tenant.connection, named, link)),
        ).toEqual([{ principalId: 'user-1', principalType: 'user', appRoleId: null }]);
    });

    it('of the directory are all found in its assignments where Graph cuts the list of members', async () => {
      const count = 1_003;
      await change([
        ...users(count),
        { kind: 'createGroup', id: 'g1' },
        { kind: 'createDirectoryRole', id: role, roleTemplateId: template },
        { kind: 'createDirectoryRole', id: reader, roleTemplateId: writer },
        { kind: 'assignDirectoryRole', roleId: role, principalId: 'g1' },
        { kind: 'assignDirectoryRole', roleId: reader, principalId: 'user-0' },
        ...users(count).map(({ id }) => {
          return { kind: 'assignDirectoryRole' as const, roleId: role, principalId: id };
        }),
      ]);
      const { directory } = stack;
      const { connection } = tenant;
      const cut = await directory.directoryRoleMembers(connection, role, null);
      expect([cut.items.length, cut.next, cut.isCut]).toEqual([1_000, null, true]);
      for (const named of [role, template]) {
        const read = await all((link) => directory.directoryRoleAssignments(connection, named, link));
        expect(new Set(read.map(({ principalId }) => principalId)).size).toBe(count + 1);
        expect(read[0]).toEqual({ principalId: 'g1', principalType: 'group', appRoleId: null });
        expect(read[1]).toEqual({ principalId: 'user-0', principalType: 'user', appRoleId: null });
      }
      const few = await directory.directoryRoleMembers(connection, reader, null);
      expect([few.items.length, few.isCut]).toEqual([1, false]);
      const app = { clientId: CLIENT_ID, secrets: [{ value: 'good' }], roles: EVERY_ROLE };
      await stack.emulator.setApp(tenant.tenantId, app);
      await expect(directory.directoryRoleAssignments(connection, role, null)).rejects.toMatchObject({
        ...{ kind: 'accessRefused', status: 403 },
      });
      await expect(directory.directoryRoleAssignments(connection, "x')/y", null)).rejects.toMatchObject({
        kind: 'requestRefused',
      });
    });

    it('say where there is no such thing, and where it may not be read', async () => {
      const { directory } = stack;
      const { connection, tenantId } = tenant;
      const ask = () => [
        directory.appRoleAssignments(connection, principal, null),
        directory.directoryRoleMembers(connection, role, null),
      ];
      for (const asked of ask()) await expect(asked).rejects.toBeInstanceOf(NotFound);
      const app = { clientId: CLIENT_ID, secrets: [{ value: 'good' }], roles: EVERY_ROLE };
      await stack.emulator.setApp(tenantId, app);
      for (const asked of ask())
        await expect(asked).rejects.toMatchObject({ kind: 'accessRefused', status: 403 });
      await expect(directory.directoryRoleMembers(connection, "x')/y", null)).rejects.toMatchObject({
        kind: 'requestRefused',
      });
    });
  });

  describe(`${name}: search of groups`, () => {
    const ids = ['one', 'two', 'three', 'four'].map((_, n) => `dddddddd-2222-4333-8444-00000000000${n}`);
    const search = async (text: string, securityOnly = false, limit = 10) => {
      const found = await stack.directory.searchGroups(tenant.connection, text, { securityOnly, limit });
      return found.groups.map(({ attributes }) => attributes['displayName']);
    };

    beforeEach(async () => {
      const named = ['Sales Team Zürich', 'Team "A" \\ B', 'Wholesalers', 'Sales Guests'];
      await change(
        named.map((displayName, n) => ({
          kind: 'createGroup' as const,
          id: ids[n] ?? '',
          attributes: { displayName, ...(n === 3 ? { groupTypes: ['Unified'] } : {}) },
        })),
      );
    });

    it('finds where words begin so, in any order and case', async () => {
      expect(await search('sales')).toEqual(['Sales Team Zürich', 'Sales Guests']);
      expect(await search('zür SAL')).toEqual(['Sales Team Zürich']);
      expect(await search('ales')).toEqual([]);
    });

    it('lists any without a text', async () => {
      expect(await search('')).toHaveLength(4);
      expect(await search('', true)).toHaveLength(3);
    });

    it('says whether that is all that fits', async () => {
      const isAll = async (text: string, limit: number) =>
        (await stack.directory.searchGroups(tenant.connection, text, { securityOnly: false, limit })).isAll;
      expect([await isAll('sales', 10), await isAll('sales', 2), await isAll('sales', 1)]).toEqual([
        ...[true, true, false],
      ]);
      expect([await isAll('', 4), await isAll('', 3)]).toEqual([true, false]);
      expect(await isAll(ids[3] ?? '', 1)).toBe(true);
    });

    it('finds by the beginning of the name what the index of words does not have, and says so', async () => {
      const fault = { kind: 'status', status: 400, code: 'Request_UnsupportedQuery' } as const;
      await stack.emulator.addFault({ tenantId: tenant.tenantId, path: 'search=', fault });
      expect(
        await stack.directory.searchGroups(tenant.connection, 'sales t', { securityOnly: true, limit: 5 }),
      ).toMatchObject({ groups: [{ attributes: { displayName: 'Sales Team Zürich' } }], isAll: false });
    });

    it('fails only if nothing was answered', async () => {
      const fault = { kind: 'status', status: 503 } as const;
      await stack.emulator.addFault({ tenantId: tenant.tenantId, path: '/groups', times: null, fault });
      const wish = { securityOnly: false, limit: 5 };
      await expect(stack.directory.searchGroups(tenant.connection, 'sales', wish)).rejects.toMatchObject({
        kind: 'unavailable',
      });
    });

    it('takes quotes and backslashes for themselves', async () => {
      expect(await search('Team "A" \\ B')).toEqual(['Team "A" \\ B']);
      expect(await search('sales" OR "displayName:team')).toEqual([]);
    });

    it('leaves out what is no security group where only these are asked for, and ends at the limit', async () => {
      expect(await search('sales', true)).toEqual(['Sales Team Zürich']);
      expect(await search('sales', false, 1)).toEqual(['Sales Team Zürich']);
    });

    it('finds by id', async () => {
      expect(await search(` ${(ids[3] ?? '').toUpperCase()} `)).toEqual(['Sales Guests']);
      expect(await search(ids[3] ?? '', true)).toEqual([]);
      expect(await search('dddddddd-2222-4333-8444-00000000000f')).toEqual([]);
    });
  });

  describe(`${name}: delta of groups`, () => {
    it('reads members in slices, their types, and what ended', async () => {
      await change([
        ...users(5),
        { kind: 'createGroup', id: 'g1', attributes: { displayName: 'All', groupTypes: [] } },
        { kind: 'createGroup', id: 'g2' },
        ...users(5).map(({ id }) => ({ kind: 'addMember' as const, groupId: 'g1', memberId: id })),
        { kind: 'addMember', groupId: 'g1', memberId: 'g2' },
      ]);
      const first = await round('groups');
      const slices = first.elements.filter(({ id }) => id === 'g1');
      expect(slices.length).toBeGreaterThan(1);
      const members = slices.flatMap((slice) => (slice.kind === 'present' ? (slice.references ?? []) : []));
      expect(new Map(members.map(({ id, type }) => [id, type]))).toEqual(
        new Map([...users(5).map(({ id }) => [id, 'user'] as const), ['g2', 'group'] as const]),
      );

      await change([{ kind: 'removeMember', groupId: 'g1', memberId: 'user-0' }]);
      expect((await round('groups', first.deltaLink)).elements).toMatchObject([
        { kind: 'present', id: 'g1', references: [{ id: 'user-0', type: 'user', removed: true }] },
      ]);
    });
  });

  describe(`${name}: delta of the members of some groups`, () => {
    it('reads these alone, then only what changed in them', async () => {
      const ids = ['1', '2', '3'].map((n) => `eeeeeeee-2222-4333-8444-00000000000${n}`);
      const [one = '', two = '', other = ''] = ids;
      const add = (groupId: string, memberId: string) => ({ kind: 'addMember' as const, groupId, memberId });
      await change([
        ...users(3),
        ...ids.map((id) => ({ kind: 'createGroup' as const, id })),
        ...[add(one, 'user-0'), add(two, one), add(other, 'user-1')],
      ]);
      const read = async (from: string | null) => {
        const told: string[] = [];
        for (let link = from; ;) {
          const page = await stack.directory.readMembersDelta(tenant.connection, [one, two], link);
          for (const element of page.elements)
            for (const { id, type, removed } of (element.kind === 'present' ? element.references : null) ??
              [])
              told.push(`${element.id} ${type} ${id} ${removed}`);
          link = page.link.url;
          if (page.link.kind === 'delta') return { told: told.sort(), link };
        }
      };
      const first = await read(null);
      expect(first.told).toEqual([`${one} user user-0 false`, `${two} group ${one} false`]);
      await change([
        { kind: 'removeMember', groupId: one, memberId: 'user-0' },
        ...[add(two, 'user-2'), add(other, 'user-2')],
      ]);
      const second = await read(first.link);
      expect(second.told).toEqual([`${one} user user-0 true`, `${two} user user-2 false`]);
    });

    it('reads groups without members where these are not asked for', async () => {
      await change([...users(1), { kind: 'createGroup', id: 'g1' }]);
      await change([{ kind: 'addMember', groupId: 'g1', memberId: 'user-0' }]);
      const page = await stack.directory.readDelta(tenant.connection, 'groups', null, ['displayName'], false);
      expect(page.elements.filter(({ id }) => id === 'g1')).toMatchObject([{ references: null }]);
    });
  });

  describe(`${name}: plain reads`, () => {
    it('counts and finds what is live', async () => {
      await change([...users(4), { kind: 'softDeleteUser', id: 'user-3' }]);
      expect(await stack.directory.count(tenant.connection, 'users')).toBe(3);
      expect(await stack.directory.count(tenant.connection, 'groups')).toBe(0);
      expect(await stack.directory.exists(tenant.connection, 'users', 'user-0')).toBe(true);
      expect(await stack.directory.exists(tenant.connection, 'users', 'user-3')).toBe(false);
      expect(await stack.directory.exists(tenant.connection, 'groups', 'user-0')).toBe(false);
    });

    it('lists deleted items of each kind', async () => {
      await change([
        ...users(2),
        { kind: 'softDeleteUser', id: 'user-1' },
        { kind: 'createGroup', id: 'm365', attributes: { groupTypes: ['Unified'] } },
        { kind: 'deleteGroup', id: 'm365' },
      ]);
      expect(await all((link) => stack.directory.deletedItems(tenant.connection, 'users', link))).toEqual([
        'user-1',
      ]);
      expect(await all((link) => stack.directory.deletedItems(tenant.connection, 'groups', link))).toEqual([
        'm365',
      ]);
    });

    it('lists the groups of an object and the members of a group, and says where either is gone', async () => {
      await change([
        ...users(2),
        { kind: 'createGroup', id: 'g1' },
        { kind: 'createGroup', id: 'g2' },
        { kind: 'addMember', groupId: 'g1', memberId: 'user-0' },
        { kind: 'addMember', groupId: 'g1', memberId: 'g2' },
      ]);
      const { directory } = stack;
      expect(await directory.groupsOf(tenant.connection, { kind: 'user', id: 'user-0' })).toMatchObject({
        groupIds: ['g1'],
      });
      expect(await directory.groupsOf(tenant.connection, { kind: 'group', id: 'g2' })).toMatchObject({
        groupIds: ['g1'],
      });
      expect(await directory.groupsOf(tenant.connection, { kind: 'user', id: 'user-1' })).toMatchObject({
        groupIds: [],
      });
      expect(await directory.groupsOf(tenant.connection, { kind: 'user', id: 'nobody' })).toBeNull();
      expect(new Set(await all((link) => directory.membersOf(tenant.connection, 'g1', link)))).toEqual(
        new Set([
          { groupId: 'g1', memberId: 'user-0', memberType: 'user' },
          { groupId: 'g1', memberId: 'g2', memberType: 'group' },
        ]),
      );
      await expect(
        all((link) => directory.membersOf(tenant.connection, 'nothing', link)),
      ).rejects.toBeInstanceOf(NotFound);
    });

    it.each([false, true])('says whether an answer shows hidden memberships: %s', async (isShown) => {
      const roles = isShown ? [...EVERY_ROLE, READS_HIDDEN] : EVERY_ROLE;
      const app = { clientId: CLIENT_ID, secrets: [{ value: 'good' }], roles };
      await stack.emulator.setApp(tenant.tenantId, app);
      await change([
        ...users(1),
        { kind: 'createGroup', id: 'g1', attributes: { visibility: 'HiddenMembership' } },
        { kind: 'addMember', groupId: 'g1', memberId: 'user-0' },
      ]);
      const { directory } = stack;
      const { connection } = tenant;
      const members = await directory.membersOf(connection, 'g1', null);
      expect([members.seesHidden, members.items.length]).toEqual([isShown, isShown ? 1 : 0]);
      expect(await directory.groupsOf(connection, { kind: 'user', id: 'user-0' })).toEqual({
        groupIds: isShown ? ['g1'] : [],
        seesHidden: isShown,
      });
      const page = await directory.readDelta(connection, 'groups', null);
      expect(page.seesHidden).toBe(isShown);
      expect(page.elements).toMatchObject([{ attributes: { visibility: 'HiddenMembership' } }]);
      expect((await directory.readMembersDelta(connection, ['g1'], null)).seesHidden).toBe(isShown);
    });

    it('reads one user with what was asked for, and tells deleted ones apart', async () => {
      await change([
        ...users(3),
        { kind: 'updateUser', id: 'user-1', attributes: { department: 'Sales' } },
        { kind: 'setManager', userId: 'user-1', managerId: 'user-0' },
        { kind: 'softDeleteUser', id: 'user-2' },
      ]);
      const { directory } = stack;
      const { connection } = tenant;
      expect(await directory.readUser(connection, 'user-1', ['department', 'jobTitle'])).toEqual({
        attributes: { department: 'Sales', jobTitle: null },
        managerId: 'user-0',
      });
      expect(await directory.readUser(connection, 'user-0', ['department'])).toMatchObject({
        managerId: null,
      });
      expect(await directory.readUser(connection, 'user-2', ['department'])).toBeNull();
      expect(await directory.isInDeletedItems(connection, 'users', 'user-2')).toBe(true);
      expect(await directory.isInDeletedItems(connection, 'users', 'user-1')).toBe(false);
      expect(await directory.isInDeletedItems(connection, 'users', 'nobody')).toBe(false);
    });

    it('tells a manager, none, and a user that is gone apart', async () => {
      await change([...users(2), { kind: 'setManager', userId: 'user-1', managerId: 'user-0' }]);
      const { directory } = stack;
      expect(await directory.managerOf(tenant.connection, 'user-1')).toEqual({ managerId: 'user-0' });
      expect(await directory.managerOf(tenant.connection, 'user-0')).toEqual({ managerId: null });
      expect(await directory.managerOf(tenant.connection, 'nobody')).toBeNull();
    });
  });

  describe(`${name}: faults`, () => {
    it.each<[string, Fault, object]>([
      [
        '429',
        { kind: 'status', status: 429, retryAfter: '2.128' },
        { kind: 'throttled', retryAfterMs: 2128 },
      ],
      ['429 without a time', { kind: 'status', status: 429 }, { kind: 'throttled', retryAfterMs: null }],
      ['503', { kind: 'status', status: 503, retryAfter: 1 }, { kind: 'unavailable', retryAfterMs: 1000 }],
      ['504', { kind: 'status', status: 504 }, { kind: 'unavailable' }],
      ['403', { kind: 'status', status: 403 }, { kind: 'accessRefused', status: 403 }],
      ['404', { kind: 'status', status: 404 }, { kind: 'notFound' }],
      [
        '501',
        { kind: 'status', status: 501, code: 'NotImplemented' },
        { kind: 'requestRefused', status: 501 },
      ],
      ['a cut connection', { kind: 'cutConnection', at: 'start' }, { kind: 'unavailable' }],
      ['a cut answer', { kind: 'cutConnection', at: 'body' }, { kind: 'unavailable' }],
      ['no JSON', { kind: 'notJson' }, { kind: 'badPage' }],
      ['no list', { kind: 'noValueList' }, { kind: 'badPage' }],
      ['both links', { kind: 'bothLinks' }, { kind: 'badPage' }],
      ['neither link', { kind: 'neitherLink' }, { kind: 'badPage' }],
    ])('%s is told as what it is', async (_name, fault, expected) => {
      await change(users(4));
      expect(await failure(fault)).toMatchObject(expected);
      expect((await round('users')).elements).toHaveLength(4);
    });

    it('sets an element without an id aside', async () => {
      await change(users(2));
      await stack.emulator.addFault({ path: '/delta', fault: { kind: 'elementWithoutId' } });
      const { pages, elements } = await round('users');
      expect(pages[0]?.unusable).toHaveLength(1);
      expect(elements).toHaveLength(2);
    });

    it('asks for another token at one 401, and gives up at the second', async () => {
      const fault = { kind: 'status', status: 401 } as const;
      await stack.emulator.addFault({ tenantId: tenant.tenantId, path: '/delta', fault });
      await round('users');
      await stack.emulator.addFault({ tenantId: tenant.tenantId, path: '/delta', fault });
      expect(await failure(fault)).toMatchObject({ kind: 'accessRefused', status: 401 });
    });

    it.each<TokenExpiry>([
      {},
      { nested: true },
      { code: 'SyncStateNotFound', answer: 'gone' },
      { code: 'resyncRequired', answer: 'gone' },
      { code: 'syncStateInvalid' },
    ])('tells an expired delta token: %j', async (expiry) => {
      await change(users(2));
      const { deltaLink } = await round('users');
      await stack.emulator.expireTokens(tenant.tenantId, expiry);
      const failed = await stack.directory
        .readDelta(tenant.connection, 'users', deltaLink)
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ kind: 'cursorExpired', scope: 'everything', restartLink: null });
    });

    it('reads everything anew from where a reset points to', async () => {
      await change(users(4));
      const { deltaLink } = await round('users');
      await stack.emulator.expireTokens(tenant.tenantId, { answer: 'goneWithLocation' });
      const failed = (await stack.directory
        .readDelta(tenant.connection, 'users', deltaLink)
        .catch((error: unknown) => error)) as { restartLink: string | null };
      expect(failed.restartLink).toContain(stack.emulator.graphUrl);
      expect((await round('users', failed.restartLink)).elements).toHaveLength(4);
    });

    it('restarts only the round where a page token expired', async () => {
      await change(users(7));
      const first = await stack.directory.readDelta(tenant.connection, 'users', null);
      await stack.emulator.expireTokens(tenant.tenantId, { tokens: 'page' });
      const failed = await stack.directory
        .readDelta(tenant.connection, 'users', first.link.url)
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ kind: 'cursorExpired', scope: 'round' });
    });
  });

  describe(`${name}: credentials`, () => {
    const candidate = (secret: string, tenantName = tenant.tenantId) =>
      stack.directory
        .probe({ tenant: tenantName, cloud: 'local', clientId: CLIENT_ID, secret: new Secret(secret) })
        .catch((error: unknown) => error);

    it('are tried, and name the tenant, by GUID and by domain', async () => {
      const [listed] = (await stack.emulator.listTenants()).filter((t) => t.tenantId === tenant.tenantId);
      expect(await candidate('good')).toEqual({ tenantId: tenant.tenantId });
      expect(await candidate('good', listed?.domain)).toEqual({ tenantId: tenant.tenantId });
    });

    it('that are wrong or expired, or a tenant that is not there, are refused with the code', async () => {
      expect(await candidate('bad')).toMatchObject({ kind: 'credentialRefused', code: 7000215 });
      const secrets = [{ value: 'old', expiresAt: '2020-01-01T00:00:00Z' }];
      await stack.emulator.setApp(tenant.tenantId, { clientId: CLIENT_ID, secrets, roles: EVERY_ROLE });
      expect(await candidate('old')).toMatchObject({ kind: 'credentialRefused', code: 7000222 });
      expect(await candidate('good', '99999999-9999-4999-8999-999999999999')).toMatchObject({
        kind: 'credentialRefused',
        code: 90002,
      });
    });

    it('that may not read groups are refused', async () => {
      const app = { clientId: CLIENT_ID, secrets: [{ value: 'good' }], roles: ['User.Read.All'] };
      await stack.emulator.setApp(tenant.tenantId, app);
      expect(await candidate('good')).toMatchObject({ kind: 'accessRefused', status: 403 });
    });

    it('that were rotated in the vault are picked up', async () => {
      await round('users');
      const app = { clientId: CLIENT_ID, secrets: [{ value: 'newer' }], roles: EVERY_ROLE };
      await stack.emulator.setApp(tenant.tenantId, app);
      stack.vault.set(tenant.connection.credential.secretName, 'newer');
      const fault = { kind: 'status', status: 401 } as const;
      await stack.emulator.addFault({ tenantId: tenant.tenantId, path: '/delta', fault });
      await round('users');
    });

    it('that are in use are proven by a token made for it, so that a grant counts at once', async () => {
      const { tenantId, connection } = tenant;
      const app = { clientId: CLIENT_ID, secrets: [{ value: 'good' }] };
      const read = () => stack.directory.readDelta(connection, 'users', null);
      await stack.emulator.setApp(tenantId, { ...app, roles: ['GroupMember.Read.All'] });
      await expect(read()).rejects.toMatchObject({ kind: 'accessRefused', status: 403 });
      await expect(stack.directory.prove(connection)).rejects.toMatchObject({ kind: 'accessRefused' });
      await stack.emulator.setApp(tenantId, { ...app, roles: EVERY_ROLE });
      expect(await stack.directory.prove(connection)).toEqual({ tenantId });
      expect((await read()).elements).toEqual([]);
      await stack.emulator.setApp(tenantId, { ...app, secrets: [{ value: 'another' }], roles: EVERY_ROLE });
      await expect(stack.directory.prove(connection)).rejects.toMatchObject({ code: 7000215 });
    });

    it('tell their end by the application`s entry, of exactly that secret, where that may be read', async () => {
      const { tenantId, connection } = tenant;
      const keyId = 'aaaaaaaa-1111-4222-8333-000000000001';
      const other = 'aaaaaaaa-1111-4222-8333-000000000002';
      const secrets = [
        { value: 'good', keyId, expiresAt: '2031-05-04T10:00:00.000Z' },
        { value: 'x', keyId: other, expiresAt: '2030-01-01T00:00:00.000Z' },
      ];
      const roles = [...EVERY_ROLE, 'Application.Read.All'];
      const app = { clientId: CLIENT_ID, secrets };
      await stack.emulator.setApp(tenantId, { ...app, roles });
      await stack.directory.prove(connection);
      const endOf = (id: string) => stack.directory.secretEnd(connection, id);
      expect(await endOf(keyId.toUpperCase())).toBe('2031-05-04T10:00:00.000Z');
      expect(await endOf(other)).toBe('2030-01-01T00:00:00.000Z');
      expect(await endOf('aaaaaaaa-1111-4222-8333-000000000003')).toBeNull();
      await stack.emulator.setApp(tenantId, { ...app, roles: ['User.Read.All', 'GroupMember.Read.All'] });
      await stack.directory.prove(connection);
      await expect(endOf(keyId)).rejects.toMatchObject({ kind: 'accessRefused', status: 403 });
    });

    it('are no matter where the login endpoint is down for a while', async () => {
      const rule = { tenantId: tenant.tenantId, login: true, times: null } as const;
      const id = await stack.emulator.addFault({ ...rule, fault: { kind: 'status', status: 503 } });
      expect(await failure({ kind: 'delay', milliseconds: 0 })).toMatchObject({ kind: 'unavailable' });
      await stack.emulator.clearFaults({ id });
      await round('users');
    });
  });

  describe(`${name}: admission`, () => {
    const change = (roles: readonly string[], value = 'good') =>
      stack.emulator.setApp(tenant.tenantId, { clientId: CLIENT_ID, secrets: [{ value }], roles });

    it('tells the permissions of a fresh token, and which directory answers', async () => {
      await change(['User.Read.All', 'Organization.Read.All']);
      const { tenantId, connection } = tenant;
      const roles = ['User.Read.All', 'Organization.Read.All'];
      expect(await stack.directory.admission(connection)).toEqual({ roles, tenantId });
      await change([...roles, 'Group.Read.All']);
      expect((await stack.directory.admission(connection)).roles).toContain('Group.Read.All');
    });

    it('takes the word of the token where the organization may not be read', async () => {
      await change(['OrgContact.Read.All']);
      const { tenantId, connection } = tenant;
      expect(await stack.directory.admission(connection)).toEqual({
        roles: ['OrgContact.Read.All'],
        tenantId,
      });
      await change([]);
      expect(await stack.directory.admission(connection)).toEqual({ roles: [], tenantId });
    });

    it('passes on who refuses', async () => {
      await change(EVERY_ROLE, 'another');
      await expect(stack.directory.admission(tenant.connection)).rejects.toMatchObject({ code: 7000215 });
      await change(EVERY_ROLE);
      const fault = { kind: 'status', status: 403 } as const;
      await stack.emulator.addFault({ tenantId: tenant.tenantId, path: '/organization', fault });
      await expect(stack.directory.admission(tenant.connection)).rejects.toMatchObject({ status: 403 });
    });
  });

  describe(`${name}: subscriptions`, () => {
    it('are made, listed, renewed and ended', async () => {
      const { directory } = stack;
      const inOneHour = new Date(Date.now() + 3_600_000).toISOString();
      const inTwoHours = new Date(Date.now() + 7_200_000).toISOString();
      const request = {
        resource: 'groups',
        changeTypes: 'updated,deleted',
        notificationUrl: 'https://rollcall.example/api/graph/notifications',
        lifecycleUrl: 'https://rollcall.example/api/graph/lifecycle',
        clientState: 'state',
        expiresAt: inOneHour,
      } as const;
      const made = await directory.subscribe(tenant.connection, request);
      expect(made.expiresAt).toBe(inOneHour);
      expect(await stack.emulator.subscriptions(tenant.tenantId)).toMatchObject([
        {
          id: made.subscriptionId,
          resource: 'groups',
          changeType: 'updated,deleted',
          clientState: 'state',
          lifecycleNotificationUrl: request.lifecycleUrl,
        },
      ]);
      expect(await directory.subscriptions(tenant.connection)).toEqual([
        { ...made, resource: 'groups', notificationUrl: request.notificationUrl },
      ]);
      expect(await directory.renew(tenant.connection, made.subscriptionId, inTwoHours)).toEqual({
        subscriptionId: made.subscriptionId,
        expiresAt: inTwoHours,
      });
      await directory.unsubscribe(tenant.connection, made.subscriptionId);
      await directory.unsubscribe(tenant.connection, made.subscriptionId);
      expect(await directory.renew(tenant.connection, made.subscriptionId, inTwoHours)).toBeNull();
      expect(await directory.subscriptions(tenant.connection)).toEqual([]);
    });

    it('asked for twice are refused, unless they are for other changes', async () => {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const request = {
        resource: 'users',
        changeTypes: 'updated,deleted',
        notificationUrl: 'https://a.example/',
        lifecycleUrl: 'https://a.example/lifecycle',
        clientState: 's',
        expiresAt,
      } as const;
      await stack.directory.subscribe(tenant.connection, request);
      const again = await stack.directory
        .subscribe(tenant.connection, request)
        .catch((error: unknown) => error);
      expect(again).toMatchObject({ kind: 'requestRefused', status: 409 });
      await stack.directory.subscribe(tenant.connection, {
        ...request,
        changeTypes: 'created,updated,deleted',
      });
      expect(await stack.directory.subscriptions(tenant.connection)).toHaveLength(2);
    });
  });

  it.runIf(METADATA_FILE !== null)(`${name}: asks only for what Graph's metadata knows`, async () => {
    expect(await stack.emulator.violations()).toEqual([]);
  });
}

async function all<Item>(
  read: (link: string | null) => Promise<{ readonly items: readonly Item[]; readonly next: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let link: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(link);
    items.push(...page.items);
    link = page.next;
  } while (link !== null);
  return items;
}
