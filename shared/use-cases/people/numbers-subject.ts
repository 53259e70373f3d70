import type { CompiledSetup } from '../../core/people/compile-setup.js';
import type { MirrorGroup } from '../../core/mirror-rows.js';
import { compileSetup } from '../../core/people/compile-setup.js';
import type { Numbers, NumbersTally } from '../../core/people/numbers.js';
import type { Person } from '../../core/people/person.js';
import { DEFAULT_REMOVAL_GUARD, type Setup, type SetupDocument } from '../../core/setup/setup.js';
import { readMembersState } from '../../ports/members-states.js';
import type { TenantScope } from '../../ports/scope.js';
import { presentEach } from '../../ports/present-each.js';
import { everyUser, membersOfGroups, type CountedBatch } from './counted-objects.js';
import { unmatchedOf } from '../../core/people/unmatched.js';
import type { DerivationPorts } from './derivation-ports.js';
import { readingOf } from './reading-of.js';
import { scopeOf } from './setup-in-sight.js';
import { groupsThatMatter } from './tenant-facts.js';

/** What is counted: a group or what a setup looks at, as that setup or nobody in particular sees it. */
export interface NumbersKey {
  readonly tenantId: string;
  readonly setupId: string | null;
  readonly groupId: string | null;
}

/** Where numbers are asked of, found and made ready. */
export interface NumbersSubject {
  readonly kind: 'found';
  readonly scope: TenantScope | null;
  readonly compiled: CompiledSetup;
  /** Null: no setup was named, everybody who is not deleted counts. */
  readonly setup: Setup | null;
  /** Null: all users of the tenant. */
  readonly groupIds: readonly string[] | null;
  /** False while something that counts was not read to its end. */
  readonly exact: boolean;
}

export type NotCounted =
  | { readonly kind: 'tenantNotFound' | 'setupNotFound' | 'groupNotFound' }
  /** The mirror does not hold, or not yet, who the members of these groups are. */
  | { readonly kind: 'notMirrored'; readonly groupIds: readonly string[] }
  /** The group, or one beneath it, hides its members, and the permission to read them is missing. */
  | { readonly kind: 'membersHidden' };

export async function numbersSubject(
  ports: DerivationPorts,
  { tenantId, setupId, groupId }: NumbersKey,
): Promise<NumbersSubject | NotCounted> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const scope = scopeOf(tenantId, tenant.value.bucketCount);
  const stored = setupId === null ? null : await ports.setups.get(tenantId, setupId);
  if (setupId !== null && stored === null) return { kind: 'setupNotFound' };
  const setup = stored?.value ?? null;
  const group = await groupOf(ports, scope, groupId);
  if (group !== null && group?.presence !== 'live') return { kind: 'groupNotFound' };
  const { exact, isHidden, unread } = await readOf(ports, { tenantId, group }, setup, scope);
  if (isHidden) return { kind: 'membersHidden' };
  if (unread.length > 0) return { kind: 'notMirrored', groupIds: unread };
  const compiled =
    setup === null
      ? compileSetup(everybodyOf(tenantId), { find: () => null })
      : compileSetup(setup, await ports.catalogEntries.whole(setup.document.organizationId));
  const groupIds = groupId === null ? countedBy(setup) : [groupId];
  return { kind: 'found', scope, compiled, setup, groupIds, exact };
}

/** Null if no group is asked for, undefined if there is none of that id. */
async function groupOf(
  { mirror }: DerivationPorts,
  scope: TenantScope | null,
  groupId: string | null,
): Promise<MirrorGroup | null | undefined> {
  if (groupId === null) return null;
  return scope === null ? undefined : (await mirror.readGroups(scope, [groupId])).get(groupId);
}

