import type { Cloud } from '../core/cloud.js';
import type { Admission } from '../core/consent-proof.js';
import type { DeltaPage } from '../core/delta-page.js';
import type { Edge, MirrorGroup } from '../core/mirror-rows.js';
import type { UserRead } from '../core/plan-person.js';
import type { Resource } from '../core/resource.js';
import type { ListedRole } from '../core/role-assignment.js';
import type { Secret } from '../core/secret.js';
import type { ChangeTypes } from '../core/subscription.js';
import type { AppCredential } from '../core/tenant.js';

/** Which directory is asked, and as whom. */
export interface Connection {
  readonly tenantId: string;
  readonly cloud: Cloud;
  readonly credential: AppCredential;
}

/** A credential that is tried before anything is stored. */
export interface CandidateConnection {
  /** GUID or domain. */
  readonly tenant: string;
  readonly cloud: Cloud;
  readonly clientId: string;
  readonly secret: Secret;
}

/** A page of a plain list; `next` is the address of the next one, null at the end. */
export interface ListedPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A page of who has a directory role. */
export interface RoleMembersPage extends ListedPage<ListedRole> {
  /** True if Graph may have cut the list: it holds 999 or more and names no next page. */
  readonly isCut: boolean;
}

/** What an answer says of groups with hidden membership. */
export interface HiddenSight {
  /**
   * Whether it was read with the permission to see hidden memberships. If not, that they are not in it says nothing.
   */
  readonly seesHidden: boolean;
}

export interface GroupSearch {
  /** Only security-enabled groups, mail-enabled ones among them. */
  readonly securityOnly: boolean;
  readonly limit: number;
}

export interface GroupsFound {
  readonly groups: readonly MirrorGroup[];
  /** False if others may fit: there are more than the limit, too many pages, or one of two lists was refused. */
  readonly isAll: boolean;
}

export interface GraphSubscription {
  readonly subscriptionId: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
}

/**
 * A customer's directory through Microsoft Graph. Every method may throw Throttled, Unavailable, AccessRefused,
 * CredentialRefused or RequestRefused. Every address that Graph returned is pinned to the cloud's Graph host
 * before a token is sent there.
 */
export interface Directory {
  /**
   * One page of a delta round. `link` null starts a round that reads everything; else a next or delta link.
   * @param attributes what the chain of links began with, or now begins with (`selectionOf`): with `link` null
   * they become its `$select`, and of every page no others are taken. The base attributes where it is left out.
   * @param references whether members (of groups) or managers (of users) are asked for and taken; default true
   * @throws CursorExpired, BadPage
   */
  readDelta(
    connection: Connection,
    resource: Resource,
    link: string | null,
    attributes?: readonly string[],
    references?: boolean,
  ): Promise<DeltaPage & HiddenSight>;
  /**
   * One page of a delta round of the members of these groups alone, without attributes. `link` null starts a round
   * that reads all their members; else a next or delta link, which knows the groups that it began with.
   * @param groupIds at most 50, at least one
   * @throws CursorExpired, BadPage
   */
  readMembersDelta(
    connection: Connection,
    groupIds: readonly string[],
    link: string | null,
  ): Promise<DeltaPage & HiddenSight>;
  /** Number of live objects; null where the directory does not serve the count. */
  count(connection: Connection, resource: Resource): Promise<number | null>;
  /** Reads one object by id: false only where Graph answered 404. */
  exists(connection: Connection, resource: Resource, id: string): Promise<boolean>;
  /** Reads one user by id with its manager; null where Graph answered 404, as it does for deleted ones too. */
  readUser(connection: Connection, id: string, attributes: readonly string[]): Promise<UserRead | null>;
  /** Whether the object is in deleted items. @throws AccessRefused where they are not readable */
  isInDeletedItems(connection: Connection, resource: Resource, id: string): Promise<boolean>;
  /** One page of the ids in deleted items. @throws AccessRefused where they are not readable */
  deletedItems(connection: Connection, resource: Resource, link: string | null): Promise<ListedPage<string>>;
  /** Ids of the groups whose direct member the object is; null where the object is gone (404). */
  groupsOf(
    connection: Connection,
    member: { readonly kind: 'user' | 'group'; readonly id: string },
  ): Promise<({ readonly groupIds: readonly string[] } & HiddenSight) | null>;
  /** One page of the direct members of a group. @throws NotFound where the group is gone (404) */
  membersOf(
    connection: Connection,
    groupId: string,
    link: string | null,
  ): Promise<ListedPage<Edge> & HiddenSight>;

