import type { Edge } from '../../core/mirror-rows.js';
import { RememberedMembers, type DirectMembers } from './direct-members.js';
import type { Session } from './session.js';

/**
 * Counts the distinct users of groups, directly or through groups: soft-deleted ones are left out, disabled ones
 * and guests are in. Nested groups that are soft-deleted pass nobody on; cycles are harmless. Groups that stand in
 * many others are read once, as far as they can be remembered.
 */
export class GroupCounter {
  /** Members of groups that are known to be alive. */
  readonly remembered = new RememberedMembers();
  private hidden: Promise<ReadonlySet<string>> | null = null;

  constructor(private readonly session: Session) {}

  /** Groups that are not alive count 0. */
  async count(groupId: string): Promise<number> {
    const alive = await this.liveAmong([groupId]);
    return alive.length === 0 ? 0 : this.countLive(groupId);
  }

  /** Of a group that is known to be alive. */
  async countLive(groupId: string): Promise<number> {
    const people = new Set<string>();
    const visited = new Set([groupId]);
    let frontier: readonly string[] = [groupId];
    while (frontier.length > 0) {
      const met: string[] = [];
      for (const id of frontier) {
        const members = await this.membersOf(id, id !== groupId);
        for (const person of members.people) people.add(person);
        for (const group of members.groups) {
          if (visited.has(group)) continue;
          visited.add(group);
          met.push(group);
        }
      }
      frontier = await this.liveAmong(met);
    }
    return people.size;
  }

  /** Whether an edge brings a user who counts. */
  async counts(edge: Edge): Promise<boolean> {
    return edge.memberType === 'user' && !(await this.hiddenUsers()).has(edge.memberId);
  }

  private async membersOf(groupId: string, isNested: boolean): Promise<DirectMembers> {
    const known = this.remembered.of(groupId);
    if (known !== undefined) return known;
    const members = { people: [] as string[], groups: [] as string[] };
    for await (const edges of this.session.ports.mirror.membersOf(this.session.fence, groupId)) {
      await this.session.keeper.renewIfDue();
      for (const edge of edges) {
        if (edge.memberType === 'group') members.groups.push(edge.memberId);
        else if (await this.counts(edge)) members.people.push(edge.memberId);
      }
    }
    if (isNested) this.remembered.remember(groupId, members);
    return members;
  }

  private async liveAmong(groupIds: readonly string[]): Promise<string[]> {
    const unknown = groupIds.filter((id) => this.remembered.of(id) === undefined);
    if (unknown.length === 0) return [...groupIds];
    const groups = await this.session.ports.mirror.readGroups(this.session.fence, unknown);
    return groupIds.filter(
      (id) => this.remembered.of(id) !== undefined || groups.get(id)?.presence === 'live',
    );
  }

  private hiddenUsers(): Promise<ReadonlySet<string>> {
    this.hidden ??= this.session.ports.mirror.softDeletedUserIds(this.session.fence);
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

/** Writes those counts that differ from the stored ones. */
export async function writeChangedCounts(
  session: Session,
  counts: ReadonlyMap<string, number>,
  stored: ReadonlyMap<string, number>,
): Promise<void> {
  const changed = new Map([...counts].filter(([id, count]) => (stored.get(id) ?? 0) !== count));
  if (changed.size > 0) await session.ports.groupCounts.write(session.fence, changed);
}
