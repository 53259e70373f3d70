import { z } from 'zod';
import type { UserRead } from '../../core/plan-person.js';
import type { Resource } from '../../core/resource.js';
import { pick } from './delta-page-parser.js';
import { objectAddress } from './directory-reads.js';
import type { GraphCaller, GraphSide } from './graph-caller.js';
import { objectId } from './object-id.js';
import { badPage, readJson } from './page-envelope.js';

const readableUser = z.looseObject({ id: objectId, manager: z.looseObject({ id: objectId }).nullish() });

/**
 * A directory extension that has no value is not printed, so what is absent says nothing. Source:
 * api-reference/v1.0/api/user-get.md, concepts/extensibility-overview.md.
 */
export async function readUser(
  caller: GraphCaller,
  side: GraphSide,
  id: string,
  attributes: readonly string[],
): Promise<UserRead | null> {
  const select = ['id', ...attributes].map(encodeURIComponent).join(',');
  const address = `${objectAddress(side, 'users', id)}?$select=${select}&$expand=manager($select=id)`;
  const text = await caller.callIfThere(side, { method: 'get', address });
  if (text === null) return null;
  const origin = { address, graphOrigin: side.origin };
  const user = readableUser.safeParse(readJson(text, origin));
  if (!user.success || user.data.id.toLowerCase() !== id.toLowerCase())
    throw badPage(origin, 'it is not the user that was asked for');
  return { attributes: pick(user.data, attributes), managerId: user.data.manager?.id ?? null };
}

/** Source: api-reference/v1.0/api/directory-deleteditems-get.md. */
export async function isInDeletedItems(
  caller: GraphCaller,
  side: GraphSide,
  resource: Resource,
  id: string,
): Promise<boolean> {
  const type = resource === 'users' ? 'user' : 'group';
  const item = objectAddress(side, resource, id).split('/').at(-1) ?? '';
  const address = `${side.origin}/v1.0/directory/deletedItems/microsoft.graph.${type}/${item}?$select=id`;
  return (await caller.callIfThere(side, { method: 'get', address })) !== null;
}
