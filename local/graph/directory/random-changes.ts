import type { DirectoryChange, RandomChanges } from '../control-api.js';
import { Random } from '../random.js';
import type { DirectoryState } from './directory-state.js';
import type { DirectoryObject } from './records.js';

const departments = [
  'Sales',
  'Engineering',
  'Finance',
  'Legal',
  'Operations',
  'Research',
  'Support',
  'Marketing',
];
const titles = ['Manager', 'Engineer', 'Analyst', 'Consultant', 'Assistant', 'Director', 'Specialist'];

/** Changes of about `share` of the live users, and as many memberships. */
export function randomChanges(state: DirectoryState, { share, seed }: RandomChanges): DirectoryChange[] {
  const random = new Random(seed);
  const users = state.users.order.filter(({ state: now }) => now === 'live');
  const groups = state.groups.order.filter(({ state: now }) => now === 'live');
  const count = Math.max(1, Math.round(users.length * share));
  return Array.from({ length: count }, () => [userChange(random, users), memberChange(random, users, groups)])
    .flat()
    .filter((change) => change !== undefined);
}

function userChange(random: Random, users: readonly DirectoryObject[]): DirectoryChange | undefined {
  if (users.length === 0) return { kind: 'createUser', id: random.guid() };
  const { id } = random.pick(users);
  const kind = random.below(20);
  if (kind === 0)
    return { kind: 'createUser', id: random.guid(), attributes: { department: random.pick(departments) } };
  if (kind === 1) return { kind: 'softDeleteUser', id };
  if (kind === 2) return { kind: 'setManager', userId: id, managerId: random.pick(users).id };
  if (kind === 3) return { kind: 'updateUser', id, attributes: { mobilePhone: null } };
  if (kind < 12) return { kind: 'updateUser', id, attributes: { department: random.pick(departments) } };
  return { kind: 'updateUser', id, attributes: { jobTitle: `${random.pick(titles)} ${random.below(1000)}` } };
}

function memberChange(
  random: Random,
  users: readonly DirectoryObject[],
  groups: readonly DirectoryObject[],
): DirectoryChange | undefined {
  if (users.length === 0 || groups.length === 0) return undefined;
  const group = random.pick(groups);
  const members = [...(group.edges?.byMember.values() ?? [])].filter(({ present }) => present);
  if (members.length > 1 && random.next() < 0.5) {
    return { kind: 'removeMember', groupId: group.id, memberId: random.pick(members).member.id };
  }
  return { kind: 'addMember', groupId: group.id, memberId: random.pick(users).id };
}
