import type { Edge } from '../../core/mirror-rows.js';
import type { Session } from './session.js';

/**
 * Counts the distinct users of groups, directly or through groups: soft-deleted ones are left out, disabled ones
 * and guests are in. Nested groups that are soft-deleted pass nobody on; cycles are harmless.
 */
export class GroupCounter {
  private hidden: ReadonlySet<string> | null = null;

  constructor(private readonly session: Session) {}

  /** Groups that are not alive count 0. */
  async count(groupId: string): Promise<number> {
    const group = (await this.session.ports.mirror.readGroups(this.session.fence, [groupId])).get(groupId);
    return group?.presence === 'live' ? this.countFrom([groupId]) : 0;
  }

  /** Whether an edge brings a user who counts. */
  async counts(edge: Edge): Promise<boolean> {
    return edge.memberType === 'user' && !(await this.hiddenUsers()).has(edge.memberId);
  }

  private async countFrom(start: readonly string[]): Promise<number> {
    const { mirror } = this.session.ports;
    const people = new Set<string>();
    const visited = new Set(start);
    let frontier: readonly string[] = start;
    while (frontier.length > 0) {
      const nested: string[] = [];
      for (const groupId of frontier) {
        for await (const edges of mirror.membersOf(this.session.fence, groupId)) {
          await this.session.keeper.renewIfDue();
          for (const edge of edges) {
            if (await this.counts(edge)) people.add(edge.memberId);
            else if (edge.memberType === 'group' && !visited.has(edge.memberId)) {
              visited.add(edge.memberId);
              nested.push(edge.memberId);
            }
          }
        }
      }
      frontier = await this.liveAmong(nested);
    }
    return people.size;
  }

  private async liveAmong(groupIds: readonly string[]): Promise<string[]> {
    if (groupIds.length === 0) return [];
    const groups = await this.session.ports.mirror.readGroups(this.session.fence, groupIds);
    return groupIds.filter((id) => groups.get(id)?.presence === 'live');
  }

  private async hiddenUsers(): Promise<ReadonlySet<string>> {
    this.hidden ??= await this.session.ports.mirror.softDeletedUserIds(this.session.fence);
    return this.hidden;
  }
}

/** The groups given and every group that they are in, directly or through others. */
export async function withAncestors(session: Session, groupIds: readonly string[]): Promise<Set<string>> {
  const all = new Set(groupIds);
  let frontier: readonly string[] = [...all];
  while (frontier.length > 0) {
    const parents = await session.ports.mirror.groupsOf(session.fence, frontier);
    const fresh = new Set(parents.map((edge) => edge.groupId).filter((id) => !all.has(id)));
    for (const id of fresh) all.add(id);
    frontier = [...fresh];
  }
  return all;
}
