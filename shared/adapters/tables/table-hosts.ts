import { bucketOf } from '../../core/bucket.js';
import { hostEntry } from '../../core/people/outbox-entry.js';
import type { ChangeCause } from '../../core/people/person-change.js';
import type { Host } from '../../core/people/person.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Hosts } from '../../ports/people.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { MAX_PAGE, type RowOperation, type StoredRow, type TableGateway } from './gateway.js';
import { GrantIndex } from './grant-index.js';
import { allBuckets, bucketPartition, objectPartition, rowsUnder } from './keys.js';
import { clearEntries, OutboxPlaces, putEntry } from './outbox-rows.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';
import { hostAddress, hostColumns } from './people-rows.js';
import { removeRange, writeGroups, type RowGroup } from './row-groups.js';

interface HostChanges {
  readonly added: readonly Host[];
  readonly removed: readonly Host[];
}

/**
 * A row `{setupId}|{directoryId}|{receptionId}` per host in the bucket of the directory id, written as people are;
 * found by reception through `Grants`.
 */
export class TableHosts implements Hosts {
  private readonly rows: PartitionedRows;
  private readonly index: GrantIndex;
  private readonly places: OutboxPlaces;

  constructor(
    gateway: TableGateway,
    private readonly options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Hosts', options);
    this.index = new GrantIndex(gateway, options);
    this.places = new OutboxPlaces(gateway, options);
  }

  async read(
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Host[]>> {
    const found = new Map<string, readonly Host[]>();
    await this.rows.eachRead([...new Set(directoryIds)], async (directoryId) => {
      const hosts: Host[] = [];
      const query = { in: objectPartition(scope, directoryId), rows: rowsUnder(setupId, directoryId) };
      for await (const page of this.rows.pages(query)) hosts.push(...page.map(hostFrom));
      if (hosts.length > 0) found.set(directoryId, hosts);
    });
    return found;
  }

  async write(fence: Fence, changes: HostChanges, cause: ChangeCause): Promise<void> {
    const all = [...changes.removed, ...changes.added];
    if (all.length === 0) return;
    const buckets = all.map(({ directoryId }) => bucketOf(directoryId, fence.bucketCount));
    await this.places.announce(fence, 'Hosts', buckets);
    await this.index.enter(
      fence,
      changes.added.map(({ setupId, directoryId, receptionId }) => ({
        kind: 'host',
        id: receptionId,
        setupId,
        directoryId,
      })),
    );
    await writeGroups(this.rows, this.options, fence, groupsOf(fence, changes, cause));
  }

  async list(
    scope: TenantScope,
    setupId: string,
    request: ListRequest & { readonly receptionId: string | null },
  ): Promise<ListPage<Host>> {
    const { receptionId, after } = request;
    const limit = Math.min(request.limit, MAX_PAGE);
    if (receptionId === null) {
      const query = { in: allBuckets(scope), rows: rowsUnder(setupId), limit, after };
      const { rows, next } = await this.rows.gateway.query('Hosts', query);
      return { rows: rows.map(hostFrom), next };
    }
    const key = { kind: 'host', id: receptionId } as const;
    const { rows: ids, next } = await this.index.page(scope.tenantId, setupId, key, { limit, after });
    const stored = await this.rows.read(
      ids.map((directoryId) => hostAddress(scope, { setupId, directoryId, receptionId })),
    );
    const hosts = new Map(stored.map(hostFrom).map((host) => [host.directoryId, host]));
    return { rows: ids.flatMap((id) => hosts.get(id) ?? []), next };
  }

  async *scan(scope: TenantScope, setupId: string, bucket: number): AsyncIterable<readonly Host[]> {
    const query = { in: bucketPartition(scope, bucket), rows: rowsUnder(setupId) };
    for await (const page of this.rows.pages(query)) yield page.map(hostFrom);
  }

  async clear(fence: Fence, setupId: string, bucket: number): Promise<void> {
    const query = { in: bucketPartition(fence, bucket), rows: rowsUnder(setupId) };
    await removeRange(this.rows, this.options, fence, query);
    await clearEntries(this.rows, this.options, fence, setupId, bucket);
    await this.index.clear(fence, setupId, ['host'], bucket);
  }
}

function hostFrom({ columns }: StoredRow): Host {
  return hostColumns.read(columns);
}

/** One group per host; of one that goes and comes, what comes. */
function groupsOf(fence: Fence, { added, removed }: HostChanges, cause: ChangeCause): RowGroup[] {
  const groups = new Map<string, RowGroup>();
  const take = (kind: 'added' | 'removed', host: Host): void => {
    const { partition, row } = hostAddress(fence, host);
    const change: RowOperation =
      kind === 'added' ? { kind: 'put', row, columns: hostColumns.write(host) } : { kind: 'delete', row };
    groups.set(row, { partition, operations: [putEntry(hostEntry(kind, host, cause)), change] });
  };
  for (const host of removed) take('removed', host);
  for (const host of added) take('added', host);
  return [...groups.values()];
}
