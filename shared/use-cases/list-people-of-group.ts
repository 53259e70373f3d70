import type { Edge, MirrorUser } from '../core/mirror-rows.js';
import type { Clock } from '../ports/clock.js';
import { readGroupsStanding, readMembersState, type MembersStatePorts } from '../ports/members-states.js';
import type { ListPage, ListRequest, Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';
import type { TenantScope } from '../ports/scope.js';
import { groupsBeneath } from '../ports/walk-beneath.js';
import {
  positionText,
  readPosition,
  type PlaceInGroup,
  type TransitivePosition,
} from '../core/transitive-position.js';

export type ListPeopleOfGroupOutcome =
  | { readonly kind: 'found'; readonly page: ListPage<MirrorUser> }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'groupNotFound' }
  /** The mirror does not hold its members, since no setup needs them. */
  | { readonly kind: 'notMirrored' }
  /** The group, or one beneath it, hides them, and the permission to read them is missing. */
  | { readonly kind: 'membersHidden' }
  /** The position to continue from is none of this list. */
  | { readonly kind: 'unknownPosition' };

export interface ListPeopleOfGroupPorts extends MembersStatePorts {
  readonly tenants: Tenants;
  readonly mirror: Mirror;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** After so long a page is not filled any further. */
const FILL_MS = 2_000;
/** Groups whose members are read side by side. */
const MOST_GROUPS = 32;

/**
 * The users of a live group, directly or through groups, each once: its direct members first, then those of the groups
 * beneath it, in the order of their ids. Who is in an earlier group too was listed there.
 *
 * A page is filled, however few members each group has, unless that takes too long; its position names the next group,
 * so that every page goes on where the one before ended.
 */
export async function listPeopleOfGroup(
  ports: ListPeopleOfGroupPorts,
  tenantId: string,
  groupId: string,
  request: ListRequest,
): Promise<ListPeopleOfGroupOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const { bucketCount } = tenant.value;
  if (bucketCount === null) return { kind: 'groupNotFound' };
  const scope = { tenantId, bucketCount };
  const root = (await ports.mirror.readGroups(scope, [groupId])).get(groupId);
  if (root?.presence !== 'live') return { kind: 'groupNotFound' };
  // The groups beneath are looked through once, before the first page.
  const membersState =
    request.after === null
      ? (await readMembersState(ports, scope, root)).membersState
      : (await readGroupsStanding(ports, tenantId)).membersStateOf(root);
  if (membersState === 'none') return { kind: 'notMirrored' };
  if (membersState === 'hidden') return { kind: 'membersHidden' };
  const start = { groupId, after: null, beneath: null };
  const position = request.after === null ? start : readPosition(request.after);
  if (position === null) return { kind: 'unknownPosition' };
  return { kind: 'found', page: await new PeopleWalk(ports, scope, groupId).page(position, request.limit) };
}

/** A stretch of the list that was read: the memberships of some groups, and where it goes on. */
interface Stretch {
  readonly memberships: readonly Edge[];
  readonly next: PlaceInGroup | null;
}

class PeopleWalk {
  /** The groups beneath, in the order in which they are listed; null until they are needed. */
  #beneath: readonly string[] | null = null;
  /** Grows while groups have few members. */
  #groupsAtOnce = 1;

  constructor(
    private readonly ports: ListPeopleOfGroupPorts,
    private readonly scope: TenantScope,
    private readonly rootId: string,
  ) {}

