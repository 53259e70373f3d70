import { z } from 'zod';
import { NotFound, RequestRefused } from '../../core/failures.js';
import type { ListedRole } from '../../core/role-assignment.js';
import type { ListedPage } from '../../ports/directory.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { memberType, objectId } from './object-id.js';
import { badPage, readEnvelope } from './page-envelope.js';
import { listedPage } from './paged-list.js';

const assignments = z.array(
  z.looseObject({ principalId: objectId, principalType: z.string(), appRoleId: z.string().max(200) }),
);

/** Source: api-reference/v1.0/api/serviceprincipal-list-approleassignedto.md. */
export async function listAppRoleAssignments(
  caller: GraphCaller,
  side: GraphSide,
  servicePrincipalId: string,
  link: string | null,
): Promise<ListedPage<ListedRole>> {
  const principal = pathSegment(servicePrincipalId);
  const address = link ?? `${side.origin}/v1.0/servicePrincipals/${principal}/appRoleAssignedTo?$top=999`;
  const origin = { address, graphOrigin: side.origin };
  const page = readEnvelope(await caller.call(side, { method: 'get', address }), origin);
  if (page.nextLink === address) throw badPage(origin, 'its next link is its own address');
  const listed = assignments.safeParse(page.value);
  if (!listed.success) throw badPage(origin, 'an element is no assignment of an app role');
  const items = listed.data.map(({ principalId, principalType, appRoleId }) => {
    // `User`, `Group`, `ServicePrincipal` here, where members elsewhere have the name of their type.
    const type = principalType.charAt(0).toLowerCase() + principalType.slice(1);
    return { principalId, principalType: memberType(type), appRoleId: appRoleId.toLowerCase() };
  });
  return { items, next: page.nextLink };
}

/**
 * A role goes by its own id, or by that of its template; which of them it is, only Graph knows. Source:
 * api-reference/v1.0/api/directoryrole-list-members.md.
 */
export async function listDirectoryRoleMembers(
  caller: GraphCaller,
  side: GraphSide,
  directoryRole: string,
  link: string | null,
): Promise<ListedPage<ListedRole>> {
  if (link !== null) return members(caller, side, link);
  const role = pathSegment(directoryRole);
  const address = (named: string): string => `${side.origin}/v1.0/${named}/members?$select=id&$top=999`;
  try {
    return await members(caller, side, address(`directoryRoles/${role}`));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return members(caller, side, address(`directoryRoles(roleTemplateId='${role}')`));
  }
}

async function members(
  caller: GraphCaller,
  side: GraphSide,
  address: string,
): Promise<ListedPage<ListedRole>> {
  const page = await listedPage(caller, side, address);
  const items = page.items.map((object) => {
    return {
      principalId: object.id,
      principalType: memberType(object['@odata.type'] ?? 'directoryObject'),
      appRoleId: null,
    };
  });
  return { items, next: page.next };
}

/** Ids of Graph are GUIDs here; anything else, a quote above all, would change what the address says. */
function pathSegment(id: string): string {
  if (/^[A-Za-z0-9-]{1,100}$/.test(id)) return id;
  throw new RequestRefused('Not an id that can stand in an address', 0, 'InvalidId');
}
