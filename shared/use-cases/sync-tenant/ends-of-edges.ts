import type { Touched } from '../../core/mark.js';
import type { Edge } from '../../core/mirror-rows.js';

/** Users and groups that are members by these edges, each once. */
export function membersIn(edges: readonly Edge[]): Pick<Touched, 'memberUsers' | 'memberGroups'> {
  const of = (type: 'user' | 'group'): string[] => [
    ...new Set(edges.filter((edge) => edge.memberType === type).map((edge) => edge.memberId)),
  ];
  return { memberUsers: of('user'), memberGroups: of('group') };
}

/** Groups that have members by these edges, each once. */
export function groupsIn(edges: readonly Edge[]): string[] {
  return [...new Set(edges.map((edge) => edge.groupId))];
}
