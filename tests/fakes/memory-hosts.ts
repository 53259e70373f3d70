import { bucketOf } from '../../shared/core/bucket.js';
import { hostEntry } from '../../shared/core/people/outbox-entry.js';
import type { ChangeCause } from '../../shared/core/people/person-change.js';
import type { Host } from '../../shared/core/people/person.js';
import type { ListPage, ListRequest } from '../../shared/ports/mirror.js';
import type { Hosts } from '../../shared/ports/people.js';
import type { Fence, TenantScope } from '../../shared/ports/scope.js';
import type { MemoryOutbox } from './memory-outbox.js';
import { inKeyOrder, pageOf, under } from './memory-pages.js';

/** Hosts by tenant and setup, then by directory id and reception. */
export class MemoryHosts implements Hosts {
  readonly #hosts = new Map<string, Map<string, Host>>();

  constructor(private readonly outbox: MemoryOutbox) {}

  async read(
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Host[]>> {
    const hosts = [...this.#of(scope, setupId).values()];
    const found = directoryIds.map((id) => [id, hosts.filter((host) => host.directoryId === id)] as const);
    return Promise.resolve(new Map(found.filter(([, ofOne]) => ofOne.length > 0)));
  }

  async write(
    fence: Fence,
    changes: { readonly added: readonly Host[]; readonly removed: readonly Host[] },
    cause: ChangeCause,
  ): Promise<void> {
    fence.assertHeld();
    for (const host of changes.removed) {
      this.#of(fence, host.setupId).delete(keyOf(host));
      this.outbox.put(fence.tenantId, hostEntry('removed', host, cause));
    }
    for (const host of changes.added) {
      this.#of(fence, host.setupId).set(keyOf(host), host);
      this.outbox.put(fence.tenantId, hostEntry('added', host, cause));
    }
    return Promise.resolve();
  }

  async list(
    scope: TenantScope,
    setupId: string,
    request: ListRequest & { readonly receptionId: string | null },
  ): Promise<ListPage<Host>> {
    const { receptionId } = request;
    const entries = inKeyOrder(this.#of(scope, setupId));
    const found = entries.filter(([, host]) => receptionId === null || host.receptionId === receptionId);
    return Promise.resolve(pageOf(found, request));
  }

  async *scan(scope: TenantScope, setupId: string, bucket: number): AsyncIterable<readonly Host[]> {
    const hosts = inKeyOrder(this.#of(scope, setupId)).map(([, host]) => host);
    const found = hosts.filter(({ directoryId }) => bucketOf(directoryId, scope.bucketCount) === bucket);
    await Promise.resolve();
    if (found.length > 0) yield found;
  }

  async clear(fence: Fence, setupId: string, bucket: number): Promise<void> {
    fence.assertHeld();
    const lies = (id: string): boolean => bucketOf(id, fence.bucketCount) === bucket;
    const hosts = this.#of(fence, setupId);
    for (const [key, { directoryId }] of hosts) if (lies(directoryId)) hosts.delete(key);
    this.outbox.clear(fence.tenantId, setupId, 'host', lies);
    return Promise.resolve();
  }

  #of({ tenantId }: TenantScope, setupId: string): Map<string, Host> {
    return under(this.#hosts, JSON.stringify([tenantId, setupId]));
  }
}

function keyOf({ directoryId, receptionId }: Host): string {
  return JSON.stringify([directoryId, receptionId]);
}
