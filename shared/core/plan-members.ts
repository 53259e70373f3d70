import type { DeltaElement } from './delta-page.js';
import type { Edge, MirrorGroup } from './mirror-rows.js';
import { planGroups } from './plan-groups.js';

/** What a stretch of a chain of members changes: set operations, which may find their work done already. */
export interface MembersPlan {
  readonly present: readonly Edge[];
  readonly absent: readonly Edge[];
}

/**
 * Only memberships are taken from a chain, and only of groups that the mirror has alive: that groups come and go is
 * told by the groups' own round, which may stand at another instant.
 */
export function planMembers(
  groups: ReadonlyMap<string, MirrorGroup>,
  elements: readonly DeltaElement[],
): MembersPlan {
  const told = elements.flatMap((element) =>
    element.kind === 'present' && groups.get(element.id)?.presence === 'live'
      ? [{ ...element, attributes: {} }]
      : [],
  );
  const { edgesPresent, edgesAbsent } = planGroups(groups, told);
  return { present: edgesPresent, absent: edgesAbsent };
}
