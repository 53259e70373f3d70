/** Users and records that share a value of a key. */
export interface Sharing {
  readonly directoryIds: readonly string[];
  readonly recordIds: readonly string[];
}

/**
 * Takes pairs that an operator parted out of what could be tied by a value: what still hangs together, with at least
 * one user and one record each, ids in their order.
 */
export function sharedComponents(
  { directoryIds, recordIds }: Sharing,
  apart: ReadonlyMap<string, ReadonlySet<string>>,
): Sharing[] {
  const users = [...directoryIds].sort();
  const records = [...recordIds].sort();
  const parted = users.some((user) => records.some((record) => isApart(apart, user, record)));
  if (!parted) return [{ directoryIds: users, recordIds: records }];
  const components: Sharing[] = [];
  const left = new Set(users);
  for (const user of users) {
    if (!left.delete(user)) continue;
    const component = reachedFrom(user, left, new Set(records), apart);
    if (component.recordIds.length > 0) components.push(component);
  }
  return components;
}

/** Everybody who hangs together with that user; takes them out of `usersLeft`. */
function reachedFrom(
  first: string,
  usersLeft: Set<string>,
  recordsLeft: Set<string>,
  apart: ReadonlyMap<string, ReadonlySet<string>>,
): Sharing {
  const users = [first];
  const records: string[] = [];
  // Both lists grow while they are walked.
  for (const user of users) {
    for (const record of [...recordsLeft]) {
      if (isApart(apart, user, record)) continue;
      recordsLeft.delete(record);
      records.push(record);
      for (const other of [...usersLeft]) {
        if (isApart(apart, other, record)) continue;
        usersLeft.delete(other);
        users.push(other);
      }
    }
  }
  return { directoryIds: users.sort(), recordIds: records.sort() };
}

function isApart(
  apart: ReadonlyMap<string, ReadonlySet<string>>,
  directoryId: string,
  recordId: string,
): boolean {
  return apart.get(directoryId)?.has(recordId) === true;
}
