import { bucketOf } from '../../core/bucket.js';
import { grantKeysOf, type GrantKey } from '../../core/people/grant-keys.js';
import { personEntry } from '../../core/people/outbox-entry.js';
import type { ChangeCause, PersonChange } from '../../core/people/person-change.js';
import type { Person } from '../../core/people/person.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { People, PeopleFilter } from '../../ports/people.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { MAX_PAGE, type RowOperation, type StoredRow, type TableGateway } from './gateway.js';
import { GrantIndex, type IndexEntry } from './grant-index.js';
import { GrantIntents } from './grant-intents.js';
import { allBuckets, bucketPartition, rowsUnder } from './keys.js';
import { clearEntries, OutboxPlaces, putEntry } from './outbox-rows.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { personAddress, personColumns } from './people-rows.js';
import { removeRange, writeGroups, type RowGroup } from './row-groups.js';
import { SearchIndex, type SearchChange } from './search-index.js';

const GRANT_KINDS: readonly GrantKey['kind'][] = [
  'role',
  'membership',
  'hostsOf',
  'organizationalUnit',
  'segment',
];

/**
 * A row `{setupId}|{directoryId}` per person in the bucket of the directory id, its outbox rows beside it. Before
 * both come the place of the outbox row and the entries that find the person by grant, announced until the person is
 * written; entries that find it no longer are removed with the outbox row that tells of it, which remembers them over
 * a crash.
 */
export class TablePeople implements People {
  private readonly rows: PartitionedRows;
  private readonly grants: GrantIndex;
  private readonly search: SearchIndex;
  private readonly places: OutboxPlaces;
  private readonly intents: GrantIntents;

