import type { Suspect } from '../../../core/drift/drift-check.js';
import { NotFound } from '../../../core/failures.js';
import { hidesMembers } from '../../../core/hidden-membership.js';
import { sameAttributes } from '../../../core/merge-attributes.js';
import type { Edge, MirrorGroup } from '../../../core/mirror-rows.js';
import type { HiddenSight, ListedPage } from '../../../ports/directory.js';
import { withoutHiddenMembers } from '../replace-memberships.js';
import type { Session } from '../session.js';

/** What differs of one group that the mirror shows, by two requests: the group, and its first members. */
export async function lookAtGroup(session: Session, mirrored: MirrorGroup): Promise<Suspect[]> {
  const { directory } = session.ports;
  const { id } = mirrored;
  const search = { securityOnly: false, limit: 1 };
  const { groups } = await session.ask(() => directory.searchGroups(session.connection, id, search));
  const [told] = groups;
  const differs =
    told === undefined
      ? ['presence']
      : [
          ...(isTold(told, mirrored) ? [] : ['attributes']),
          ...((await hasOtherMembers(session, mirrored)) ? ['members'] : []),
        ];
  return differs.length === 0 ? [] : [{ resource: 'groups', subject: { kind: 'group', id }, differs }];
}

/** By the attributes that the read prints: the mirror may have more of them, and leaves out what is too large. */
function isTold(told: MirrorGroup, mirrored: MirrorGroup): boolean {
  const printed = Object.entries(told.attributes).filter(([name]) => !mirrored.tooLarge?.includes(name));
  const names = printed.map(([name]) => name);
  const held = Object.entries(mirrored.attributes).filter(([name]) => names.includes(name));
  return sameAttributes(Object.fromEntries(printed), Object.fromEntries(held));
}

/** Of a group with more members than a page has, only whether these are members here too. */
async function hasOtherMembers(session: Session, group: MirrorGroup): Promise<boolean> {
  const { id: groupId } = group;
  if (!session.holdsMembersOf(groupId)) return false;
  const { mirror } = session.ports;
  const page = await firstMembers(session, groupId);
  if (page === null || (hidesMembers(group) && !page.seesHidden)) return false;
  const there = await mirror.existingEdges(session.fence, page.items);
  if (there.length < page.items.length) return true;
  if (page.next !== null) return false;
  const told = new Set(page.items.map(({ memberId }) => memberId));
  for await (const edges of mirror.membersOf(session.fence, groupId)) {
    const others = edges.filter(({ memberId }) => !told.has(memberId));
    if ((await withoutHiddenMembers(session, others)).length > 0) return true;
  }
  return false;
}

/** Null where the group has just gone, which is for its own round to tell. */
async function firstMembers(
  session: Session,
  groupId: string,
): Promise<(ListedPage<Edge> & HiddenSight) | null> {
  const { directory } = session.ports;
  try {
    return await session.ask(() => directory.membersOf(session.connection, groupId, null));
  } catch (failure) {
    if (failure instanceof NotFound) return null;
    throw failure;
  }
}
