import { GroupAncestors } from '../core/group-ancestors.js';
import { hidesMembers } from '../core/hidden-membership.js';
import type { MirrorUser } from '../core/mirror-rows.js';
import type { PersonFacts } from '../core/people/facts.js';
import type { Mirror } from './mirror.js';
import { liveManager, type AssignmentsOfUsers } from './read-facts.js';
import type { TenantScope } from './scope.js';

/** Rows of managers kept between buckets, since many report to few. */
const MOST_MANAGERS = 20_000;
const NONE: ReadonlySet<string> = new Set();

/** What it is read by; a job's session is one. */
export interface GraphSource {
  readonly ports: {
    readonly mirror: Pick<Mirror, 'readUsers' | 'scanGroups' | 'scanEdges'>;
    /** Null where no setup asks for roles. */
    readonly roleAssignments: AssignmentsOfUsers | null;
  };
  readonly fence: TenantScope;
  /** Looked after between pages. */
  readonly keeper: { renewIfDue(): Promise<void> };
}

/**
 * All memberships of a tenant in memory, read once from the rows by group: for whoever derives everybody. About 10
 * bytes an edge and 150 a user, so a million edges of 50,000 users take some 20 MB.
 */
export class WholeGraph {
  private readonly ancestors: GroupAncestors;
  private readonly groupIds: string[] = [];
  private readonly direct = new Map<string, number[]>();
  private managers = new Map<string, MirrorUser>();
  readonly liveGroups = new Set<string>();
  private readonly hiding: string[] = [];

  private constructor(
    private readonly session: GraphSource,
    wanted: ReadonlySet<string> | null,
  ) {
    this.ancestors = new GroupAncestors(wanted);
  }

  /** @param wanted the groups that matter; null for all */
  static async read(session: GraphSource, wanted: ReadonlySet<string> | null): Promise<WholeGraph> {
    const graph = new WholeGraph(session, wanted);
    const parents = new Map<string, string[]>();
    for (let bucket = 0; bucket < session.fence.bucketCount; bucket += 1) {
      await session.keeper.renewIfDue();
      await graph.readGroups(bucket, parents);
      await graph.readEdges(bucket, parents);
    }
    for (const [id, above] of parents) graph.ancestors.learn(id, graph.liveGroups.has(id), above);
    return graph;
  }

  /** What the graph says of these users, whose rows are given. */
  async factsOf(
    directoryIds: readonly string[],
    users: ReadonlyMap<string, MirrorUser>,
  ): Promise<PersonFacts[]> {
    const managers = await this.managersOf(users);
    const { roleAssignments } = this.session.ports;
    const assigned =
      (await roleAssignments?.read(this.session.fence, directoryIds)) ?? new Map<string, never>();
    return directoryIds.map((directoryId) => {
      const user = users.get(directoryId) ?? null;
      const manager = liveManager(user, managers);
      const groups = user === null ? NONE : this.groupsOf(directoryId);
      return { directoryId, user, manager, groups, roleAssignments: assigned.get(directoryId) ?? NONE };
    });
  }

  /** Of the groups that matter those that hide their members, or have a group beneath that does. */
  hidingGroups(): ReadonlySet<string> {
    return new Set(this.hiding.flatMap((id) => this.ancestors.of(id)));
  }

  private groupsOf(userId: string): ReadonlySet<string> {
    const held = new Set<string>();
    for (const at of this.direct.get(userId) ?? [])
      for (const id of this.ancestors.of(this.groupIds[at] ?? '')) held.add(id);
    return held;
  }

  private async readGroups(bucket: number, parents: Map<string, string[]>): Promise<void> {
    const { session } = this;
    for await (const groups of session.ports.mirror.scanGroups(session.fence, bucket)) {
      for (const group of groups) {
        const { id, presence } = group;
        if (presence === 'live') this.liveGroups.add(id);
        if (presence === 'live' && hidesMembers(group)) this.hiding.push(id);
        if (!parents.has(id)) parents.set(id, []);
      }
    }
  }

  /** The edges of a bucket come group by group. */
  private async readEdges(bucket: number, parents: Map<string, string[]>): Promise<void> {
    const { session } = this;
    for await (const edges of session.ports.mirror.scanEdges(session.fence, bucket)) {
      await session.keeper.renewIfDue();
      for (const { groupId, memberId, memberType } of edges) {
        if (memberType === 'group') append(parents, memberId, groupId);
        if (memberType !== 'user' || !this.liveGroups.has(groupId)) continue;
        if (this.groupIds.at(-1) !== groupId) this.groupIds.push(groupId);
        append(this.direct, memberId, this.groupIds.length - 1);
      }
    }
  }

  private async managersOf(users: ReadonlyMap<string, MirrorUser>): Promise<Map<string, MirrorUser>> {
    const { ports, fence } = this.session;
    const ids = new Set([...users.values()].flatMap(({ managerId }) => managerId ?? []));
    const found = new Map<string, MirrorUser>();
    for (const id of ids) {
      const known = this.managers.get(id);
      if (known !== undefined) found.set(id, known);
    }
    const unknown = [...ids].filter((id) => !found.has(id));
    if (unknown.length === 0) return found;
    if (this.managers.size + unknown.length > MOST_MANAGERS) this.managers = new Map();
    for (const [id, row] of await ports.mirror.readUsers(fence, unknown)) {
      this.managers.set(id, row);
      found.set(id, row);
    }
    return found;
  }
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
