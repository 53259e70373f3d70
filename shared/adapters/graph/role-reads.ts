import { z } from 'zod';
import type { ListedRole } from '../../core/role-assignment.js';
import type { ListedPage } from '../../ports/directory.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { memberType, objectId, pathSegment } from './object-id.js';
import { badPage, readEnvelope } from './page-envelope.js';

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
