import { bucketOf } from '../../shared/core/bucket.js';
import { grantKeysOf } from '../../shared/core/people/grant-keys.js';
import { personEntry } from '../../shared/core/people/outbox-entry.js';
import type { ChangeCause, PersonChange } from '../../shared/core/people/person-change.js';
import { matchesSearch, searchWordsOf } from '../../shared/core/search-words.js';
import type { Person } from '../../shared/core/people/person.js';
import type { ListPage, ListRequest } from '../../shared/ports/mirror.js';
import type { People, PeopleFilter } from '../../shared/ports/people.js';
import type { Fence, TenantScope } from '../../shared/ports/scope.js';
import type { MemoryOutbox } from './memory-outbox.js';
import { inKeyOrder, pageOf, under } from './memory-pages.js';

/** People by tenant and setup, then by directory id. */
export class MemoryPeople implements People {
  readonly #people = new Map<string, Map<string, Person>>();

  constructor(private readonly outbox: MemoryOutbox) {}

  async read(
    scope: TenantScope,
    setupId: string,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, Person>> {
    const people = this.#of(scope, setupId);
    const found = directoryIds.flatMap((id) => people.get(id) ?? []);
    return Promise.resolve(new Map(found.map((person) => [person.directoryId, person])));
  }

  async write(fence: Fence, changes: readonly PersonChange[], cause: ChangeCause): Promise<void> {
    fence.assertHeld();
    for (const change of changes) {
      const { after } = change;
      this.#of(fence, after.setupId).set(after.directoryId, after);
      this.outbox.put(fence.tenantId, personEntry(change, cause));
    }
    return Promise.resolve();
  }

  /** Every row is looked at by a search: there is no index. */
  async index(fence: Fence): Promise<void> {
    fence.assertHeld();
    return Promise.resolve();
  }

  async *scan(scope: TenantScope, setupId: string, bucket: number): AsyncIterable<readonly Person[]> {
    const entries = inKeyOrder(this.#of(scope, setupId));
    const people = entries.filter(([id]) => bucketOf(id, scope.bucketCount) === bucket);
    await Promise.resolve();
    if (people.length > 0) yield people.map(([, person]) => person);
  }

  async countInScope(scope: TenantScope, setupId: string, bucket: number): Promise<number> {
    let count = 0;
    for await (const people of this.scan(scope, setupId, bucket))
      count += people.filter(({ statusReason }) => statusReason === 'inScope').length;
    return count;
  }

  async list(
    scope: TenantScope,
    setupId: string,
    request: ListRequest & { readonly filter: PeopleFilter },
  ): Promise<ListPage<Person>> {
    const entries = inKeyOrder(this.#of(scope, setupId));
    return Promise.resolve(
      pageOf(
        entries.filter(([, person]) => fits(person, request.filter)),
        request,
      ),
    );
  }

  async countBySegment(scope: TenantScope, setupId: string, segmentId: string): Promise<number> {
    const people = [...this.#of(scope, setupId).values()];
    return Promise.resolve(people.filter(({ segments }) => segments.includes(segmentId)).length);
  }

  async ofUser(
    scope: TenantScope,
    setupIds: readonly string[],
    directoryId: string,
  ): Promise<readonly Person[]> {
    return Promise.resolve(setupIds.flatMap((setupId) => this.#of(scope, setupId).get(directoryId) ?? []));
  }

  async forget(fence: Fence, setupId: string, directoryIds: readonly string[]): Promise<void> {
    fence.assertHeld();
    for (const id of directoryIds) this.#of(fence, setupId).delete(id);
    return Promise.resolve();
  }

  async clear(fence: Fence, setupId: string, bucket: number): Promise<void> {
    fence.assertHeld();
    const lies = (id: string): boolean => bucketOf(id, fence.bucketCount) === bucket;
    const people = this.#of(fence, setupId);
    for (const id of [...people.keys()].filter(lies)) people.delete(id);
    this.outbox.clear(fence.tenantId, setupId, 'person', lies);
    return Promise.resolve();
  }

  #of({ tenantId }: TenantScope, setupId: string): Map<string, Person> {
    return under(this.#people, JSON.stringify([tenantId, setupId]));
  }
}

function fits(person: Person, filter: PeopleFilter): boolean {
  const has = (kind: string, id: string): boolean =>
    person.status !== 'removed' && grantKeysOf(person).some((key) => key.kind === kind && key.id === id);
  switch (filter.kind) {
    case 'all':
      return person.status !== 'removed';
    case 'status':
      return person.status === filter.status;
    case 'role':
      return has('role', filter.roleId);
    case 'membership':
      return has('membership', filter.membership);
    case 'organizationalUnit':
      return has('organizationalUnit', filter.unitId);
    case 'segment':
      return has('segment', filter.segmentId);
    case 'search':
      return matchesSearch(searchWordsOf(person), filter.tokens);
  }
}
