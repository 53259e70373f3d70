import type { MirrorGroup } from '../core/mirror-rows.js';
import type { Mirror } from './mirror.js';
import type { TenantScope } from './scope.js';
import { sideBySide } from './side-by-side.js';

/**
 * Levels of nesting that are walked one after another. Few directories have half of them, and each level waits for the
 * one before; beyond them the nesting of the tenant is read as a whole, many groups side by side.
 */
export const SHALLOW_LEVELS = 12;

/** Groups whose index is read in one call. */
const GROUPS_AT_ONCE = 500;

export type NestingMirror = Pick<Mirror, 'scanGroups' | 'groupsOf' | 'existingEdges'>;

type NestedGroup = Pick<MirrorGroup, 'id' | 'presence' | 'attributes'>;

/** Which groups of a tenant are directly in which. It costs about a request for each group, and no user is read. */
export class GroupNesting {
  readonly #groups: ReadonlyMap<string, NestedGroup>;
  readonly #parents = new Map<string, string[]>();
  readonly #children = new Map<string, string[]>();

  private constructor(groups: ReadonlyMap<string, NestedGroup>) {
    this.#groups = groups;
  }

  static async read(mirror: NestingMirror, scope: TenantScope): Promise<GroupNesting> {
    const groups = new Map<string, NestedGroup>();
    const buckets = Array.from({ length: scope.bucketCount }, (_, bucket) => bucket);
    await sideBySide(buckets, async (bucket) => {
      for await (const page of mirror.scanGroups(scope, bucket))
        for (const group of page) groups.set(group.id, group);
    });
    const nesting = new GroupNesting(groups);
    const ids = [...groups.keys()];
    for (let from = 0; from < ids.length; from += GROUPS_AT_ONCE) {
      const told = await mirror.groupsOf(scope, ids.slice(from, from + GROUPS_AT_ONCE));
      // The index by member may lag behind.
      const edges = told.length === 0 ? [] : await mirror.existingEdges(scope, told);
      for (const { groupId, memberId } of edges) nesting.#learn(groupId, memberId);
    }
    return nesting;
  }

  get ids(): Iterable<string> {
    return this.#groups.keys();
  }

  /** Undefined if the mirror has none of that id. */
  group(id: string): NestedGroup | undefined {
    return this.#groups.get(id);
  }

  isLive(id: string): boolean {
    return this.#groups.get(id)?.presence === 'live';
  }

  /** Groups whose direct member this one is, live or not. */
  parentsOf(id: string): readonly string[] {
    return this.#parents.get(id) ?? [];
  }

  /** Live groups beneath these, through live groups only; these among them if they are beneath each other. */
  liveBeneath(groupIds: Iterable<string>): ReadonlySet<string> {
    const met = new Set<string>();
    const below = (id: string): void => {
      for (const child of this.#children.get(id) ?? []) if (this.isLive(child)) met.add(child);
    };
    for (const id of groupIds) below(id);
    // A set goes on with what is added to it meanwhile.
    for (const id of met) below(id);
    return met;
  }

  #learn(groupId: string, memberId: string): void {
    append(this.#parents, memberId, groupId);
    append(this.#children, groupId, memberId);
  }
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
