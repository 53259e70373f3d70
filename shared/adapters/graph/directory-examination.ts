import { z } from 'zod';

import type { Cloud, CloudHosts } from '../../core/cloud.js';
import type { Connection } from '../../ports/directory.js';
import type { DirectoryExamination, ExaminedLogin } from '../../ports/directory-examination.js';
import { readDeltaPage } from './directory-reads.js';
import { readOne, readTenantId } from './candidate-probe.js';
import { createGraphCaller, type GraphCaller, type GraphSide } from './graph-caller.js';
import { badPage, readEnvelope } from './page-envelope.js';
import { listSubscriptions } from './subscription-calls.js';
import { applicationPermissions } from './token-claims.js';
import type { Transport } from './transport-handler.js';

export interface DirectoryExaminationOptions {
  /** Addresses of a cloud that the deployment serves. */
  readonly clouds: (cloud: Cloud) => CloudHosts;
  /** An access token for Graph by a login of its own. @throws CredentialRefused, Unavailable */
  readonly newToken: (connection: Connection) => Promise<string>;
  /** In place of the platform's fetch, e.g. an emulator in the same process. */
  readonly fetch?: Transport;
  /** Milliseconds for one request with its answer. */
  readonly requestTimeoutMs: number;
}

/** One login serves a whole examination; the token that it gave is never asked for again, whatever Graph says. */
export function createDirectoryExamination(options: DirectoryExaminationOptions): DirectoryExamination {
  const { clouds, newToken, fetch: transport, requestTimeoutMs } = options;
  const caller = createGraphCaller({
    requestTimeoutMs,
    ...(transport === undefined ? {} : { transport }),
  });
  return {
    logIn: async (connection) => {
      const token = await newToken(connection);
      const origin = new URL(clouds(connection.cloud).graph).origin;
      const side: GraphSide = { origin, token: () => Promise.resolve(token) };
      return examined(caller, side, connection.credential.clientId, token);
    },
  };
}

function examined(caller: GraphCaller, side: GraphSide, clientId: string, token: string): ExaminedLogin {
  return {
    permissions: applicationPermissions(token),
    organizationId: () => readTenantId(caller, side),
    readOne: (resource) => readOne(caller, side, resource),
    delegatedPermissions: () => readDelegated(caller, side, clientId),
    subscriptions: () => listSubscriptions(caller, side),
    follow: async (resource, link) => {
      await readDeltaPage(caller, side, resource, link);
    },
  };
}

const principals = z.array(z.looseObject({ id: z.string().min(1).max(200) }));
const grants = z.array(z.looseObject({ scope: z.string().max(20_000).nullish() }));

/** Source: api/serviceprincipal-list.md, api/serviceprincipal-list-oauth2permissiongrants.md. */
async function readDelegated(
  caller: GraphCaller,
  side: GraphSide,
  clientId: string,
): Promise<readonly string[]> {
  const filter = encodeURIComponent(`appId eq '${clientId}'`);
  const byApp = `${side.origin}/v1.0/servicePrincipals?$filter=${filter}&$select=id`;
  const [principal] = await readList(caller, side, byApp, principals);
  if (principal === undefined) return [];
  const ofPrincipal = `${side.origin}/v1.0/servicePrincipals/${encodeURIComponent(principal.id)}/oauth2PermissionGrants`;
  const granted = await readList(caller, side, ofPrincipal, grants);
  return granted.flatMap(({ scope }) => (scope ?? '').split(' ').filter((name) => name !== ''));
}

/** The first page alone: an application has one principal, and few grants. */
async function readList<Item>(
  caller: GraphCaller,
  side: GraphSide,
  address: string,
  schema: z.ZodType<Item[]>,
): Promise<Item[]> {
  const origin = { address, graphOrigin: side.origin };
  const page = readEnvelope(await caller.call(side, { method: 'get', address }), origin);
  const parsed = schema.safeParse(page.value);
  if (!parsed.success) throw badPage(origin, 'an element has another form', parsed.error);
  return parsed.data;
}
