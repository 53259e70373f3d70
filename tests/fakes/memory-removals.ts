import type { ListPage, ListRequest } from '../../shared/ports/mirror.js';
import type { CarriedOut, Removals, StagedRemoval } from '../../shared/ports/removals.js';
import type { Fence } from '../../shared/ports/scope.js';
import { inKeyOrder, pageOf, under } from './memory-pages.js';

/** Staged and carried-out removals by tenant and setup. */
export class MemoryRemovals implements Removals {
  readonly #staged = new Map<string, Map<string, StagedRemoval>>();
  readonly #carriedOut = new Map<string, Map<string, CarriedOut>>();
  readonly #tags = new Map<string, number>();

  async read(
    tenantId: string,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, StagedRemoval>> {
    const staged = under(this.#staged, keyOf(tenantId, setupId));
    const found = directoryIds.flatMap((id) => staged.get(id) ?? []);
    return Promise.resolve(new Map(found.map((removal) => [removal.directoryId, removal])));
  }

  async list(tenantId: string, setupId: string, request: ListRequest): Promise<ListPage<StagedRemoval>> {
    return Promise.resolve(pageOf(inKeyOrder(under(this.#staged, keyOf(tenantId, setupId))), request));
  }

  async tagOf(tenantId: string, setupId: string): Promise<string> {
    return Promise.resolve(`W/"${this.#tags.get(keyOf(tenantId, setupId)) ?? 0}"`);
  }

  async stage(fence: Fence, removals: readonly StagedRemoval[]): Promise<void> {
    fence.assertHeld();
    for (const removal of removals) {
      const key = keyOf(fence.tenantId, removal.setupId);
      const staged = under(this.#staged, key);
      if (JSON.stringify(staged.get(removal.directoryId)) === JSON.stringify(removal)) continue;
      staged.set(removal.directoryId, removal);
      this.#changed(key);
    }
    return Promise.resolve();
  }

  async drop(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void> {
    fence.assertHeld();
    const key = keyOf(fence.tenantId, setupId);
    for (const id of directoryIds) if (under(this.#staged, key).delete(id)) this.#changed(key);
    return Promise.resolve();
  }

  async note(fence: Fence, setupId: string, carriedOut: readonly CarriedOut[]): Promise<void> {
    fence.assertHeld();
    const noted = under(this.#carriedOut, keyOf(fence.tenantId, setupId));
    for (const removal of carriedOut) noted.set(JSON.stringify([removal.at, removal.directoryId]), removal);
    return Promise.resolve();
  }

  async countSince(
    tenantId: string,
    setupId: string,
    since: string,
  ): Promise<{ readonly removals: number; readonly losses: number }> {
    const all = [...under(this.#carriedOut, keyOf(tenantId, setupId)).values()];
    const noted = all.filter(({ at }) => Date.parse(at) >= Date.parse(since));
    const losses = noted.filter(({ kind }) => kind === 'loss').length;
    return Promise.resolve({ removals: noted.length - losses, losses });
  }

  async forgetBefore(fence: Fence, setupId: string, before: string): Promise<void> {
    fence.assertHeld();
    const noted = under(this.#carriedOut, keyOf(fence.tenantId, setupId));
    for (const [key, { at }] of noted) if (Date.parse(at) < Date.parse(before)) noted.delete(key);
    return Promise.resolve();
  }

  async clear(fence: Fence, setupId: string): Promise<void> {
    fence.assertHeld();
    const key = keyOf(fence.tenantId, setupId);
    if (under(this.#staged, key).size > 0) this.#changed(key);
    this.#staged.delete(key);
    this.#carriedOut.delete(key);
    return Promise.resolve();
  }

  #changed(key: string): void {
    this.#tags.set(key, (this.#tags.get(key) ?? 0) + 1);
  }
}

function keyOf(tenantId: string, setupId: string): string {
  return JSON.stringify([tenantId, setupId]);
}
