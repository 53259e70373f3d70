import { AccessRefused } from '../../core/failures.js';
import type { Resource } from '../../core/resource.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { badPage, readEnvelope } from './page-envelope.js';
import { pagedList } from './paged-list.js';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads one user, then one group, then which directory it is. The tenant of a GUID is also proven by the token
 * itself, so that /organization, which wants a permission of its own in some directories, may refuse then.
 */
export async function probeDirectory(
  caller: GraphCaller,
  side: GraphSide,
  tenant: string,
  read: (resource: Resource) => Promise<unknown> = (resource) => readOne(caller, side, resource),
): Promise<{ readonly tenantId: string }> {
  await read('users');
  await read('groups');
  try {
    return { tenantId: await readTenantId(caller, side) };
  } catch (error) {
    if (error instanceof AccessRefused && error.status === 403 && GUID.test(tenant)) {
      return { tenantId: tenant.toLowerCase() };
    }
    throw error;
  }
}

export async function readOne(caller: GraphCaller, side: GraphSide, resource: string): Promise<void> {
  const address = `${side.origin}/v1.0/${resource}?$top=1&$select=id`;
  const text = await caller.call(side, { method: 'get', address });
  readEnvelope(text, { address, graphOrigin: side.origin });
}

/** Which directory it is, by its own word. @throws BadPage */
export async function readTenantId(caller: GraphCaller, side: GraphSide): Promise<string> {
  const address = `${side.origin}/v1.0/organization?$select=id`;
  for await (const [organization] of pagedList(caller, side, address)) {
    if (organization !== undefined) return organization.id.toLowerCase();
  }
  throw badPage({ address, graphOrigin: side.origin }, 'it names no organization');
}
