import type { DirectoryChange } from '../../local/graph/control-api.js';

/** The id of the n-th user of a small directory. */
export function userId(n: number): string {
  return `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export function groupId(n: number): string {
  return `b0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** Users in three groups, the first of which holds the second: what fills a directory of any size. */
export function smallDirectory(users: number): DirectoryChange[] {
  const people = Array.from({ length: users }, (_, n): DirectoryChange => {
    const attributes = { displayName: `Person ${n}`, department: 'Sales', accountEnabled: n % 5 !== 0 };
    return { kind: 'createUser', id: userId(n), attributes };
  });
  const groups = [0, 1, 2].map((n): DirectoryChange => {
    return { kind: 'createGroup', id: groupId(n), attributes: { displayName: `Group ${n}` } };
  });
  const members = Array.from({ length: Math.min(users, 30) }, (_, n): DirectoryChange => {
    return { kind: 'addMember', groupId: groupId(n % 3), memberId: userId(n) };
  });
  return [...people, ...groups, ...members, { kind: 'addMember', groupId: groupId(0), memberId: groupId(1) }];
}

/** Gives a user another department. */
export function move(n: number, department: string): DirectoryChange {
  return { kind: 'updateUser', id: userId(n), attributes: { department } };
}