  async page({ beneath, ...from }: TransitivePosition, limit: number): Promise<ListPage<MirrorUser>> {
    const { clock } = this.ports;
    const began = clock.monotonic();
    this.#beneath = beneath;
    const rows: MirrorUser[] = [];
    let place: PlaceInGroup | null = from;
    do {
      const { memberships, next }: Stretch = await this.#stretch(place, limit - rows.length);
      rows.push(...(await this.#notListedBefore(memberships)));
      place = next;
    } while (place !== null && rows.length < limit && clock.monotonic() - began < FILL_MS);
    return { rows, next: place === null ? null : positionText({ ...place, beneath: this.#beneath }) };
  }

  /** At least one page of one group, and whole groups behind it as far as there is room for their users. */
  async #stretch({ groupId, after }: PlaceInGroup, room: number): Promise<Stretch> {
    const groups = await this.#groupsFrom(groupId);
    const pages = await Promise.all(
      groups.map((id, at) =>
        this.ports.mirror.listMembers(this.scope, id, { after: at === 0 ? after : null, limit: room }),
      ),
    );
    const memberships: Edge[] = [];
    for (const [at, { rows, next }] of pages.entries()) {
      const here = groups[at] ?? '';
      const users = rows.filter(({ memberType }) => memberType === 'user');
      if (at > 0 && memberships.length + users.length > room)
        return { memberships, next: { groupId: here, after: null } };
      memberships.push(...users);
      if (next !== null) return { memberships, next: { groupId: here, after: next } };
    }
    if (memberships.length * 2 < room) this.#groupsAtOnce = Math.min(this.#groupsAtOnce * 2, MOST_GROUPS);
    return { memberships, next: await this.#behind(groups.at(-1)) };
  }

  /** This group, and some that are listed behind it; before the root's own members nothing beneath is looked for. */
  async #groupsFrom(groupId: string): Promise<readonly string[]> {
    if (groupId === this.rootId) return [groupId];
    const beneath = await this.#groupsBeneath();
    const at = beneath.findIndex((id) => id >= groupId);
    return at < 0 ? [] : beneath.slice(at, at + this.#groupsAtOnce);
  }

  /** Null behind the last group. */
  async #behind(groupId: string | undefined): Promise<PlaceInGroup | null> {
    if (groupId === undefined) return null;
    const beneath = await this.#groupsBeneath();
    const next = groupId === this.rootId ? beneath[0] : beneath.find((id) => id > groupId);
    return next === undefined ? null : { groupId: next, after: null };
  }

  async #groupsBeneath(): Promise<readonly string[]> {
    this.#beneath ??= [...(await groupsBeneath(this.ports.mirror, this.scope, this.rootId))].sort();
    return this.#beneath;
  }

  async #notListedBefore(edges: readonly Edge[]): Promise<readonly MirrorUser[]> {
    if (edges.length === 0) return [];
    const { mirror } = this.ports;
    const ids = [...new Set(edges.map(({ memberId }) => memberId))];
    const first = new Map<string, string>();
    for (const { memberId, groupId } of edges) if (!first.has(memberId)) first.set(memberId, groupId);
    const [users, before] = await Promise.all([
      mirror.readUsers(this.scope, ids),
      this.#listedBefore(ids, first),
    ]);
    return ids.flatMap((id) => {
      const user = users.get(id);
      return user?.presence === 'live' && !before.has(id) ? [user] : [];
    });
  }

  /** Of these users those who are in a group that is listed before the one that they were met in. */
  async #listedBefore(
    ids: readonly string[],
    metIn: ReadonlyMap<string, string>,
  ): Promise<ReadonlySet<string>> {
    if ([...metIn.values()].every((groupId) => groupId === this.rootId)) return new Set();
    const { mirror } = this.ports;
    const listed = new Set(await this.#groupsBeneath());
    const told = await mirror.groupsOf(this.scope, ids);
    const earlier = told.filter(({ memberId, groupId }) => {
      const met = metIn.get(memberId) ?? this.rootId;
      if (groupId === this.rootId) return met !== this.rootId;
      return listed.has(groupId) && groupId < met;
    });
    // The index by member may lag behind.
    const verified = earlier.length === 0 ? [] : await mirror.existingEdges(this.scope, earlier);
    return new Set(verified.map(({ memberId }) => memberId));
  }
}
