import type { DirectoryChange } from '../../../../local/graph/control-api.js';

const idOf = (letter: 'a' | 'b', n: number): string =>
  `${letter}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const userId = (n: number): string => idOf('a', n);
export const groupId = (n: number): string => idOf('b', n);

/** So many users, from 0. */
export function users(count: number): DirectoryChange[] {
  return Array.from({ length: count }, (_, n) => ({
    kind: 'createUser' as const,
    id: userId(n),
    attributes: { displayName: `Person ${n}`, department: 'Sales' },
  }));
}

/** A group with these members. Microsoft 365 groups pass through deleted items, others are gone at once. */
export function group(
  n: number,
  members: readonly string[] = [],
  kind: 'unified' | 'security' = 'unified',
): DirectoryChange[] {
  const attributes = kind === 'unified' ? { groupTypes: ['Unified'] } : { securityEnabled: true };
  return [
    { kind: 'createGroup', id: groupId(n), attributes: { displayName: `Group ${n}`, ...attributes } },
    ...members.map((memberId) => addMember(n, memberId)),
  ];
}

export function addMember(n: number, memberId: string): DirectoryChange {
  return { kind: 'addMember', groupId: groupId(n), memberId };
}

export function removeMember(n: number, memberId: string): DirectoryChange {
  return { kind: 'removeMember', groupId: groupId(n), memberId };
}

export function move(n: number, department: string | null): DirectoryChange {
  return { kind: 'updateUser', id: userId(n), attributes: { department } };
}
