/** The direct members of a group as far as they count: users who are not hidden, and groups. */
export interface DirectMembers {
  readonly people: readonly string[];
  readonly groups: readonly string[];
}

/** Ids of members that are remembered at a time: some 10 MB at most, however large the directory is. */
const MOST_REMEMBERED = 100_000;

/** Direct members of groups, as many as there is room for. An id that stands in many groups is kept once. */
export class RememberedMembers {
  private readonly byGroup = new Map<string, DirectMembers>();
  private readonly ids = new Map<string, string>();
  private size = 0;

  /** So many ids may still come. */
  get room(): number {
    return MOST_REMEMBERED - this.size;
  }

  of(groupId: string): DirectMembers | undefined {
    return this.byGroup.get(groupId);
  }

  /** Where there is no room left, nothing happens. */
  remember(groupId: string, { people, groups }: DirectMembers): void {
    const added = 1 + people.length + groups.length;
    if (added > this.room || this.byGroup.has(groupId)) return;
    this.size += added;
    this.byGroup.set(groupId, { people: people.map(this.once), groups: groups.map(this.once) });
  }

  /** Makes room by forgetting every group that is not among these. */
  keepOnly(groupIds: ReadonlySet<string>): void {
    this.size = 0;
    for (const [groupId, { people, groups }] of this.byGroup) {
      if (groupIds.has(groupId)) this.size += 1 + people.length + groups.length;
      else this.byGroup.delete(groupId);
    }
    this.ids.clear();
  }

  private readonly once = (id: string): string => {
    const known = this.ids.get(id);
    if (known !== undefined) return known;
    this.ids.set(id, id);
    return id;
  };
}
