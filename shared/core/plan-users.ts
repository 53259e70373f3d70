import type { DeltaElement, ReferenceElement } from './delta-page.js';
import type { MirrorUser } from './mirror-rows.js';
import { afterPrint, isSameMirrored, onlyAttributes } from './mirrored-attributes.js';
import { objectChange } from './object-change.js';
import { addCounts, NO_CHANGES, type ChangeCounts } from './round.js';

/** What a stretch of a users round changes in the mirror. Nothing is listed that is as it should be already. */
export interface UserPlan {
  /** Rows to write whole. */
  readonly writes: readonly MirrorUser[];
  /** Gone for good: their edges go first, then their rows. */
  readonly removals: readonly string[];
  /** Told to be gone though no row of them is there: edges may have come before. */
  readonly vanished: readonly string[];
  /** Users who come alive though the mirror does not know their edges for certain: ask Graph for them. */
  readonly edgesUnknown: readonly string[];
  /** Users who come alive, are hidden or vanish. */
  readonly presence: readonly string[];
  readonly counts: ChangeCounts;
}

/**
 * Applies the elements in arrival order to the stored rows and tells the difference.
 *
 * @param selected what a full round selects: of whoever it shows, values of anything else go, since nobody reads them
 *   any more, and a later round that does would take what it does not print for unchanged. Null in an increment.
 */
export function planUsers(
  stored: ReadonlyMap<string, MirrorUser>,
  elements: readonly DeltaElement[],
  selected: readonly string[] | null,
): UserPlan {
  const kept = selected === null ? null : new Set(selected);
  const working = new Map<string, MirrorUser | null>();
  for (const element of elements) {
    const before = working.has(element.id)
      ? (working.get(element.id) ?? null)
      : (stored.get(element.id) ?? null);
    working.set(element.id, userAfter(before, element, kept));
  }
  const plan = {
    writes: [] as MirrorUser[],
    removals: [] as string[],
    vanished: [] as string[],
    edgesUnknown: [] as string[],
    presence: [] as string[],
  };
  let counts = NO_CHANGES;
  for (const [id, after] of working) {
    const before = stored.get(id) ?? null;
    const change = objectChange(before, after, sameUser);
    if (before === null && after === null) plan.vanished.push(id);
    if (change === 'none') continue;
    if (after === null) plan.removals.push(id);
    else plan.writes.push(after);
    if (change === 'created' || change === 'restored') plan.edgesUnknown.push(id);
    if (change !== 'updated') plan.presence.push(id);
    counts = addCounts(counts, { ...NO_CHANGES, [change]: 1 });
  }
  return { ...plan, counts };
}

function userAfter(
  before: MirrorUser | null,
  element: DeltaElement,
  kept: ReadonlySet<string> | null,
): MirrorUser | null {
  switch (element.kind) {
    case 'present':
      return {
        id: element.id,
        presence: 'live',
        ...afterPrint(
          before === null || kept === null ? before : onlyAttributes(before, kept),
          element.attributes,
        ),
        managerId: managerAfter(before?.managerId ?? null, element.references),
      };
    case 'removed':
      if (element.reason === 'deleted') return null;
      return before === null ? hiddenUser(element.id) : { ...before, presence: 'softDeleted' };
  }
}

/** A user whom the mirror only knows from deleted items. */
function hiddenUser(id: string): MirrorUser {
  return { id, presence: 'softDeleted', attributes: {}, managerId: null };
}

/** `manager@delta` may name the old manager as removed before or after the new one. */
function managerAfter(before: string | null, references: readonly ReferenceElement[] | null): string | null {
  let manager = before;
  for (const reference of references ?? []) {
    if (!reference.removed) manager = reference.id;
    else if (manager === reference.id) manager = null;
  }
  return manager;
}

function sameUser(before: MirrorUser, after: MirrorUser): boolean {
  return before.managerId === after.managerId && isSameMirrored(before, after);
}
