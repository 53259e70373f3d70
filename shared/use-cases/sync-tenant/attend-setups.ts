import { consumePageMarks, consumeSetupMark } from './consume-marks.js';
import type { PeopleWork } from './people/people-work.js';
import type { Session } from './session.js';

const MARKS_AT_ONCE = 50;

/**
 * What operators did is not made to wait for the end of a round of everything: setups that were started, edited or
 * removed are derived, and decisions about removals carried out, by what the mirror holds so far. What the guard has
 * to judge is judged after the round. Returns whether no setup is marked any more.
 *
 * @param isCalled whether somebody signalled that the job should look up
 */
export async function attendSetups(
  session: Session,
  people: PeopleWork,
  isCalled: () => Promise<boolean>,
): Promise<boolean> {
  await consumePageMarks(session, people);
  const stored = await session.ports.marks.list(session.tenantId, MARKS_AT_ONCE);
  let isLeft = stored.length === MARKS_AT_ONCE;
  for (const mark of stored) {
    if (mark.mark.kind !== 'setup') continue;
    const mayGoOn = !session.budgetSpent && !(await isCalled());
    const ended = mayGoOn && (await consumeSetupMark({ session, people, isCalled }, mark, mark.mark.setupId));
    if (!ended) isLeft = true;
  }
  await people.decide();
  if (people.outboxLeft) await people.relay();
  return !isLeft;
}
