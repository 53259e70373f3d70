import type { PersonFacts } from '../../../core/people/facts.js';
import type { Person } from '../../../core/people/person.js';
import type { Session } from '../session.js';

/**
 * Before people are written who show their manager, so that the manager's change finds them: who does so already was
 * entered then.
 *
 * @param people as they are stored, of each setup, where that is known
 */
export async function enterReports(
  { ports, fence }: Session,
  facts: readonly PersonFacts[],
  people: readonly ReadonlyMap<string, Person>[] = [],
): Promise<void> {
  const reports = facts.flatMap(({ directoryId, user }) => {
    if (user?.managerId == null) return [];
    const { managerId } = user;
    const known = people.some((of) => of.get(directoryId)?.manager?.directoryId === managerId);
    return known ? [] : [{ managerId, reportId: directoryId }];
  });
  if (reports.length > 0) await ports.reports.enter(fence, reports);
}