  /**
   * One page of who was given an app role of the service principal: users, groups and service principals, each with
   * every one of its roles; members of a group are not listed.
   * @throws NotFound where the service principal is gone, AccessRefused (403) without Application.Read.All
   */
  appRoleAssignments(
    connection: Connection,
    servicePrincipalId: string,
    link: string | null,
  ): Promise<ListedPage<ListedRole>>;
  /**
   * One page of who has the directory role, named by its id or that of its template; members of a role-assignable
   * group are not listed, the group is. Who is only eligible is not listed. Graph lists at most 1,000.
   * @throws NotFound where the directory has no such role, or none that was ever activated; AccessRefused (403)
   * without RoleManagement.Read.Directory
   */
  directoryRoleMembers(
    connection: Connection,
    directoryRole: string,
    link: string | null,
  ): Promise<RoleMembersPage>;
  /**
   * The same from the assignments of the role, however many there are. Those that hold for a part of the directory
   * only (an administrative unit, an application) are left out, as the members of the role leave them out.
   * @throws AccessRefused (403) without RoleManagement.Read.Directory, RequestRefused, NotFound
   */
  directoryRoleAssignments(
    connection: Connection,
    directoryRole: string,
    link: string | null,
  ): Promise<ListedPage<ListedRole>>;
  /**
   * At most `limit` live groups, with the base attributes: those with words in their display name that begin like
   * the words of `text`, in Graph's order; if `text` is a GUID, the group of that id alone; any groups if it is empty.
   */
  searchGroups(connection: Connection, text: string, search: GroupSearch): Promise<GroupsFound>;

  /** The user's manager by a read of its own; null where the user is gone (404). */
  managerOf(connection: Connection, userId: string): Promise<{ readonly managerId: string | null } | null>;

  /**
   * Tries a candidate credential: a token, then one user, then one group. Answers the directory's tenant id.
   * @throws CredentialRefused, AccessRefused, Throttled, Unavailable
   */
  probe(candidate: CandidateConnection): Promise<{ readonly tenantId: string }>;

  /**
   * Proves with a fresh token that the tenant lets us in: one user, one group, and which directory it is.
   * @throws CredentialRefused, AccessRefused, Throttled, Unavailable
   */
  prove(connection: Connection): Promise<{ readonly tenantId: string }>;
  /**
   * When a client secret ends, by the application's own entry in its home tenant. Null where the application, or
   * that secret, is not to be seen there.
   * @throws AccessRefused where Application.Read.All was not granted
   */
  secretEnd(connection: Connection, secretId: string): Promise<string | null>;

  /**
   * What our application may do there, by a fresh token, and which directory answers.
   * @throws BadPage
   */
  admission(connection: Connection): Promise<Admission>;

  /** @throws RequestRefused where Graph refuses, e.g. the validation of the address failed */
  subscribe(
    connection: Connection,
    request: {
      readonly resource: Resource;
      readonly changeTypes: ChangeTypes;
      readonly notificationUrl: string;
      /** Where Graph tells what becomes of the subscription; it can be named only now. */
      readonly lifecycleUrl: string;
      readonly clientState: string;
      /** ISO 8601 UTC. */
      readonly expiresAt: string;
    },
  ): Promise<GraphSubscription>;
  /** Also refreshes the access token bound to it. Null where the subscription is gone (404). */
  renew(connection: Connection, subscriptionId: string, expiresAt: string): Promise<GraphSubscription | null>;
  /** The application's own subscriptions in that tenant. */
  subscriptions(
    connection: Connection,
  ): Promise<
    readonly (GraphSubscription & { readonly resource: string; readonly notificationUrl: string | null })[]
  >;
  /** Absent is no fault. */
  unsubscribe(connection: Connection, subscriptionId: string): Promise<void>;
}
