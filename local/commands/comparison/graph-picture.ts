import type { HttpsJson } from '../https-json.js';
import {
  comparedGroupAttributes,
  comparedUserAttributes,
  countPeople,
  membershipKey,
  memberTypeOf,
  pickAttributes,
  type ComparedAttributes,
  type DirectoryPicture,
} from './directory-picture.js';

type GraphObject = Readonly<Record<string, unknown>> & { readonly id: string };

/** Who reads: the app that a tenant was connected with. */
export interface GraphReader {
  readonly https: HttpsJson;
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * The picture of a directory by plain lists of Graph, without delta query and without any of the product's
 * code: a second opinion where there is no emulator to tell the truth.
 * Source: https://learn.microsoft.com/graph/api/user-list
 */
export async function readGraphPicture(reader: GraphReader): Promise<DirectoryPicture> {
  const list = await createLister(reader);
  const users = new Map<string, ComparedAttributes>();
  const userQuery = `$select=id,${comparedUserAttributes.join()}&$expand=manager($select=id)&$top=999`;
  for await (const user of list(`/users?${userQuery}`)) {
    const manager = user['manager'] as { readonly id: string } | null | undefined;
    users.set(user.id, { ...pickAttributes(comparedUserAttributes, user), manager: manager?.id ?? null });
  }
  const deletedUsers = new Set<string>();
  for await (const user of list('/directory/deletedItems/microsoft.graph.user?$select=id'))
    deletedUsers.add(user.id);
  const groups = new Map<string, ComparedAttributes>();
  for await (const group of list(`/groups?$select=id,${comparedGroupAttributes.join()}&$top=999`))
    groups.set(group.id, pickAttributes(comparedGroupAttributes, group));
  const memberships = new Map<string, string>();
  for (const groupId of groups.keys()) {
    for await (const member of list(`/groups/${groupId}/members?$select=id&$top=999`))
      memberships.set(membershipKey(groupId, member.id), memberTypeOf(String(member['@odata.type'])));
  }
  const people = countPeople(new Set(users.keys()), new Set(groups.keys()), memberships.keys());
  for (const [id, attributes] of groups) groups.set(id, { ...attributes, peopleCount: people.get(id) });
  return { users, deletedUsers, groups, memberships };
}

type Lister = (path: string) => AsyncGenerator<GraphObject>;

async function createLister(reader: GraphReader): Promise<Lister> {
  const token = await reader.https.postForm(`${reader.loginUrl}/${reader.tenantId}/oauth2/v2.0/token`, {
    client_id: reader.clientId,
    client_secret: reader.clientSecret,
    scope: `${reader.graphUrl}/.default`,
    grant_type: 'client_credentials',
  });
  const headers = { authorization: `Bearer ${String(token['access_token'])}` };
  return async function* list(path) {
    let next: string | null = `${reader.graphUrl}/v1.0${path}`;
    while (next !== null) {
      const page = await reader.https.get(next, headers);
      yield* page['value'] as GraphObject[];
      next = (page['@odata.nextLink'] as string | undefined) ?? null;
    }
  };
}
