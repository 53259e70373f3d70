import { describe, expect, it } from 'vitest';
import { countChanges, readDirectoryState } from '../../bench/directory-difference.js';
import type { TruthRow } from '../../local/graph/control-api.js';

async function* rowsOf(rows: readonly TruthRow[]): AsyncIterable<TruthRow> {
  yield* rows;
}

const user = (id: string, jobTitle: string): TruthRow => ({
  kind: 'user',
  id,
  attributes: { jobTitle },
  managerId: null,
});
const edge = (memberId: string): TruthRow => ({
  kind: 'membership',
  groupId: 'g',
  memberId,
  memberType: 'user',
  effective: true,
});

describe('the difference of two states of a directory', () => {
  it('counts users made, changed, hidden and gone, and memberships made and ended', async () => {
    const before = await readDirectoryState(
      rowsOf([user('a', 'x'), user('b', 'x'), user('c', 'x'), user('d', 'x'), edge('a'), edge('b')]),
    );
    const after = await readDirectoryState(
      rowsOf([
        user('a', 'x'),
        user('b', 'y'),
        { kind: 'softDeletedUser', id: 'c' },
        user('e', 'x'),
        edge('a'),
        edge('e'),
      ]),
    );
    expect(countChanges(before, after)).toEqual({ users: 4, edges: 2 });
    expect(countChanges(before, before)).toEqual({ users: 0, edges: 0 });
  });
});