/** How far what is counted was read; `unread` are groups whose members are not held, or not to the end. */
async function readOf(
  ports: DerivationPorts,
  { tenantId, group }: { readonly tenantId: string; readonly group: MirrorGroup | null },
  setup: Setup | null,
  scope: TenantScope | null,
): Promise<{ readonly exact: boolean; readonly isHidden: boolean; readonly unread: readonly string[] }> {
  const { users, groups } = await ports.syncStates.read(tenantId);
  const isRead = users.deltaLink !== null && groups.deltaLink !== null;
  const reading = setup === null ? null : await readingOf(ports, setup, scope);
  const unread = new Set(reading?.unreadOf(0).membersOf);
  const state =
    group === null || scope === null ? null : (await readMembersState(ports, scope, group)).membersState;
  if (group !== null && groups.deltaLink !== null && state !== 'complete') unread.add(group.id);
  const isKnown =
    reading === null || (reading.readiness === 'complete' && (await reading.hiddenGroups()).length === 0);
  return { exact: isRead && isKnown, isHidden: state === 'hidden', unread: [...unread] };
}

/** Batches of what is counted, from that stretch on. */
export function batchesOf(
  ports: DerivationPorts,
  scope: TenantScope,
  { compiled, groupIds }: NumbersSubject,
  from: number,
): AsyncIterable<CountedBatch> {
  const wanted = groupsThatMatter(compiled);
  return groupIds === null
    ? everyUser(ports, scope, wanted, from)
    : membersOfGroups(ports, scope, groupIds, wanted, from);
}

/** Enters a batch, each object once. */
export async function tallied(
  ports: DerivationPorts,
  scope: TenantScope,
  { compiled, setup }: NumbersSubject,
  { users, members }: CountedBatch,
  tally: NumbersTally,
): Promise<void> {
  const ids = users.map(({ directoryId }) => directoryId);
  const standings = setup === null ? null : await ports.recordMatching.standingsOf(scope, setup, ids);
  const isOpen = setup !== null && (!setup.document.create || (standings?.inConflict.size ?? 0) > 0);
  const people = isOpen ? await ports.people.read(scope, setup.setupId, ids) : new Map<string, Person>();
  for (const { facts, presented } of await presentEach(ports.clock, compiled, users)) {
    const { directoryId } = facts;
    const isInConflict = standings?.inConflict.has(directoryId) === true;
    const unmatched = unmatchedOf({
      create: compiled.setup.document.create,
      previous: people.get(directoryId) ?? null,
      isTied: standings?.ties.has(directoryId) === true,
      isInConflict,
    });
    tally.user({ directoryId, presented, unmatched, isInConflict });
  }
  for (const { id, type } of members) tally.member(id, type);
}

/** What Entra shows: it hides soft-deleted users, whose memberships the mirror keeps. */
export function entraCount({ entra, reasons }: Numbers): number {
  return entra - reasons.softDeleted.count;
}

/** Who is in a group that gives something and not in one of the scope is counted too, as outside. */
function countedBy(setup: Setup | null): readonly string[] | null {
  if (setup === null || setup.document.scope.kind === 'directory') return null;
  const { scope, grants } = setup.document;
  const giving = grants.flatMap(({ source }) => (source.kind === 'group' ? [source.groupId] : []));
  return [...new Set([...scope.groupIds, ...giving])];
}

/** A setup that leaves nobody out. */
function everybodyOf(tenantId: string): Setup {
  const document: SetupDocument = {
    designation: 'Everybody',
    organizationId: '',
    customerType: null,
    resourceTypes: ['users'],
    scope: {
      kind: 'directory',
      groupIds: [],
      groupTypes: 'all',
      includeDisabled: true,
      includeGuests: true,
      filter: null,
      excludeGroupIds: [],
    },
    attributes: { preset: null, fields: [], mailFallback: null, initialsFrom: null, connection: null },
    match: [],
    create: true,
    update: true,
    remove: { whenLeft: { mode: 'keep', afterDays: 0 }, whenDeleted: { mode: 'keep', afterDays: 0 } },
    grants: [],
    segments: { fromGroups: 'none', groupIds: [], rules: [] },
    removalGuard: DEFAULT_REMOVAL_GUARD,
  };
  return { tenantId, setupId: '', document, state: 'saved', version: 1, createdAt: '', changedAt: '' };
}
