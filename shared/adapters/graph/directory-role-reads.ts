import { z } from 'zod';
import { NotFound } from '../../core/failures.js';
import type { ListedRole } from '../../core/role-assignment.js';
import type { ListedPage, RoleMembersPage } from '../../ports/directory.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { memberType, objectId, pathSegment } from './object-id.js';
import { badPage, readEnvelope, readJson } from './page-envelope.js';
import { listedPage } from './paged-list.js';

/**
 * The members of a directory role do not page, and at most 1,000 come back: as many as this without a next link may
 * be all there are, or not. Sources: concepts/paging.md, microsoft-graph-docs-contrib issue 8696.
 */
const MAY_BE_CUT_FROM = 999;

/**
 * A role is named by its own id, or by that of its template; only Graph knows which of them it is. Source:
 * api-reference/v1.0/api/directoryrole-list-members.md.
 */
export async function listDirectoryRoleMembers(
  caller: GraphCaller,
  side: GraphSide,
  directoryRole: string,
  link: string | null,
): Promise<RoleMembersPage> {
  if (link !== null) return { ...(await members(caller, side, link)), isCut: false };
  const role = pathSegment(directoryRole);
  const address = (named: string): string => `${side.origin}/v1.0/${named}/members?$select=id`;
  try {
    return withCut(await members(caller, side, address(`directoryRoles/${role}`)));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return withCut(await members(caller, side, address(`directoryRoles(roleTemplateId='${role}')`)));
  }
}

function withCut(page: ListedPage<ListedRole>): RoleMembersPage {
  return { ...page, isCut: page.next === null && page.items.length >= MAY_BE_CUT_FROM };
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

/** The scope of an assignment that holds for the whole directory. */
const WHOLE_DIRECTORY = '/';

const assignments = z.array(
  z.looseObject({
    principalId: objectId,
    directoryScopeId: z.string().nullable(),
    /** Null if the principal is gone. It must have been printed: without it a group cannot be told from a user. */
    principal: z.looseObject({ '@odata.type': z.string().optional() }).nullable(),
  }),
);

/** Source: api-reference/v1.0/api/rbacapplication-list-roleassignments.md. */
export async function listDirectoryRoleAssignments(
  caller: GraphCaller,
  side: GraphSide,
  directoryRole: string,
  link: string | null,
): Promise<ListedPage<ListedRole>> {
  const address = link ?? (await firstAddress(caller, side, directoryRole));
  const origin = { address, graphOrigin: side.origin };
  const page = readEnvelope(await caller.call(side, { method: 'get', address }), origin);
  if (page.nextLink === address) throw badPage(origin, 'its next link is its own address');
  const listed = assignments.safeParse(page.value);
  if (!listed.success) throw badPage(origin, 'an element is no assignment of a directory role');
  const items = listed.data
    .filter(({ directoryScopeId }) => directoryScopeId === WHOLE_DIRECTORY)
    .map(({ principalId, principal }) => ({
      principalId,
      principalType: memberType(principal?.['@odata.type'] ?? 'directoryObject'),
      appRoleId: null,
    }));
  return { items, next: page.nextLink };
}

async function firstAddress(caller: GraphCaller, side: GraphSide, directoryRole: string): Promise<string> {
  const definition = await definitionOf(caller, side, pathSegment(directoryRole));
  const filter = encodeURIComponent(`roleDefinitionId eq '${definition}'`);
  return `${side.origin}/v1.0/roleManagement/directory/roleAssignments?$filter=${filter}&$expand=principal`;
}

const directoryRoleWithTemplate = z.looseObject({ roleTemplateId: objectId });

/** The definition of a role of the directory has the id of the role's template. */
async function definitionOf(caller: GraphCaller, side: GraphSide, role: string): Promise<string> {
  const address = `${side.origin}/v1.0/directoryRoles/${role}?$select=id,roleTemplateId`;
  const text = await caller.callIfThere(side, { method: 'get', address });
  if (text === null) return role;
  const origin = { address, graphOrigin: side.origin };
  const parsed = directoryRoleWithTemplate.safeParse(readJson(text, origin));
  if (!parsed.success) throw badPage(origin, 'it is no directory role');
  return pathSegment(parsed.data.roleTemplateId);
}
