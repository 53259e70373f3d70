import type { DirectoryChange } from '../control-api.js';
import { Random } from '../random.js';
import { sampleGroups } from './sample-groups.js';
import { samplePeople } from './sample-people.js';

/** How large a sample directory is. */
export interface SampleSize {
  readonly users: number;
  readonly groups: number;
  /** About how many memberships in all; absent: a few dozen per group at most. */
  readonly memberships?: number;
  /** Whether the first group holds everybody. */
  readonly everybody: boolean;
  readonly domain: string;
  readonly seed: number;
}

/** The changes that make a sample directory; the same size and seed give the same directory, ids included. */
export function sampleDirectory(size: SampleSize): DirectoryChange[] {
  const random = new Random(size.seed);
  const people = samplePeople(random, size.users, size.domain);
  const made = { everybody: size.everybody, memberships: size.memberships };
  const groups = sampleGroups(random, size.groups, people.ids, made);
  const changes = [...people.changes, ...groups.changes];
  if (size.users > 20) changes.push(...departures(people.ids));
  const unified = groups.ids[groups.ids.length - 1 - ((groups.ids.length + 2) % 4)];
  if (groups.ids.length > 8 && unified !== undefined) changes.push({ kind: 'deleteGroup', id: unified });
  return changes;
}

/** Some people are soft-deleted, their memberships kept. */
function departures(people: readonly string[]): DirectoryChange[] {
  const leavers = people.filter((_id, n) => n % 60 === 33 || n === 15);
  return leavers.map((id) => ({ kind: 'softDeleteUser', id }));
}
