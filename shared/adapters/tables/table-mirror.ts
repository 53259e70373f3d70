import type { Edge, MirrorGroup, MirrorUser } from '../../core/mirror-rows.js';
import type { Resource } from '../../core/resource.js';
import type { Searchable } from '../../core/search-words.js';
import type { ListPage, ListRequest, Mirror } from '../../ports/mirror.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { DeletedUserIndex } from './deleted-user-index.js';
import { DirectoryObjects } from './directory-objects.js';
import { EdgeRows } from './edge-rows.js';
import type { TableGateway } from './gateway.js';
import { decodeKeyPart } from './keys.js';
import { groupColumns, groupFrom, userColumns, userFrom } from './object-columns.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { SearchIndex, type Searched } from './search-index.js';
import type { TableName } from './tables.js';

const USERS: Searched = { kind: 'users' };

/** The mirror in Table Storage. Lists of groups leave out soft-deleted ones; scans and reads do not. */
export class TableMirror implements Mirror {
  private readonly users: DirectoryObjects<MirrorUser>;
  private readonly groups: DirectoryObjects<MirrorGroup>;
  private readonly deleted: DeletedUserIndex;
  private readonly edges: EdgeRows;
  private readonly search: SearchIndex;

  constructor(gateway: TableGateway, options: RowAccessOptions) {
    const rows = (table: TableName): PartitionedRows => new PartitionedRows(gateway, table, options);
    this.users = new DirectoryObjects(rows('Users'), { write: userColumns, read: userFrom });
    this.groups = new DirectoryObjects(rows('Groups'), { write: groupColumns, read: groupFrom });
    this.deleted = new DeletedUserIndex(rows('DeletedUsers'));
    this.edges = new EdgeRows(rows('Memberships'), rows('MemberOf'));
    this.search = new SearchIndex(gateway, options);
  }

  async readUsers(scope: TenantScope, ids: readonly string[]): Promise<Map<string, MirrorUser>> {
    return await this.users.read(scope, ids);
  }

  async createUsers(fence: Fence, users: readonly MirrorUser[]): Promise<string[]> {
    await this.deleted.enter(fence, users);
    await this.indexUsers(fence, users);
    const existing = await this.users.create(fence, users);
    await this.forgetWords(fence, users, new Set(existing));
    return existing;
  }

  async writeUsers(fence: Fence, users: readonly MirrorUser[]): Promise<void> {
    const lastById = new Map(users.map((user) => [user.id, user]));
    const rows = [...lastById.values()];
    await this.deleted.enter(fence, rows);
    await this.followSearch(fence, lastById);
    await this.users.write(fence, rows);
    const others = rows.filter(({ presence }) => presence !== 'softDeleted');
    await this.deleted.leave(
      fence,
      others.map(({ id }) => id),
    );
  }

  async indexUsers(fence: Fence, users: readonly MirrorUser[]): Promise<void> {
    const changes = users.map((user) => ({ id: user.id, before: null, after: searchable(user) }));
    await this.search.follow(fence, USERS, changes);
  }

  async removeUsers(fence: Fence, ids: readonly string[]): Promise<void> {
    await this.followSearch(fence, new Map(ids.map((id) => [id, null])));
    await this.users.remove(fence, ids);
    await this.deleted.leave(fence, ids);
  }

  async softDeletedUserIds(scope: TenantScope): Promise<Set<string>> {
    const found = new Set<string>();
    for await (const ids of this.deleted.ids(scope)) {
      for (const { id } of await this.softDeletedOf(scope, ids)) found.add(id);
    }
    return found;
  }

  scanUsers(scope: TenantScope, bucket: number): AsyncIterable<readonly MirrorUser[]> {
    return this.users.scan(scope, bucket);
  }

  async listUsers(
    scope: TenantScope,
    request: ListRequest & { readonly deleted: boolean },
  ): Promise<ListPage<MirrorUser>> {
    if (request.deleted) {
      const page = await this.deleted.page(scope, request);
      const ids = page.rows.map(({ row }) => decodeKeyPart(row));
      return { rows: await this.softDeletedOf(scope, ids), next: page.next };
    }
    return liveOf(await this.users.list(scope, request));
  }