  constructor(
    gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'People', options);
    this.grants = new GrantIndex(gateway, options);
    this.search = new SearchIndex(gateway, options);
    this.places = new OutboxPlaces(gateway, options);
    this.intents = new GrantIntents(gateway, options);
  }

  async read(
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, Person>> {
    const stored = await this.rows.read(directoryIds.map((id) => personAddress(scope, setupId, id)));
    return new Map(stored.map(personFrom).map((person) => [person.directoryId, person]));
  }

  async write(fence: Fence, changes: readonly PersonChange[], cause: ChangeCause): Promise<void> {
    if (changes.length === 0) return;
    const buckets = changes.map(({ after }) => bucketOf(after.directoryId, fence.bucketCount));
    await this.places.announce(fence, 'People', buckets);
    const entries = changes.flatMap(newEntriesOf);
    const intents = await this.intents.announce(fence, intentIdOf(changes, cause), entries);
    await this.grants.enter(fence, entries);
    for (const [setupId, ofSetup] of bySetup(changes))
      await this.search.follow(fence, { kind: 'people', setupId }, ofSetup);
    await writeGroups(this.rows, this.options, fence, groupsOf(fence, changes, cause));
    await this.intents.forget(fence, intents);
  }

  async index(fence: Fence, setupId: string, people: readonly Person[]): Promise<void> {
    const changes = people.map((person) => ({ id: person.directoryId, before: null, after: person }));
    await this.search.follow(fence, { kind: 'people', setupId }, changes);
  }

  async *scan(scope: TenantScope, setupId: string, bucket: number): AsyncIterable<readonly Person[]> {
    const query = { in: bucketPartition(scope, bucket), rows: rowsUnder(setupId) };
    for await (const page of this.rows.pages(query)) yield page.map(personFrom);
  }

  async countInScope(scope: TenantScope, setupId: string, bucket: number): Promise<number> {
    const query = { in: bucketPartition(scope, bucket), rows: rowsUnder(setupId), columns: ['statusReason'] };
    let count = 0;
    for await (const page of this.rows.pages(query))
      count += page.filter(({ columns }) => columns['statusReason'] === 'inScope').length;
    return count;
  }

  async list(
    scope: TenantScope,
    setupId: string,
    request: ListRequest & { readonly filter: PeopleFilter },
  ): Promise<ListPage<Person>> {
    const { filter } = request;
    if (filter.kind === 'search') return await this.listBySearch(scope, setupId, filter.tokens, request);
    const key = keyOf(filter);
    if (key !== null) return await this.listByGrant(scope, setupId, key, request);
    const { rows, next } = await this.rows.gateway.query('People', {
      in: allBuckets(scope),
      rows: rowsUnder(setupId),
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
    const status = filter.kind === 'status' ? filter.status : null;
    const fits = (person: Person): boolean =>
      status === null ? person.status !== 'removed' : person.status === status;
    return { rows: rows.map(personFrom).filter(fits), next };
  }

  async countBySegment(scope: TenantScope, setupId: string, segmentId: string): Promise<number> {
    return await this.grants.count(scope.tenantId, setupId, { kind: 'segment', id: segmentId });
  }

  async ofUser(
    scope: TenantScope,
    setupIds: readonly string[],
    directoryId: string,
  ): Promise<readonly Person[]> {
    const stored = await this.rows.read(
      setupIds.map((setupId) => personAddress(scope, setupId, directoryId)),
    );
    const bySetup = new Map(stored.map(personFrom).map((person) => [person.setupId, person]));
    return setupIds.flatMap((setupId) => bySetup.get(setupId) ?? []);
  }

  async forget(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void> {
    await this.rows.remove(
      fence,
      directoryIds.map((id) => personAddress(fence, setupId, id)),
    );
  }

  async clear(fence: Fence, setupId: string, bucket: number): Promise<void> {
    const query = { in: bucketPartition(fence, bucket), rows: rowsUnder(setupId) };
    await removeRange(this.rows, this.options, fence, query);
    await clearEntries(this.rows, this.options, fence, setupId, bucket);
    await this.grants.clear(fence, setupId, GRANT_KINDS, bucket);
    if (bucket === 0) await this.search.clear(fence, { kind: 'people', setupId });
  }

  private async listBySearch(
    scope: TenantScope,
    setupId: string,
    tokens: readonly string[],
    request: ListRequest,
  ): Promise<ListPage<Person>> {
    const searched = { kind: 'people', setupId } as const;
    return await this.search.page(scope, searched, tokens, request, async (ids) => {
      const people = [...(await this.read(scope, setupId, ids)).values()];
      return new Map(people.map((person) => [person.directoryId, { row: person, searchable: person }]));
    });
  }

  /** Whom the index names counts only where the row agrees. */
  private async listByGrant(
    scope: TenantScope,
    setupId: string,
    key: GrantKey,
    request: ListRequest,
  ): Promise<ListPage<Person>> {
    const { rows: ids, next } = await this.grants.page(scope.tenantId, setupId, key, request);
    const people = await this.read(scope, setupId, ids);
    const has = (person: Person): boolean =>
      person.status !== 'removed' &&
      grantKeysOf(person).some(({ kind, id }) => kind === key.kind && id === key.id);
    return { rows: ids.flatMap((id) => people.get(id) ?? []).filter(has), next };
  }
}

/** Of side by side writes each has people of its own; later ones have another instant. */
function intentIdOf(changes: readonly PersonChange[], { at }: ChangeCause): string {
  const [first] = changes;
  return `${at} ${first?.after.setupId ?? ''} ${first?.after.directoryId ?? ''} ${first?.after.version ?? 0}`;
}

function personFrom({ columns }: StoredRow): Person {
  return personColumns.read(columns);
}

/** One group per person, with the outbox rows of all its changes and the row as the last one leaves it. */
function groupsOf(fence: Fence, changes: readonly PersonChange[], cause: ChangeCause): RowGroup[] {
  const groups = new Map<string, RowGroup & { readonly operations: RowOperation[] }>();
  for (const change of changes) {
    const { after } = change;
    const { partition, row } = personAddress(fence, after.setupId, after.directoryId);
    const entry = putEntry(personEntry(change, cause));
    const earlier = (groups.get(row)?.operations ?? []).filter(
      (operation) => operation.row !== row && operation.row !== entry.row,
    );
    const person = { kind: 'put', row, columns: personColumns.write(after) } as const;
    groups.set(row, { partition, operations: [...earlier, entry, person] });
  }
  return [...groups.values()];
}

function newEntriesOf({ before, after }: PersonChange): IndexEntry[] {
  const known = new Set(before === null ? [] : grantKeysOf(before).map(textOf));
  const { setupId, directoryId } = after;
  return grantKeysOf(after)
    .filter((key) => !known.has(textOf(key)))
    .map((key) => ({ ...key, setupId, directoryId }));
}

/** Of several changes of one person the index follows the first and the last. */
function bySetup(changes: readonly PersonChange[]): Map<string, SearchChange[]> {
  const ends = new Map<string, PersonChange>();
  for (const { before, ...change } of changes) {
    const { setupId, directoryId } = change.after;
    const key = `${setupId} ${directoryId}`;
    ends.set(key, { ...change, before: ends.get(key)?.before ?? before });
  }
  const setups = new Map<string, SearchChange[]>();
  for (const { before, after } of ends.values()) {
    const ofSetup = setups.get(after.setupId) ?? [];
    ofSetup.push({ id: after.directoryId, before, after });
    setups.set(after.setupId, ofSetup);
  }
  return setups;
}

function textOf({ kind, id }: GrantKey): string {
  return `${kind}|${id}`;
}

function keyOf(filter: Exclude<PeopleFilter, { kind: 'search' }>): GrantKey | null {
  switch (filter.kind) {
    case 'all':
    case 'status':
      return null;
    case 'role':
      return { kind: 'role', id: filter.roleId };
    case 'membership':
      return { kind: 'membership', id: filter.membership };
    case 'organizationalUnit':
      return { kind: 'organizationalUnit', id: filter.unitId };
    case 'segment':
      return { kind: 'segment', id: filter.segmentId };
  }
}
