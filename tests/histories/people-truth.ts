import type { DirectoryTruth } from '../../local/graph/control-api.js';
import type { TableStores } from '../../shared/adapters/tables/table-stores.js';
import type { Catalog } from '../../shared/core/catalog/catalog.js';
import type { MirrorUser } from '../../shared/core/mirror-rows.js';
import { compileSetup } from '../../shared/core/people/compile-setup.js';
import type { PersonFacts } from '../../shared/core/people/facts.js';
import type { Host, Person } from '../../shared/core/people/person.js';
import { present } from '../../shared/core/people/present.js';
import type { Presented } from '../../shared/core/people/presented.js';
import type { Setup } from '../../shared/core/setup/setup.js';
import type { TenantScope } from '../../shared/ports/scope.js';

/** What a setup makes of everybody, worked out at once from the directory itself. */
export function derivedAtOnce(truth: DirectoryTruth, setup: Setup, catalog: Catalog): Map<string, Presented> {
  const users = new Map(truth.users.map((user) => [user.id, mirrorUserOf(user)]));
  const compiled = compileSetup(setup, catalog);
  const presented = [...users].map(([directoryId, user]): [string, Presented] => {
    const facts: PersonFacts = {
      directoryId,
      user,
      manager: user.managerId === null ? null : (users.get(user.managerId) ?? null),
      groups: groupsOf(truth, directoryId),
      roleAssignments: new Set(),
    };
    return [directoryId, present(compiled, facts)];
  });
  return new Map(presented);
}

function mirrorUserOf({ id, attributes, managerId }: DirectoryTruth['users'][number]): MirrorUser {
  const values = Object.entries(attributes).filter(([, value]) => value !== null);
  return {
    id,
    presence: 'live',
    attributes: Object.fromEntries(values) as MirrorUser['attributes'],
    managerId,
  };
}

function groupsOf({ memberships }: DirectoryTruth, userId: string): Set<string> {
  const found = new Set<string>();
  for (let members = new Set([userId]); members.size > 0;) {
    const above = memberships.filter((edge) => edge.effective && members.has(edge.memberId));
    members = new Set(above.map((edge) => edge.groupId).filter((id) => !found.has(id)));
    for (const id of members) found.add(id);
  }
  return found;
}

export async function storedPeople(
  stores: TableStores,
  scope: TenantScope,
  setupId: string,
): Promise<Person[]> {
  const found: Person[] = [];
  for (let bucket = 0; bucket < scope.bucketCount; bucket += 1)
    for await (const people of stores.people.scan(scope, setupId, bucket)) found.push(...people);
  return found;
}

export async function storedHosts(stores: TableStores, scope: TenantScope, setupId: string): Promise<Host[]> {
  const found: Host[] = [];
  for (let bucket = 0; bucket < scope.bucketCount; bucket += 1)
    for await (const hosts of stores.hosts.scan(scope, setupId, bucket)) found.push(...hosts);
  return found;
}
