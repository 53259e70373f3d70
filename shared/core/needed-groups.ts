import type { MemberChain } from './member-chain.js';
import type { ResourceState } from './round.js';
import type { Requirements } from './setup/requirements.js';

/**
 * How far the members of a group are in the mirror. none: not read, since no setup needs the group; reading: its
 * first reading, or that of a group beneath it, has not ended; complete: as Graph tells them; hidden: the group hides
 * them, and the permission to read them is missing, so that no more of them is known than was read with it before.
 */
export const MEMBERS_STATES = ['none', 'reading', 'complete', 'hidden'] as const;
export type MembersState = (typeof MEMBERS_STATES)[number];

type Groups = Pick<ResourceState, 'deltaLink' | 'references'> & {
  readonly round: Pick<NonNullable<ResourceState['round']>, 'references'> | null;
};
type Chains = readonly Pick<MemberChain, 'groupIds' | 'unread' | 'nested'>[];

/** The groups named, and every group beneath them as far as it is known. */
export function neededGroups(
  named: Iterable<string>,
  chains: Chains,
  nestedIn = nesting(chains),
): Set<string> {
  const needed = new Set(named);
  for (const id of needed) for (const nested of nestedIn(id)) needed.add(nested);
  return needed;
}

/** By group, the groups that are its direct members. */
export function nesting(chains: Chains): (groupId: string) => readonly string[] {
  const nested = new Map(chains.flatMap((chain) => Object.entries(chain.nested)));
  return (groupId) => nested.get(groupId) ?? [];
}

/** The groups whose members chains follow. */
export function followedGroups(chains: Chains): Set<string> {
  return new Set(chains.flatMap(({ groupIds }) => groupIds));
}

/** Whether the mirror holds members of the groups that chains follow alone, and not of all. */
export function holdsNeededOnly({ deltaLink, references, round }: Groups): boolean {
  if (round?.references === true && deltaLink !== null && !references) return false;
  return deltaLink === null ? round?.references === false : !references;
}

/** Whether the members of the groups that are asked for, and of the groups beneath them, were all read once. */
export function membersAreRead(
  { groups: groupIds, allGroups }: Pick<Requirements, 'groups' | 'allGroups'>,
  groups: Groups,
  chains: Chains,
): boolean {
  if (groups.deltaLink === null) return false;
  if (groups.references) return true;
  const read = groupsRead(chains);
  return !allGroups && [...neededGroups(groupIds, chains)].every((id) => read.has(id));
}

/** How far the members of single groups are in the mirror, directly and beneath, whatever the groups hide. */
export function membersStates(
  groups: Groups,
  chains: Chains,
): (groupId: string) => Exclude<MembersState, 'hidden'> {
  if (groups.deltaLink !== null && groups.references) return () => 'complete';
  if (groups.deltaLink === null && groups.round?.references !== false) return () => 'reading';
  const followed = followedGroups(chains);
  const read = groups.deltaLink === null ? new Set<string>() : groupsRead(chains);
  const nestedIn = nesting(chains);
  return (groupId) => {
    if (!followed.has(groupId)) return 'none';
    const isRead = [...neededGroups([groupId], chains, nestedIn)].every((id) => read.has(id));
    return isRead ? 'complete' : 'reading';
  };
}

function groupsRead(chains: Chains): Set<string> {
  const read = new Set<string>();
  for (const { groupIds, unread } of chains)
    for (const id of groupIds) if (!unread.includes(id)) read.add(id);
  return read;
}
