import type { Touched } from '../../../core/mark.js';
import type { Session } from '../session.js';

/**
 * Whom a page concerns: users whose row or membership changed, who reports to them, and everybody beneath groups
 * that became members, ceased to be, came alive or vanished. Beneath them as it is now is enough: whoever was
 * beneath before and is not any more lost a membership, which is touched itself.
 *
 * @param most where more are concerned than that, `tooMany`
 */
export async function concernedBy(
  session: Session,
  touched: Touched,
  most: number,
): Promise<readonly string[] | 'tooMany'> {
  const ids = new Set([...touched.users, ...touched.memberUsers]);
  if (ids.size > most) return 'tooMany';
  for (const id of await session.ports.reports.of(session.fence, touched.users)) ids.add(id);
  if (ids.size > most) return 'tooMany';
  const groups = new Set([...touched.memberGroups, ...touched.groupPresence]);
  let frontier = [...groups];
  while (frontier.length > 0) {
    const met: string[] = [];
    for (const groupId of frontier) {
      for await (const edges of session.ports.mirror.membersOf(session.fence, groupId)) {
        await session.keeper.renewIfDue();
        for (const { memberId, memberType } of edges) {
          if (memberType === 'user') ids.add(memberId);
          if (memberType === 'group') met.push(memberId);
        }
        if (ids.size > most) return 'tooMany';
      }
    }
    const fresh = [...new Set(met)].filter((id) => !groups.has(id));
    for (const id of fresh) groups.add(id);
    const rows = await session.ports.mirror.readGroups(session.fence, fresh);
    frontier = fresh.filter((id) => rows.get(id)?.presence === 'live');
  }
  return [...ids];
}
