import type { ListPage, ListRequest } from '../../shared/ports/mirror.js';
import type { Override, Overrides } from '../../shared/ports/removals.js';
import type { Fence } from '../../shared/ports/scope.js';
import { inKeyOrder, pageOf, under } from './memory-pages.js';

/** Overrides by tenant and setup, then by directory id. */
export class MemoryOverrides implements Overrides {
  readonly #overrides = new Map<string, Map<string, Override>>();

  async read(
    tenantId: string,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, Override>> {
    const overrides = this.#of(tenantId, setupId);
    const found = directoryIds.flatMap((id) => overrides.get(id) ?? []);
    return Promise.resolve(new Map(found.map((override) => [override.directoryId, override])));
  }

  async list(tenantId: string, setupId: string, request: ListRequest): Promise<ListPage<Override>> {
    return Promise.resolve(pageOf(inKeyOrder(this.#of(tenantId, setupId)), request));
  }

  async get(tenantId: string, setupId: string, overrideId: string): Promise<Override | null> {
    return Promise.resolve(this.#of(tenantId, setupId).get(overrideId) ?? null);
  }

  async put(fence: Fence, overrides: readonly Override[]): Promise<void> {
    fence.assertHeld();
    for (const override of overrides)
      this.#of(fence.tenantId, override.setupId).set(override.directoryId, override);
    return Promise.resolve();
  }

  async remove(fence: Fence, setupId: string, overrideIds: readonly string[]): Promise<void> {
    fence.assertHeld();
    for (const id of overrideIds) this.#of(fence.tenantId, setupId).delete(id);
    return Promise.resolve();
  }

  async clear(fence: Fence, setupId: string): Promise<void> {
    fence.assertHeld();
    this.#of(fence.tenantId, setupId).clear();
    return Promise.resolve();
  }

  #of(tenantId: string, setupId: string): Map<string, Override> {
    return under(this.#overrides, JSON.stringify([tenantId, setupId]));
  }
}
