import { hidesMembers } from './hidden-membership.js';
import { sameAttributes } from './merge-attributes.js';
import type { AttributeValue, Edge, MirrorGroup, MirrorUser } from './mirror-rows.js';
import { afterPrint } from './mirrored-attributes.js';
import type { PersonSync } from './person-sync.js';

/** A live user as a read by id tells it. It carries no version: it may be older than what a delta page told before. */
export interface UserRead {
  /** Of the attributes asked for those that were printed; null means cleared, absent ones say nothing. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly managerId: string | null;
}

/** What the directory said of one user by reads of its own. */
export interface PersonRead {
  /** Null where there is no live user of that id. */
  readonly user: UserRead | null;
  /** Groups whose direct member the user is; empty where the user is not live. */
  readonly groupIds: readonly string[];
  /** Whether memberships of groups that hide theirs would be among them. */
  readonly seesHidden: boolean;
  /** Null where nobody knows: it was not asked, or not readable. */
  readonly inDeletedItems: boolean | null;
}

/** What the mirror has of the same user. */
export interface PersonMirrored {
  readonly user: MirrorUser | null;
  /** The user's memberships, by the word of the groups' rows. */
  readonly edges: readonly Edge[];
  /** The groups of these and of those that were read, as far as there are rows of them. */
  readonly groups: ReadonlyMap<string, MirrorGroup>;
}

export interface PersonPlan {
  /** The row to write; `same`: there is nothing to write; `gone`: the row goes, and its memberships before it. */
  readonly user: { readonly kind: 'same' | 'gone' } | { readonly kind: 'write'; readonly row: MirrorUser };
  /** The user comes alive, is hidden or vanishes. */
  readonly presence: boolean;
  readonly present: readonly Edge[];
  readonly absent: readonly Edge[];
  /** Names of the attributes that differ, `manager` among them. */
  readonly changed: readonly string[];
  /** What only the changes of the users or groups may tell. */
  readonly left: { readonly user: 'restored' | 'deleted' | null; readonly groupIds: readonly string[] };
  readonly brought: PersonSync['brought'];
}

/**
 * What one read of a user changes in the mirror. A read by id may be older than what the mirror has, and a delta page
 * never tells a change twice, so it only adds and updates: that somebody left, came back or lost a membership is left
 * to the changes of users and groups, which come in order. The second look takes back what the first one had brought
 * and the directory denies by then; what it changes is looked at again, since it may lag as well.
 *
 * @param brought what the looks before it had brought; null at the first look
 */
export function planPerson(
  id: string,
  mirrored: PersonMirrored,
  read: PersonRead,
  brought: PersonSync['brought'] | null,
): PersonPlan {
  const { user } = mirrored;
  if (read.user === null) return planAbsent(mirrored, read, brought);
  if (user?.presence === 'softDeleted') return { ...NOTHING, left: { user: 'restored', groupIds: [] } };
  const row: MirrorUser = {
    id,
    presence: 'live',
    ...afterPrint(user, read.user.attributes),
    managerId: read.user.managerId,
  };
  const changed = namesThatDiffer(user, row);
  const memberships = planMemberships(id, mirrored, read, brought);
  return {
    ...NOTHING,
    ...memberships,
    user: user === null || changed.length > 0 ? { kind: 'write', row } : { kind: 'same' },
    presence: user === null,
    changed,
    brought: { user: user === null, groupIds: memberships.present.map(({ groupId }) => groupId) },
  };
}

/** Whether carrying it out writes anything: whatever it was, the directory is asked once more. */
export function changesMirror({ user, present, absent }: PersonPlan): boolean {
  return user.kind !== 'same' || present.length > 0 || absent.length > 0;
}

const NOTHING: PersonPlan = {
  user: { kind: 'same' },
  presence: false,
  present: [],
  absent: [],
  changed: [],
  left: { user: null, groupIds: [] },
  brought: { user: false, groupIds: [] },
};

function planAbsent(
  { user, edges }: PersonMirrored,
  { inDeletedItems }: PersonRead,
  brought: PersonSync['brought'] | null,
): PersonPlan {
  // A first look that died after its memberships left these without their user.
  if (user === null) return { ...NOTHING, absent: edges.filter((edge) => isAmong(edge, brought)) };
  if (user.presence !== 'live') return NOTHING;
  if (brought?.user !== true) return { ...NOTHING, left: { user: 'deleted', groupIds: [] } };
  if (inDeletedItems === false) return { ...NOTHING, user: { kind: 'gone' }, presence: true, absent: edges };
  return {
    ...NOTHING,
    user: { kind: 'write', row: { ...user, presence: 'softDeleted' } },
    presence: true,
  };
}

/** Of groups that the mirror does not show, a round tells the members; Graph lists no deleted groups. */
function planMemberships(
  id: string,
  { edges, groups }: PersonMirrored,
  { groupIds, seesHidden }: Pick<PersonRead, 'groupIds' | 'seesHidden'>,
  brought: PersonSync['brought'] | null,
): Pick<PersonPlan, 'present' | 'absent' | 'left'> {
  const isShown = (groupId: string): boolean => groups.get(groupId)?.presence === 'live';
  const told = new Set(groupIds);
  const held = new Set(edges.map(({ groupId }) => groupId));
  const isTold = (groupId: string): boolean => seesHidden || !hidesMembers(groups.get(groupId));
  const denied = edges.filter(({ groupId }) => isShown(groupId) && isTold(groupId) && !told.has(groupId));
  const isOurs = (edge: Edge): boolean => isAmong(edge, brought);
  return {
    present: [...told]
      .filter((groupId) => isShown(groupId) && !held.has(groupId))
      .map((groupId) => ({ groupId, memberId: id, memberType: 'user' })),
    absent: denied.filter(isOurs),
    left: {
      user: null,
      groupIds: [
        ...[...told].filter((groupId) => !isShown(groupId)),
        ...denied.filter((edge) => !isOurs(edge)).map(({ groupId }) => groupId),
      ],
    },
  };
}

function isAmong({ groupId }: Edge, brought: PersonSync['brought'] | null): boolean {
  return brought?.groupIds.includes(groupId) === true;
}

function namesThatDiffer(before: MirrorUser | null, after: MirrorUser): string[] {
  const old = before?.attributes ?? {};
  const left = (row: MirrorUser | null, name: string): boolean => row?.tooLarge?.includes(name) === true;
  const all = [...Object.keys(old), ...Object.keys(after.attributes), ...(before?.tooLarge ?? [])];
  const names = [...new Set([...all, ...(after.tooLarge ?? [])])].filter(
    (name) =>
      left(before, name) !== left(after, name) ||
      !sameAttributes(only(old, name), only(after.attributes, name)),
  );
  return (before?.managerId ?? null) === after.managerId ? names : [...names, 'manager'];
}

function only(attributes: MirrorUser['attributes'], name: string): MirrorUser['attributes'] {
  const value = attributes[name];
  return value === undefined ? {} : { [name]: value };
}
