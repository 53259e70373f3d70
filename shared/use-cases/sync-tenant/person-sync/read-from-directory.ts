import { AccessRefused } from '../../../core/failures.js';
import type { PersonRead, UserRead } from '../../../core/plan-person.js';
import type { Session } from '../session.js';
import type { Trace } from './trace.js';

type Memberships = Pick<PersonRead, 'groupIds' | 'seesHidden'>;

/** Reads one user from Graph, by the lease's holder alone, with what the mirror holds of every user. */
export async function readFromDirectory(
  session: Session,
  trace: Trace,
  id: string,
  attributes: readonly string[],
): Promise<PersonRead> {
  const user = await readUser(session, trace, id, attributes);
  if (user === null)
    return {
      ...{ user, groupIds: [], seesHidden: false },
      inDeletedItems: await lookInDeletedItems(session, trace, id),
    };
  return { user, ...(await readMemberships(session, trace, id)), inDeletedItems: null };
}

function readUser(
  session: Session,
  trace: Trace,
  id: string,
  attributes: readonly string[],
): Promise<UserRead | null> {
  const { directory } = session.ports;
  return trace.during('readUser', async () => {
    const user = await session.ask(() => directory.readUser(session.connection, id, attributes));
    if (user === null)
      return [{ outcome: 'done', detail: 'The directory has no live user of this id.' }, user];
    const read = [...Object.keys(user.attributes), 'manager'];
    return [{ outcome: 'done', detail: 'The directory has this user.', read }, user];
  });
}

function lookInDeletedItems(session: Session, trace: Trace, id: string): Promise<boolean | null> {
  const { directory } = session.ports;
  return trace.during<boolean | null>('readDeletedItems', async () => {
    try {
      const isThere = await session.ask(() => directory.isInDeletedItems(session.connection, 'users', id));
      const detail = isThere ? 'The user is in deleted items.' : 'The user is not in deleted items either.';
      return [{ outcome: 'done', detail }, isThere];
    } catch (failure) {
      if (!(failure instanceof AccessRefused && failure.status === 403)) throw failure;
      return [{ outcome: 'refused', detail: 'Graph does not let us read deleted items.' }, null];
    }
  });
}

function readMemberships(session: Session, trace: Trace, id: string): Promise<Memberships> {
  const { directory } = session.ports;
  return trace.during<Memberships>('readMemberships', async () => {
    const answer = await session.ask(() => directory.groupsOf(session.connection, { kind: 'user', id }));
    if (answer === null)
      return [
        { outcome: 'nothingToDo', detail: 'The user has just gone.' },
        { groupIds: [], seesHidden: false },
      ];
    const { groupIds } = answer;
    const detail = `The user is a direct member of ${groupIds.length} groups.`;
    return [{ outcome: 'done', detail, read: groupIds }, answer];
  });
}
