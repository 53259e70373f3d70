import { describe, expect, it } from 'vitest';
import { readTruthPicture } from '../../../../local/commands/comparison/truth-picture.js';
import type { TruthRow } from '../../../../local/graph/control-truth.js';

async function* rowsOf(rows: readonly TruthRow[]): AsyncGenerator<TruthRow> {
  yield* rows;
}

describe('the picture of the emulator’s truth', () => {
  it('has the compared attributes, null where there is none, and only memberships in effect', async () => {
    const picture = await readTruthPicture(
      rowsOf([
        { kind: 'user', id: 'u1', attributes: { displayName: 'Zoë', city: 'not compared' }, managerId: 'u2' },
        { kind: 'softDeletedUser', id: 'u9' },
        {
          kind: 'group',
          id: 'g1',
          attributes: { displayName: 'All', groupTypes: [] },
          transitiveUserCount: 1,
        },
        { kind: 'softDeletedGroup', id: 'g9' },
        { kind: 'membership', groupId: 'g1', memberId: 'u1', memberType: 'user', effective: true },
        { kind: 'membership', groupId: 'g1', memberId: 'u9', memberType: 'user', effective: false },
      ]),
    );
    expect(picture.users.get('u1')).toMatchObject({ displayName: 'Zoë', manager: 'u2', mail: null });
    expect(picture.users.get('u1')).not.toHaveProperty('city');
    expect([...picture.deletedUsers]).toEqual(['u9']);
    expect(picture.groups.get('g1')).toMatchObject({ displayName: 'All', peopleCount: 1, mail: null });
    expect([...picture.memberships]).toEqual([['g1 u1', 'user']]);
  });
});
