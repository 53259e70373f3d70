/** The members of which groups are asked for. */
export interface MembersDemand {
  /** Whether those of all groups are; where not, `named` tells of which, with all that is beneath them. */
  readonly all: boolean;
  readonly named: ReadonlySet<string>;
  /** Of these, the groups that hold a role: their direct members hold it as well. */
  readonly holders: ReadonlySet<string>;
}

export const EVERY_MEMBER: MembersDemand = { all: true, named: new Set(), holders: new Set() };
