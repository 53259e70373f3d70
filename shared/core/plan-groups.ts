import type { DeltaElement } from './delta-page.js';
import { hidesMembers } from './hidden-membership.js';
import type { Edge, MirrorGroup } from './mirror-rows.js';
import { afterPrint, isSameMirrored } from './mirrored-attributes.js';
import { objectChange } from './object-change.js';
import { addCounts, NO_CHANGES, type ChangeCounts } from './round.js';

/** What a stretch of a groups round changes in the mirror. */
export interface GroupPlan {
  readonly writes: readonly MirrorGroup[];
  /** Gone for good: all their edges go first, then their rows. */
  readonly removals: readonly string[];
  /** Told to be gone though no row of them is there: edges may have come before. */
  readonly vanished: readonly string[];
  /** Groups that come alive though the mirror does not know their edges for certain: ask Graph for them. */
  readonly edgesUnknown: readonly string[];
  /** Groups that come alive, are soft-deleted or vanish, or begin or cease to hide their members. */
  readonly presence: readonly string[];
  /** Edges that should be there after this stretch; some may be there already. */
  readonly edgesPresent: readonly Edge[];
  /** Edges that should not be there after this stretch; some may be gone already. */
  readonly edgesAbsent: readonly Edge[];
  readonly counts: ChangeCounts;
}

/** Applies the elements in arrival order; `members@delta` is a slice, so edges are set operations. */
export function planGroups(
  stored: ReadonlyMap<string, MirrorGroup>,
  elements: readonly DeltaElement[],
): GroupPlan {
  const working = new Map<string, MirrorGroup | null>();
  const edges = new Map<string, { edge: Edge; present: boolean }>();
  for (const element of elements) {
    const before = working.has(element.id)
      ? (working.get(element.id) ?? null)
      : (stored.get(element.id) ?? null);
    working.set(element.id, groupAfter(before, element));
    if (element.kind === 'present') noteEdges(edges, element);
  }
  const rows = planRows(stored, working);
  const removed = new Set([...rows.removals, ...rows.vanished]);
  const kept = [...edges.values()].filter(({ edge }) => !removed.has(edge.groupId));
  return {
    ...rows,
    edgesPresent: kept.filter((entry) => entry.present).map((entry) => entry.edge),
    edgesAbsent: kept.filter((entry) => !entry.present).map((entry) => entry.edge),
  };
}

function planRows(
  stored: ReadonlyMap<string, MirrorGroup>,
  working: ReadonlyMap<string, MirrorGroup | null>,
): Pick<GroupPlan, 'writes' | 'removals' | 'vanished' | 'edgesUnknown' | 'presence' | 'counts'> {
  const writes: MirrorGroup[] = [];
  const removals: string[] = [];
  const vanished: string[] = [];
  const edgesUnknown: string[] = [];
  const presence: string[] = [];
  let counts = NO_CHANGES;
  for (const [id, after] of working) {
    const before = stored.get(id) ?? null;
    const change = objectChange(before, after, isSameMirrored);
    if (before === null && after === null) vanished.push(id);
    if (change === 'none') continue;
    if (after === null) removals.push(id);
    else writes.push(after);
    const hides = hidesMembers(after ?? undefined) !== hidesMembers(before ?? undefined);
    if (change !== 'updated' || hides) presence.push(id);
    if (change === 'restored' || (change === 'created' && after !== null && canBeRestored(after)))
      edgesUnknown.push(id);
    counts = addCounts(counts, { ...NO_CHANGES, [change]: 1 });
  }
  return { writes, removals, vanished, edgesUnknown, presence, counts };
}

/** Only Microsoft 365 groups pass through deleted items; security groups are gone at once. */
function canBeRestored(group: MirrorGroup): boolean {
  const types = group.attributes['groupTypes'];
  return Array.isArray(types) && types.includes('Unified');
}

function noteEdges(
  edges: Map<string, { edge: Edge; present: boolean }>,
  element: Extract<DeltaElement, { kind: 'present' }>,
): void {
  for (const member of element.references ?? []) {
    const edge = { groupId: element.id, memberId: member.id, memberType: member.type };
    edges.set(`${element.id}\u0000${member.id}`, { edge, present: !member.removed });
  }
}

function groupAfter(before: MirrorGroup | null, element: DeltaElement): MirrorGroup | null {
  switch (element.kind) {
    case 'present':
      return {
        id: element.id,
        presence: 'live',
        ...afterPrint(before, element.attributes),
        ...(before?.lostBeneathAt !== undefined && { lostBeneathAt: before.lostBeneathAt }),
      };
    case 'removed':
      if (element.reason === 'deleted') return null;
      return before === null
        ? { id: element.id, presence: 'softDeleted', attributes: {} }
        : { ...before, presence: 'softDeleted' };
  }
}
