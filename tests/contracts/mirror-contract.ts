import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLost } from '../../shared/core/failures.js';
import type { Edge } from '../../shared/core/mirror-rows.js';
import type { TableStores } from '../../shared/adapters/tables/table-stores.js';
import type { HiddenUsers } from '../../shared/ports/hidden-users.js';
import type { Mirror } from '../../shared/ports/mirror.js';
import { collected, fenceOf, groupOf, listed, userOf, type TestFence } from './table-stores-fixture.js';

const edge = (groupId: string, memberId: string, memberType = 'user'): Edge => ({
  groupId,
  memberId,
  memberType,
});
const sorted = (edges: readonly Edge[]): string[] =>
  edges.map(({ groupId, memberId, memberType }) => `${groupId}>${memberId}:${memberType}`).sort();
const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** What every mirror must do. */
export function describeMirror(
  storesOf: () => Pick<TableStores, 'mirror' | 'groupCounts' | 'hiddenUsers'>,
): void {
  describe('a mirror', () => {
    let mirror: Mirror;
    let hiddenUsers: HiddenUsers;
    let fence: TestFence;
    beforeEach(() => {
      ({ mirror, hiddenUsers } = storesOf());
      fence = fenceOf();
    });
    const buckets = Array.from({ length: 16 }, (_, bucket) => bucket);

    it('gives back users exactly as they were written', async () => {
      const user = userOf(randomUUID(), {
        presence: 'softDeleted',
        managerId: randomUUID(),
        attributes: {
          displayName: "Åse “Zoë” O'Neil 👩‍🔬",
          mail: '',
          accountEnabled: false,
          businessPhones: ['+45 12', '[x]'],
          empty: [],
          looksLikeJson: '["a"]',
          count: 3_000_000_000,
          half: 0.5,
          onPremisesExtensionAttributes: { extensionAttribute1: 'x', nested: [1, null, { a: true }] },
          extension_0a1b_costCenter: 'CC 1',
          'odd name@x.y': 'odd',
          x_name: 'x',
          presence: 'an attribute that has the name of a column',
          timestamp: '2026-01-01',
          aboutMe: 'é'.repeat(40_000) + '👍'.repeat(10_000),
        },
        tooLarge: ['city', 'odd, name'],
      });
      expect(await mirror.createUsers(fence, [user])).toEqual([]);
      expect(await mirror.readUsers(fence, [user.id, 'absent'])).toEqual(new Map([[user.id, user]]));
    });

    it('finds users by the beginning of a word of what they are called now, each once', async () => {
      const all = ids(12).sort();
      const named = (id: string, displayName: string, presence: 'live' | 'softDeleted' = 'live') =>
        userOf(id, { presence, attributes: { displayName, mail: `${id}@x.test` } });
      await mirror.createUsers(
        fence,
        all.map((id) => named(id, 'Anna Annabel Smith')),
      );
      await mirror.createUsers(fenceOf(), [named(randomUUID(), 'Anna of another tenant')]);
      const search = async (tokens: readonly string[], deleted = false): Promise<string[]> =>
        (await listed((request) => mirror.searchUsers(fence, { ...request, tokens, deleted }), 5)).map(
          ({ id }) => id,
        );
      expect((await search(['anna'])).sort()).toEqual(all);
      expect((await search(['ann', 'smi'])).sort()).toEqual(all);
      expect(await search(['ann', 'jones'])).toEqual([]);
      expect(await search([all[3]!.slice(0, 20)])).toEqual([all[3]]);
      const [renamed, hidden, removed, ...left] = all as [string, string, string, ...string[]];
      await mirror.writeUsers(fence, [named(renamed, 'Beth'), named(hidden, 'Anna', 'softDeleted')]);
      await mirror.removeUsers(fence, [removed]);
      expect((await search(['anna'])).sort()).toEqual(left);
      expect(await search(['anna'], true)).toEqual([hidden]);
      expect(await search(['bet'])).toEqual([renamed]);
    });

    it('finds users who are entered into the index of their words again, still once', async () => {
      const id = randomUUID();
      const user = userOf(id, { attributes: { displayName: 'Anna Annabel Smith' } });
      const search = async (token: string): Promise<string[]> => {
        const page = await mirror.searchUsers(fence, {
          ...{ after: null, limit: 10, tokens: [token], deleted: false },
        });
        return page.rows.map(({ id: found }) => found);
      };
      await mirror.indexUsers(fence, [user]);
      expect(await search('anna')).toEqual([]);
      await mirror.createUsers(fence, [user]);
      await mirror.indexUsers(fence, [user]);
      expect([await search('anna'), await search('smith')]).toEqual([[id], [id]]);
      const lost = fenceOf();
      lost.break();
      await expect(mirror.indexUsers(lost, [user])).rejects.toBeInstanceOf(LeaseLost);
    });

    it('gives back groups exactly as they were written', async () => {
      const group = groupOf('g', {
        attributes: { displayName: 'All', groupTypes: ['Unified'], mailEnabled: true },
      });
      await mirror.createGroups(fence, [group]);
      expect(await mirror.readGroups(fence, ['g'])).toEqual(new Map([['g', group]]));
      const above = { ...group, lostBeneathAt: '2026-01-01T00:00:00.000Z' };
      await mirror.writeGroups(fence, [above]);
      expect(await mirror.readGroups(fence, ['g'])).toEqual(new Map([['g', above]]));
    });

    it('creates hundreds, and answers which were there without touching them', async () => {
      const all = ids(350);
      const before = all.filter((_, index) => index % 7 === 0);
      await mirror.createUsers(
        fence,
        before.map((id) => userOf(id, { attributes: { displayName: 'first' } })),
      );
      const existing = await mirror.createUsers(
        fence,
        all.map((id) => userOf(id, { attributes: { displayName: 'second' } })),
      );
      expect(existing.sort()).toEqual([...before].sort());
      const stored = await mirror.readUsers(fence, all);
      expect(stored.size).toBe(350);
      for (const id of all) {
        expect(stored.get(id)?.attributes['displayName']).toBe(before.includes(id) ? 'first' : 'second');
      }
    });

    it('takes the last of two rows of one id', async () => {
      const twice = [userOf('a', { attributes: { v: 1 } }), userOf('a', { attributes: { v: 2 } })];
      await mirror.createUsers(fence, twice);
      expect((await mirror.readUsers(fence, ['a', 'a'])).get('a')?.attributes).toEqual({ v: 2 });
      await mirror.writeUsers(fence, [...twice].reverse());
      expect((await mirror.readUsers(fence, ['a'])).get('a')?.attributes).toEqual({ v: 1 });
    });

    it('replaces whole rows, so that what is cleared is gone', async () => {
      await mirror.createUsers(fence, [userOf('a', { attributes: { mail: 'a@x' }, managerId: 'b' })]);
      await mirror.writeUsers(fence, [userOf('a'), userOf('new')]);
      expect(await mirror.readUsers(fence, ['a'])).toEqual(new Map([['a', userOf('a')]]));
      expect((await mirror.readUsers(fence, ['new'])).size).toBe(1);
    });

    it('removes what is there and lets the absent pass', async () => {
      const all = ids(120);
      await mirror.createUsers(
        fence,
        all.map((id) => userOf(id)),
      );
      await mirror.createGroups(
        fence,
        all.map((id) => groupOf(id)),
      );
      await mirror.removeUsers(fence, [...all.slice(1), 'absent']);
      await mirror.removeGroups(fence, [...all.slice(2), 'absent']);
      await mirror.removeGroups(fence, all.slice(2));
      expect([...(await mirror.readUsers(fence, all)).keys()]).toEqual(all.slice(0, 1));
      expect([...(await mirror.readGroups(fence, all)).keys()].sort()).toEqual(all.slice(0, 2).sort());
    });

    it('finds soft-deleted users, and only them, through every change', async () => {
      const deleted = (id: string) => userOf(id, { presence: 'softDeleted' });
      await mirror.createUsers(fence, [userOf('live'), userOf('later'), deleted('born'), deleted('gone')]);
      await mirror.writeUsers(fence, [deleted('later'), deleted('back')]);
      await mirror.writeUsers(fence, [userOf('back')]);
      await mirror.removeUsers(fence, ['gone']);
      expect([...(await mirror.softDeletedUserIds(fence))].sort()).toEqual(['born', 'later']);
      const list = (isDeleted: boolean) =>
        listed((request) => mirror.listUsers(fence, { ...request, deleted: isDeleted }), 2);
      expect((await list(true)).map(({ id }) => id).sort()).toEqual(['born', 'later']);
      expect((await list(false)).map(({ id }) => id).sort()).toEqual(['back', 'live']);
      expect(await mirror.countLive(fence, 'users')).toBe(2);
      expect(await mirror.countLive(fence, 'groups')).toBe(0);
    });

    it('keeps since when users are soft-deleted, until they are not', async () => {
      const deleted = (id: string) => userOf(id, { presence: 'softDeleted' });
      const all = async () =>
        (await collected(hiddenUsers.scan(fence))).sort((a, b) => (a.id < b.id ? -1 : 1));
      await mirror.createUsers(fence, [deleted('a'), deleted('b')]);
      const unknown = { since: null, askedAt: null };
      expect(await all()).toEqual([
        { id: 'a', ...unknown },
        { id: 'b', ...unknown },
      ]);
      const a = { id: 'a', since: '2026-01-01T00:00:00.000Z', askedAt: '2026-02-01T00:00:00.000Z' };
      await hiddenUsers.save(fence, [a]);
      await mirror.writeUsers(fence, [deleted('a')]);
      expect(await all()).toEqual([a, { id: 'b', ...unknown }]);
      await mirror.writeUsers(fence, [userOf('a')]);
      await mirror.writeUsers(fence, [deleted('a')]);
      expect((await all())[0]).toEqual({ id: 'a', ...unknown });
      fence.break();
      await expect(hiddenUsers.save(fence, [a])).rejects.toBeInstanceOf(LeaseLost);
    });

    it('leaves a live user alone when it is to be created as soft-deleted', async () => {
      await mirror.createUsers(fence, [userOf('a')]);
      expect(await mirror.createUsers(fence, [userOf('a', { presence: 'softDeleted' })])).toEqual(['a']);
      expect(await mirror.softDeletedUserIds(fence)).toEqual(new Set());
    });

    it('lists and scans every object once, whatever the page size', async () => {
      const all = ids(60);
      await mirror.createUsers(
        fence,
        all.map((id) => userOf(id)),
      );
      await mirror.createGroups(fence, [
        ...all.map((id) => groupOf(id)),
        groupOf('x', { presence: 'softDeleted' }),
      ]);
      for (const limit of [1, 7, 1000, 5000]) {
        const users = await listed(
          (request) => mirror.listUsers(fence, { ...request, deleted: false }),
          limit,
        );
        expect(users.map(({ id }) => id).sort()).toEqual([...all].sort());
        const groups = await listed((request) => mirror.listGroups(fence, request), limit);
        expect(groups.map(({ id }) => id).sort()).toEqual([...all].sort());
      }
      const scanned: string[] = [];
      const scannedGroups: string[] = [];
      for (const bucket of buckets) {
        scanned.push(...(await collected(mirror.scanUsers(fence, bucket))).map(({ id }) => id));
        scannedGroups.push(...(await collected(mirror.scanGroups(fence, bucket))).map(({ id }) => id));
      }
      expect(scanned.sort()).toEqual([...all].sort());
      expect(scannedGroups.sort()).toEqual([...all, 'x'].sort());
    });

    it('creates edges once, and answers which were there', async () => {
      const members = ids(230);
      const all = members.map((id) => edge('g', id));
      expect(await mirror.createEdges(fence, all.slice(0, 30))).toEqual([]);
      const existing = await mirror.createEdges(fence, [...all, ...all.slice(100, 110)]);
      expect(sorted(existing)).toEqual(sorted(all.slice(0, 30)));
      expect(sorted(await collected(mirror.membersOf(fence, 'g')))).toEqual(sorted(all));
      expect(sorted(await listed((request) => mirror.listMembers(fence, 'g', request), 50))).toEqual(
        sorted(all),
      );
    });

    it('tells the members of a group from those of groups with similar ids', async () => {
      const all = [
        edge('g', 'a'),
        edge('g', 'a|b', 'group'),
        edge('g|a', 'c'),
        edge('gg', 'd'),
        edge('', 'e', 'device'),
      ];
      await mirror.createEdges(fence, all);
      expect(sorted(await collected(mirror.membersOf(fence, 'g')))).toEqual(sorted(all.slice(0, 2)));
      expect(sorted(await mirror.groupsOf(fence, ['a', 'c', 'c', 'e', 'nobody']))).toEqual(
        sorted([edge('g', 'a'), edge('g|a', 'c'), edge('', 'e', 'device')]),
      );
    });

    it('removes edges from both sides, and answers which were there', async () => {
      const all = ids(130).map((id) => edge('g', id));
      await mirror.createEdges(fence, all);
      const removed = await mirror.removeEdges(fence, [
        ...all.slice(0, 120),
        edge('g', 'absent'),
        edge('h', 'a'),
      ]);
      expect(sorted(removed)).toEqual(sorted(all.slice(0, 120)));
      expect(sorted(await collected(mirror.membersOf(fence, 'g')))).toEqual(sorted(all.slice(120)));
      const left = await mirror.groupsOf(
        fence,
        all.map(({ memberId }) => memberId),
      );
      expect(sorted(left)).toEqual(sorted(all.slice(120)));
      expect(await mirror.removeEdges(fence, all.slice(0, 120))).toEqual([]);
    });

    it('scans all edges, those of one group together', async () => {
      const groups = ids(20);
      const all = groups.flatMap((groupId) => ids(5).map((memberId) => edge(groupId, memberId)));
      await mirror.createEdges(fence, all);
      const scanned: Edge[] = [];
      for (const bucket of buckets) scanned.push(...(await collected(mirror.scanEdges(fence, bucket))));
      expect(sorted(scanned)).toEqual(sorted(all));
      const runs = scanned.filter(({ groupId }, index) => scanned[index - 1]?.groupId !== groupId);
      expect(runs).toHaveLength(20);
    });

    it('keeps tenants apart', async () => {
      const other = fenceOf(`${fence.tenantId}0`);
      await mirror.createUsers(fence, [userOf('a')]);
      await mirror.createEdges(fence, [edge('g', 'a')]);
      expect((await mirror.readUsers(other, ['a'])).size).toBe(0);
      expect(await mirror.groupsOf(other, ['a'])).toEqual([]);
      expect(await mirror.createEdges(other, [edge('g', 'a')])).toEqual([]);
      expect(await listed((request) => mirror.listUsers(other, { ...request, deleted: false }), 10)).toEqual(
        [],
      );
    });

    it('writes nothing without the lease', async () => {
      fence.break();
      await expect(mirror.createUsers(fence, [userOf('a')])).rejects.toBeInstanceOf(LeaseLost);
      await expect(mirror.writeUsers(fence, [userOf('a')])).rejects.toBeInstanceOf(LeaseLost);
      await expect(mirror.createEdges(fence, [edge('g', 'a')])).rejects.toBeInstanceOf(LeaseLost);
      expect((await mirror.readUsers(fence, ['a'])).size).toBe(0);
      expect(await mirror.groupsOf(fence, ['a'])).toEqual([]);
    });

    it('takes empty wishes', async () => {
      expect(await mirror.createUsers(fence, [])).toEqual([]);
      expect(await mirror.createEdges(fence, [])).toEqual([]);
      expect(await mirror.removeEdges(fence, [])).toEqual([]);
      await mirror.removeUsers(fence, []);
      expect((await mirror.readUsers(fence, [])).size).toBe(0);
    });
  });

  describe('group counts', () => {
    it('are written, read, scanned and removed by 0', async () => {
      const { groupCounts } = storesOf();
      const fence = fenceOf();
      const counts = new Map(ids(40).map((id, index) => [id, index + 1]));
      await groupCounts.write(fence, counts);
      await groupCounts.write(fence, new Map([['none', 0]]));
      expect(await groupCounts.read(fence, [...counts.keys(), 'none'])).toEqual(counts);
      const [first = ''] = counts.keys();
      await groupCounts.write(fence, new Map([[first, 0]]));
      counts.delete(first);
      const scanned = new Map<string, number>();
      for (let bucket = 0; bucket < fence.bucketCount; bucket++) {
        for (const [id, count] of await groupCounts.scan(fence, bucket)) scanned.set(id, count);
      }
      expect(scanned).toEqual(counts);
    });
  });
}
