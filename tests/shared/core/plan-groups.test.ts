import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeltaElement } from '../../../shared/core/delta-page.js';
import type { MirrorGroup } from '../../../shared/core/mirror-rows.js';
import { planGroups } from '../../../shared/core/plan-groups.js';

type Member = { id: string; type: string; removed: boolean };

function group(
  id: string,
  members: Member[] | null = null,
  attributes: Record<string, unknown> = {},
): DeltaElement {
  return { kind: 'present', id, attributes: attributes as Record<string, string>, references: members };
}

const added = (id: string, type = 'user'): Member => ({ id, type, removed: false });
const takenAway = (id: string, type = 'user'): Member => ({ id, type, removed: true });

function live(id: string): MirrorGroup {
  return { id, presence: 'live', attributes: {} };
}

describe('planning the groups of a delta page', () => {
  it('takes members@delta for a slice: edges come and go, the rest stays', () => {
    const plan = planGroups(new Map([['g', live('g')]]), [group('g', [added('u'), takenAway('v')])]);
    expect(plan.edgesPresent).toEqual([{ groupId: 'g', memberId: 'u', memberType: 'user' }]);
    expect(plan.edgesAbsent).toEqual([{ groupId: 'g', memberId: 'v', memberType: 'user' }]);
    expect(plan.writes).toEqual([]);
  });

  it('joins the slices of a large group that comes on several pages', () => {
    const plan = planGroups(new Map(), [group('g', [added('u')]), group('h'), group('g', [added('v')])]);
    expect(plan.edgesPresent.map((edge) => edge.memberId)).toEqual(['u', 'v']);
    expect(plan.counts.created).toBe(2);
  });

  it('lets the last word on an edge count', () => {
    const plan = planGroups(new Map(), [
      group('g', [added('u'), takenAway('u'), added('v'), takenAway('v'), added('v')]),
    ]);
    expect(plan.edgesPresent.map((edge) => edge.memberId)).toEqual(['v']);
    expect(plan.edgesAbsent.map((edge) => edge.memberId)).toEqual(['u']);
  });

  it('takes a removed member for an end of membership, never for a deletion', () => {
    const plan = planGroups(new Map([['g', live('g')]]), [group('g', [takenAway('u')])]);
    expect(plan.removals).toEqual([]);
  });

  it('leaves the edges of a group that is gone for good to whoever drops them all', () => {
    const plan = planGroups(new Map([['g', live('g')]]), [
      group('g', [added('u')]),
      { kind: 'removed', id: 'g', reason: 'deleted' },
    ]);
    expect(plan).toMatchObject({ removals: ['g'], edgesPresent: [], edgesAbsent: [] });
  });

  it('asks for the edges of a group that comes back, and of a new one that may have come back', () => {
    const hidden: MirrorGroup = { ...live('back'), presence: 'softDeleted' };
    const plan = planGroups(new Map([['back', hidden]]), [
      group('back'),
      group('unified', null, { groupTypes: ['Unified'] }),
      group('security', null, { groupTypes: [] }),
    ]);
    expect(plan.edgesUnknown).toEqual(['back', 'unified']);
  });

  it('comes to the same edges however a round is split', () => {
    const member = fc
      .tuple(fc.constantFrom('u', 'v', 'w'), fc.boolean())
      .map(([id, gone]) => (gone ? takenAway(id) : added(id)));
    const page = fc.array(
      fc
        .tuple(fc.constantFrom('g', 'h'), fc.array(member, { maxLength: 4 }))
        .map(([id, members]) => group(id, members)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(page, { maxLength: 5 }), (pages) => {
        expect(edgesAfter(pages.map((each) => planGroups(new Map(), each)))).toEqual(
          edgesAfter([planGroups(new Map(), pages.flat())]),
        );
      }),
    );
  });
});

function edgesAfter(plans: ReturnType<typeof planGroups>[]): string[] {
  const edges = new Set<string>();
  for (const plan of plans) {
    for (const edge of plan.edgesPresent) edges.add(`${edge.groupId}/${edge.memberId}`);
    for (const edge of plan.edgesAbsent) edges.delete(`${edge.groupId}/${edge.memberId}`);
  }
  return [...edges].sort();
}
