import type { Cloud, CloudHosts } from '../../core/cloud.js';
import type { Connection, Directory } from '../../ports/directory.js';
import type { AccessTokens } from './access-tokens.js';
import { probeDirectory } from './candidate-probe.js';
import {
  countObjects,
  listDeletedItems,
  listGroupsOf,
  listMembersOf,
  objectExists,
  readManagerOf,
  readDeltaPage,
  readMembersDeltaPage,
} from './directory-reads.js';
import { readSecretEnd } from './application-secrets.js';
import { createGraphCaller, type GraphSide } from './graph-caller.js';
import { searchGroups } from './group-search.js';
import { isInDeletedItems, readUser } from './object-reads.js';
import { readAdmission } from './read-admission.js';
import { listDirectoryRoleAssignments, listDirectoryRoleMembers } from './directory-role-reads.js';
import { listAppRoleAssignments } from './role-reads.js';
import {
  createSubscription,
  deleteSubscription,
  listSubscriptions,
  renewSubscription,
} from './subscription-calls.js';
import type { Transport } from './transport-handler.js';

export interface DirectoryOptions {
  /** Addresses of a cloud that the deployment serves. */
  readonly clouds: (cloud: Cloud) => CloudHosts;
  readonly tokens: AccessTokens;
  /** In place of the platform's fetch, e.g. an emulator in the same process. */
  readonly fetch?: Transport;
  /** Milliseconds for one request with its answer. */
  readonly requestTimeoutMs: number;
}

/** Customers' directories through the Microsoft Graph SDK. Holds one page at a time and keeps nothing. */
export function createDirectory(options: DirectoryOptions): Directory {
  const { clouds, tokens, fetch: transport, requestTimeoutMs } = options;
  const caller = createGraphCaller({
    requestTimeoutMs,
    ...(transport === undefined ? {} : { transport }),
  });
  const sideOf = (connection: Connection): GraphSide => ({
    origin: new URL(clouds(connection.cloud).graph).origin,
    token: (request) => tokens.forTenant(connection, request),
  });
  return {
    readDelta: (connection, resource, link, attributes, references) =>
      readDeltaPage(caller, sideOf(connection), resource, link, attributes, references),
    readMembersDelta: (connection, groupIds, link) =>
      readMembersDeltaPage(caller, sideOf(connection), groupIds, link),
    count: (connection, resource) => countObjects(caller, sideOf(connection), resource),
    exists: (connection, resource, id) => objectExists(caller, sideOf(connection), resource, id),
    readUser: (connection, id, attributes) => readUser(caller, sideOf(connection), id, attributes),
    isInDeletedItems: (connection, resource, id) =>
      isInDeletedItems(caller, sideOf(connection), resource, id),
    deletedItems: (connection, resource, link) =>
      listDeletedItems(caller, sideOf(connection), resource, link),
    groupsOf: (connection, member) => listGroupsOf(caller, sideOf(connection), member),
    membersOf: (connection, groupId, link) => listMembersOf(caller, sideOf(connection), groupId, link),
    appRoleAssignments: (connection, id, link) =>
      listAppRoleAssignments(caller, sideOf(connection), id, link),
    directoryRoleMembers: (connection, role, link) =>
      listDirectoryRoleMembers(caller, sideOf(connection), role, link),
    directoryRoleAssignments: (connection, role, link) =>
      listDirectoryRoleAssignments(caller, sideOf(connection), role, link),
    searchGroups: (connection, text, search) => searchGroups(caller, sideOf(connection), text, search),
    managerOf: (connection, userId) => readManagerOf(caller, sideOf(connection), userId),
    probe: (candidate) => {
      const token = once(() => tokens.forCandidate(candidate));
      const side = { origin: new URL(clouds(candidate.cloud).graph).origin, token };
      return probeDirectory(caller, side, candidate.tenant);
    },
    prove: (connection) => {
      // A token that was kept from before a grant lacks its role.
      const token = once(() => tokens.forTenant(connection, { fresh: true }));
      const side = { ...sideOf(connection), token };
      // What a sync asks for: a permission may let single objects be read, and refuse their changes.
      return probeDirectory(caller, side, connection.tenantId, (resource) =>
        readDeltaPage(caller, side, resource, null),
      );
    },
    secretEnd: (connection, secretId) =>
      readSecretEnd(caller, sideOf(connection), connection.credential.clientId, secretId),
    admission: (connection) => readAdmission(caller, sideOf(connection), connection.tenantId),
    subscribe: (connection, request) => createSubscription(caller, sideOf(connection), request),
    renew: (connection, id, expiresAt) => renewSubscription(caller, sideOf(connection), id, expiresAt),
    subscriptions: (connection) => listSubscriptions(caller, sideOf(connection)),
    unsubscribe: (connection, id) => deleteSubscription(caller, sideOf(connection), id),
  };
}

/** One token serves the requests of a probe; a refused one is asked for again. */
function once(ask: () => Promise<string>): GraphSide['token'] {
  let token: Promise<string> | null = null;
  return ({ fresh, unlessWithinMs }) => {
    if (token === null || (fresh && unlessWithinMs === undefined)) token = ask();
    return token;
  };
}