  async searchUsers(
    scope: TenantScope,
    request: ListRequest & { readonly deleted: boolean; readonly tokens: readonly string[] },
  ): Promise<ListPage<MirrorUser>> {
    const presence = request.deleted ? 'softDeleted' : 'live';
    return await this.search.page(scope, USERS, request.tokens, request, async (ids) => {
      const users = [...(await this.users.read(scope, ids)).values()];
      const fitting = users.filter((user) => user.presence === presence);
      return new Map(fitting.map((user) => [user.id, { row: user, searchable: searchable(user) }]));
    });
  }

  async countLive(scope: TenantScope, resource: Resource): Promise<number> {
    return await (resource === 'users' ? this.users : this.groups).countLive(scope);
  }

  async readGroups(scope: TenantScope, ids: readonly string[]): Promise<Map<string, MirrorGroup>> {
    return await this.groups.read(scope, ids);
  }

  async createGroups(fence: Fence, groups: readonly MirrorGroup[]): Promise<string[]> {
    return await this.groups.create(fence, groups);
  }

  async writeGroups(fence: Fence, groups: readonly MirrorGroup[]): Promise<void> {
    await this.groups.write(fence, groups);
  }

  async removeGroups(fence: Fence, ids: readonly string[]): Promise<void> {
    await this.groups.remove(fence, ids);
  }

  scanGroups(scope: TenantScope, bucket: number): AsyncIterable<readonly MirrorGroup[]> {
    return this.groups.scan(scope, bucket);
  }

  async listGroups(scope: TenantScope, request: ListRequest): Promise<ListPage<MirrorGroup>> {
    return liveOf(await this.groups.list(scope, request));
  }

  async createEdges(fence: Fence, edges: readonly Edge[]): Promise<Edge[]> {
    return await this.edges.create(fence, edges);
  }

  async removeEdges(fence: Fence, edges: readonly Edge[]): Promise<Edge[]> {
    return await this.edges.remove(fence, edges);
  }

  membersOf(scope: TenantScope, groupId: string): AsyncIterable<readonly Edge[]> {
    return this.edges.membersOf(scope, groupId);
  }

  async listMembers(scope: TenantScope, groupId: string, request: ListRequest): Promise<ListPage<Edge>> {
    return await this.edges.listMembers(scope, groupId, request);
  }

  async groupsOf(scope: TenantScope, memberIds: readonly string[]): Promise<Edge[]> {
    return await this.edges.groupsOf(scope, memberIds);
  }

  async existingEdges(scope: TenantScope, edges: readonly Edge[]): Promise<Edge[]> {
    return await this.edges.existing(scope, edges);
  }

  scanEdges(scope: TenantScope, bucket: number): AsyncIterable<readonly Edge[]> {
    return this.edges.scan(scope, bucket);
  }

  /** @param after the rows as they will be, by id; null where one is removed */
  private async followSearch(fence: Fence, after: ReadonlyMap<string, MirrorUser | null>): Promise<void> {
    if (after.size === 0) return;
    const before = await this.users.read(fence, [...after.keys()]);
    const changes = [...after].map(([id, user]) => ({
      id,
      before: searchable(before.get(id) ?? null),
      after: searchable(user),
    }));
    await this.search.follow(fence, USERS, changes);
  }

  /** Of users who were there already: what was entered for rows that were not written. */
  private async forgetWords(
    fence: Fence,
    users: readonly MirrorUser[],
    existing: ReadonlySet<string>,
  ): Promise<void> {
    if (existing.size === 0) return;
    const stored = await this.users.read(fence, [...existing]);
    const changes = users
      .filter(({ id }) => existing.has(id))
      .map((user) => ({
        id: user.id,
        before: searchable(user),
        after: searchable(stored.get(user.id) ?? null),
      }));
    await this.search.follow(fence, USERS, changes);
  }

  /** Of the ids the index names, in that order, those whose rows agree. */
  private async softDeletedOf(scope: TenantScope, ids: readonly string[]): Promise<MirrorUser[]> {
    const rows = await this.users.read(scope, ids);
    return ids.flatMap((id) => rows.get(id) ?? []).filter(({ presence }) => presence === 'softDeleted');
  }
}

function searchable(user: MirrorUser): Searchable;
function searchable(user: MirrorUser | null): Searchable | null;
function searchable(user: MirrorUser | null): Searchable | null {
  if (user === null) return null;
  const { displayName, mail, userPrincipalName } = user.attributes;
  return { displayName, mail, userPrincipalName };
}

function liveOf<Row extends { readonly presence: string }>(page: ListPage<Row>): ListPage<Row> {
  return { rows: page.rows.filter(({ presence }) => presence === 'live'), next: page.next };
}
