import { GroupAncestors } from '../core/group-ancestors.js';
import type { Edge, MirrorUser } from '../core/mirror-rows.js';
import type { PersonFacts } from '../core/people/facts.js';
import { GroupNesting, SHALLOW_LEVELS, type NestingMirror } from './group-nesting.js';
import type { Mirror } from './mirror.js';
import type { TenantScope } from './scope.js';

/** Role assignments of users. Each of its methods may throw Unavailable or Throttled. */
export interface AssignmentsOfUsers {
  /** By directory id what they hold, as `PersonFacts.roleAssignments` names it; who holds nothing is left out. */
  read(
    scope: TenantScope,
    directoryIds: readonly string[],
  ): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
}

export type FactPorts = {
  readonly mirror: Pick<Mirror, 'readUsers' | 'readGroups'> & NestingMirror;
  /** Null where no setup asks for roles. */
  readonly roleAssignments: AssignmentsOfUsers | null;
};

const NONE: ReadonlySet<string> = new Set();

/**
 * Gathers what the mirror says about single users. Groups above groups are remembered, so that one reader serves
 * while the mirror does not change. The index by member may lag behind, so whatever matters of it is verified.
 */
export class FactsReader {
  private readonly ancestors: GroupAncestors;

  /** @param wanted the groups that matter; null for all */
  constructor(
    private readonly ports: FactPorts,
    private readonly scope: TenantScope,
    private readonly wanted: ReadonlySet<string> | null,
  ) {
    this.ancestors = new GroupAncestors(wanted);
  }

  /** In the order of the ids; who is not in the mirror has no user. */
  async read(directoryIds: readonly string[]): Promise<PersonFacts[]> {
    const { mirror, roleAssignments } = this.ports;
    const users = await mirror.readUsers(this.scope, directoryIds);
    const managers = await this.managersOf(users);
    const groups = await this.groupsOf([...users.keys()]);
    const assigned = (await roleAssignments?.read(this.scope, directoryIds)) ?? new Map<string, never>();
    return directoryIds.map((directoryId) => {
      const user = users.get(directoryId) ?? null;
      return {
        directoryId,
        user,
        manager: liveManager(user, managers),
        groups: groups.get(directoryId) ?? NONE,
        roleAssignments: assigned.get(directoryId) ?? NONE,
      };
    });
  }

  private async managersOf(users: ReadonlyMap<string, MirrorUser>): Promise<Map<string, MirrorUser>> {
    const ids = [...users.values()].flatMap(({ managerId }) => managerId ?? []);
    const others = [...new Set(ids)].filter((id) => !users.has(id));
    const managers = others.length === 0 ? [] : await this.ports.mirror.readUsers(this.scope, others);
    return new Map([...users, ...managers]);
  }

  private async groupsOf(userIds: readonly string[]): Promise<Map<string, Set<string>>> {
    if (this.wanted?.size === 0) return new Map();
    const { mirror } = this.ports;
    const told = await mirror.groupsOf(this.scope, userIds);
    await this.learnAbove(told.map((edge) => edge.groupId));
    const matter = told.filter((edge) => this.ancestors.of(edge.groupId).length > 0);
    const groups = new Map<string, Set<string>>();
    for (const { memberId, groupId } of await this.verified(matter)) {
      const held = groups.get(memberId) ?? new Set();
      for (const id of this.ancestors.of(groupId)) held.add(id);
      groups.set(memberId, held);
    }
    return groups;
  }

  private async learnAbove(groupIds: readonly string[]): Promise<void> {
    const { mirror } = this.ports;
    let frontier = this.unknown(groupIds);
    for (let level = 1; frontier.length > 0; level += 1) {
      if (level > SHALLOW_LEVELS) {
        await this.learnAll();
        return;
      }
      const rows = await mirror.readGroups(this.scope, frontier);
      const above = await this.verified(await mirror.groupsOf(this.scope, frontier));
      const parents = new Map<string, string[]>(frontier.map((id) => [id, []]));
      for (const { memberId, groupId } of above) parents.get(memberId)?.push(groupId);
      for (const [id, of] of parents) this.ancestors.learn(id, rows.get(id)?.presence === 'live', of);
      frontier = this.unknown(above.map((edge) => edge.groupId));
    }
  }

  private async learnAll(): Promise<void> {
    const nesting = await GroupNesting.read(this.ports.mirror, this.scope);
    for (const id of nesting.ids) this.ancestors.learn(id, nesting.isLive(id), nesting.parentsOf(id));
  }

  private unknown(groupIds: readonly string[]): string[] {
    return [...new Set(groupIds)].filter((id) => !this.ancestors.knows(id));
  }

  private async verified(edges: readonly Edge[]): Promise<readonly Edge[]> {
    return edges.length === 0 ? [] : this.ports.mirror.existingEdges(this.scope, edges);
  }
}

/** Of the row of the user's manager, where it is live. */
export function liveManager(
  user: MirrorUser | null,
  managers: ReadonlyMap<string, MirrorUser>,
): MirrorUser | null {
  const manager = user?.managerId == null ? undefined : managers.get(user.managerId);
  return manager?.presence === 'live' ? manager : null;
}
