/** Which groups are above a group, through live groups only. Cycles and diamonds are harmless. */
export class GroupAncestors {
  private readonly live = new Set<string>();
  private readonly parents = new Map<string, readonly string[]>();
  private readonly remembered = new Map<string, readonly string[]>();

  /** @param wanted of these alone it is told whether they are above; null for all */
  constructor(private readonly wanted: ReadonlySet<string> | null) {}

  knows(groupId: string): boolean {
    return this.parents.has(groupId);
  }

  /** @param parents groups whose direct member this one is, live or not */
  learn(groupId: string, isLive: boolean, parents: readonly string[]): void {
    if (isLive) this.live.add(groupId);
    this.parents.set(groupId, parents);
  }

  /** Of the wanted groups those that somebody is in who is a direct member of this one; none where it is not live. */
  of(groupId: string): readonly string[] {
    const known = this.remembered.get(groupId);
    if (known !== undefined) return known;
    const above = this.walk(groupId);
    this.remembered.set(groupId, above);
    return above;
  }

  private walk(groupId: string): readonly string[] {
    if (!this.live.has(groupId)) return [];
    const met = new Set([groupId]);
    for (const id of met)
      for (const parent of this.parents.get(id) ?? []) if (this.live.has(parent)) met.add(parent);
    const { wanted } = this;
    return wanted === null ? [...met] : [...met].filter((id) => wanted.has(id));
  }
}
