import type { TruthRow } from '../local/graph/control-api.js';

/** What a directory holds, by object and by membership, in the emulator's own words. */
export interface DirectoryState {
  readonly users: ReadonlyMap<string, string>;
  readonly edges: ReadonlySet<string>;
}

export async function readDirectoryState(rows: AsyncIterable<TruthRow>): Promise<DirectoryState> {
  const users = new Map<string, string>();
  const edges = new Set<string>();
  for await (const row of rows) {
    if (row.kind === 'user') users.set(row.id, JSON.stringify([row.attributes, row.managerId]));
    else if (row.kind === 'softDeletedUser') users.set(row.id, 'softDeleted');
    else if (row.kind === 'membership') edges.add(`${row.groupId} ${row.memberId}`);
  }
  return { users, edges };
}

/** How many users and memberships are not in the end as they were. */
export function countChanges(
  before: DirectoryState,
  after: DirectoryState,
): { readonly users: number; readonly edges: number } {
  let users = 0;
  for (const [id, user] of after.users) if (before.users.get(id) !== user) users += 1;
  for (const id of before.users.keys()) if (!after.users.has(id)) users += 1;
  let edges = 0;
  for (const edge of after.edges) if (!before.edges.has(edge)) edges += 1;
  for (const edge of before.edges) if (!after.edges.has(edge)) edges += 1;
  return { users, edges };
}
