import type { Edge } from '../../core/mirror-rows.js';
import { GroupCounter, writeChangedCounts } from './count-groups.js';
import type { DirectMembers } from './direct-members.js';
import type { Session } from './session.js';

/** What the edges of a bucket tell. */
interface BucketPicture {
  /** Direct members of the live groups without groups in them. */
  readonly counts: Map<string, number>;
  /** Live groups that have groups in them. */
  readonly nesting: readonly string[];
}

/**
 * Counts every group of a tenant. The buckets are gone through twice: first every edge streams by, which counts the
 * groups without groups in them and leaves in memory who is in whom; then the groups that nest others are counted,
 * mostly from memory.
 */
export class EveryGroup {
  private readonly counter: GroupCounter;
  private readonly nesting = new Map<number, readonly string[]>();
  private readonly nested = new Set<string>();
  private inSecondPass = false;

  constructor(private readonly session: Session) {
    this.counter = new GroupCounter(session);
  }

  /** A position is a bucket of the first pass, or beyond them one of the second. */
  get positions(): number {
    return 2 * this.session.fence.bucketCount;
  }

  /** The end of the positions from `first` that may be counted side by side, at most so many. */
  endOfStretch(first: number, most: number): number {
    const { bucketCount } = this.session.fence;
    return Math.min(first + most, first < bucketCount ? bucketCount : this.positions);
  }

  async countAt(position: number): Promise<void> {
    const { bucketCount } = this.session.fence;
    if (position < bucketCount) await this.countFlat(position);
    else await this.countNesting(position - bucketCount);
  }

  private async countFlat(bucket: number): Promise<void> {
    const { counts, nesting } = await this.look(bucket);
    const stored = await this.session.ports.groupCounts.scan(this.session.fence, bucket);
    const later = new Set(nesting);
    for (const id of stored.keys()) if (!counts.has(id) && !later.has(id)) counts.set(id, 0);
    await writeChangedCounts(this.session, counts, stored);
  }

  private async countNesting(bucket: number): Promise<void> {
    // Another job may have made the first pass.
    const nesting = this.nesting.get(bucket) ?? (await this.look(bucket)).nesting;
    this.forgetWhatNestsNot();
    const counts = new Map<string, number>();
    for (const id of nesting) counts.set(id, await this.counter.countLive(id));
    const stored = await this.session.ports.groupCounts.read(this.session.fence, nesting);
    await writeChangedCounts(this.session, counts, stored);
  }

  private forgetWhatNestsNot(): void {
    if (this.inSecondPass) return;
    this.inSecondPass = true;
    this.counter.remembered.keepOnly(new Set([...this.nested, ...[...this.nesting.values()].flat()]));
  }

  private async look(bucket: number): Promise<BucketPicture> {
    const live = new Set<string>();
    for await (const groups of this.session.ports.mirror.scanGroups(this.session.fence, bucket)) {
      for (const group of groups) if (group.presence === 'live') live.add(group.id);
    }
    const counts = new Map<string, number>();
    const nesting: string[] = [];
    for await (const group of this.liveGroups(bucket, live)) {
      if (group.nests) nesting.push(group.id);
      else counts.set(group.id, group.people);
      if (group.members !== null) this.counter.remembered.remember(group.id, group.members);
      live.delete(group.id);
    }
    for (const id of live) this.counter.remembered.remember(id, { people: [], groups: [] });
    this.nesting.set(bucket, nesting);
    return { counts, nesting };
  }

  /** The edges of a bucket come group by group, and a member stands once in a group. */
  private async *liveGroups(bucket: number, live: ReadonlySet<string>): AsyncIterable<GroupPicture> {
    let group = null as GroupPicture | null;
    for await (const edges of this.session.ports.mirror.scanEdges(this.session.fence, bucket)) {
      await this.session.keeper.renewIfDue();
      for (const edge of edges) {
        if (group?.id !== edge.groupId) {
          if (group !== null && live.has(group.id)) yield group;
          group = new GroupPicture(edge.groupId, this.counter.remembered.room);
        }
        if (edge.memberType === 'group' && live.has(edge.groupId)) this.nested.add(edge.memberId);
        group.add(edge, await this.counter.counts(edge));
      }
    }
    if (group !== null && live.has(group.id)) yield group;
  }
}

/** A group as its edges stream by; its members are let go when there is no room for them. */
class GroupPicture {
  people = 0;
  nests = false;
  private kept: { readonly people: string[]; readonly groups: string[] } | null = { people: [], groups: [] };

  constructor(
    readonly id: string,
    private readonly room: number,
  ) {}

  get members(): DirectMembers | null {
    return this.kept;
  }

  add(edge: Edge, counts: boolean): void {
    const isGroup = edge.memberType === 'group';
    if (isGroup) this.nests = true;
    else if (counts) this.people += 1;
    else return;
    if (this.kept === null) return;
    (isGroup ? this.kept.groups : this.kept.people).push(edge.memberId);
    if (this.kept.people.length + this.kept.groups.length >= this.room) this.kept = null;
  }
}
