import { edgesOf } from './apply-membership.js';
import type { DirectoryState } from './directory-state.js';
import { hidesMembers } from './hidden-membership.js';
import type { DirectoryObject } from './records.js';

const kept = new WeakMap<
  DirectoryState,
  { seq: number; group: DirectoryObject; seesHidden: boolean; members: DirectoryObject[] }
>();

/** All live members, direct and through live groups, each once; cycles end. Kept for the next page. */
export function transitiveMembersOf(
  view: DirectoryState,
  group: DirectoryObject,
  seesHidden: boolean,
): readonly DirectoryObject[] {
  const last = kept.get(view);
  if (last?.seq === view.seq && last.group === group && last.seesHidden === seesHidden) return last.members;
  const members = reach(group, seesHidden);
  kept.set(view, { seq: view.seq, group, seesHidden, members });
  return members;
}

function reach(start: DirectoryObject, seesHidden: boolean): DirectoryObject[] {
  const seen = new Set<DirectoryObject>();
  const waiting = [start];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    if (hidesMembers(group, seesHidden)) continue;
    for (const { present, member } of edgesOf(group).byMember.values()) {
      if (!present || member.state !== 'live' || seen.has(member)) continue;
      seen.add(member);
      if (member.type === 'group' && member !== start) waiting.push(member);
    }
  }
  return [...seen];
}

/** Distinct live users in the group, directly or through live groups. */
export function transitiveUserCount(group: DirectoryObject): number {
  let count = 0;
  for (const member of reach(group, true)) if (member.type === 'user') count++;
  return count;
}

/** All live groups that hold the object, directly or through other live groups. */
export function transitiveGroupsOf(object: DirectoryObject, seesHidden: boolean): readonly DirectoryObject[] {
  const seen = new Set<DirectoryObject>();
  const waiting = [object];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const group of each.memberOf ?? []) {
      if (group.state !== 'live' || seen.has(group) || hidesMembers(group, seesHidden)) continue;
      seen.add(group);
      waiting.push(group);
    }
  }
  return [...seen];
}
