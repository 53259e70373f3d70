import type { Suspect } from '../../../core/drift/drift-check.js';
import { planPerson } from '../../../core/plan-person.js';
import { mirroredPerson } from '../person-sync/mirrored-person.js';
import type { Session } from '../session.js';

/** What differs of one user that the mirror shows, by two requests: the user, and whose direct member it is. */
export async function lookAtUser(session: Session, id: string): Promise<Suspect[]> {
  const { ports, connection } = session;
  const subject = { kind: 'user', id } as const;
  const { attributes } = session.states.users;
  const user = await session.ask(() => ports.directory.readUser(connection, id, attributes));
  const told =
    user === null
      ? null
      : await session.ask(() => ports.directory.groupsOf(connection, { kind: 'user', id }));
  const groupIds = (told?.groupIds ?? []).filter((groupId) => session.holdsMembersOf(groupId));
  const mirrored = await mirroredPerson(session, id, groupIds);
  const { changed, present, left } = planPerson(
    id,
    mirrored,
    { user, groupIds, seesHidden: told?.seesHidden === true, inDeletedItems: null },
    null,
  );
  const differs = left.user === null ? changed : ['presence'];
  return [
    ...(differs.length > 0 ? [{ resource: 'users' as const, subject, differs }] : []),
    // A user that is gone by now is a member of nothing, which is no difference of its own.
    ...(told !== null && (present.length > 0 || left.groupIds.length > 0)
      ? [{ resource: 'groups' as const, subject, differs: ['memberOf'] }]
      : []),
  ];
}
