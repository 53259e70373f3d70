import type { ProductApi } from '../../../local/commands/product-api.js';
import {
  comparedGroupAttributes,
  comparedUserAttributes,
  membershipKey,
  memberTypeOf,
  pickAttributes,
  type ComparedAttributes,
  type DirectoryPicture,
} from '../../../local/commands/comparison/directory-picture.js';

type ApiObject = Readonly<Record<string, unknown>> & { readonly id: string };

/** The picture of a tenant's mirror as the product's HTTP API shows it. */
export async function readApiPicture(api: ProductApi, tenantId: string): Promise<DirectoryPicture> {
  const base = `/api/v1/tenants/${tenantId}`;
  const users = new Map<string, ComparedAttributes>();
  for (const user of await api.all<ApiObject>(`${base}/users`)) {
    const manager = user['manager'] as { readonly id: string } | null | undefined;
    users.set(user.id, { ...pickAttributes(comparedUserAttributes, user), manager: manager?.id ?? null });
  }
  const deletedUsers = (await api.all<ApiObject>(`${base}/users?deleted=true`)).map((user) => user.id);
  const groups = new Map<string, ComparedAttributes>();
  const memberships = new Map<string, string>();
  for (const group of await api.all<ApiObject>(`${base}/groups`)) {
    const { peopleCount } = (await api.one(`${base}/groups/${group.id}`)) as { peopleCount?: number };
    groups.set(group.id, { ...pickAttributes(comparedGroupAttributes, group), peopleCount });
    for (const member of await api.all<ApiObject>(`${base}/groups/${group.id}/members`)) {
      memberships.set(membershipKey(group.id, member.id), memberTypeOf(String(member['@odata.type'])));
    }
  }
  return { users, deletedUsers: new Set(deletedUsers), groups, memberships };
}
