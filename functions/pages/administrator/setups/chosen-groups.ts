import type { Tenant } from '../../../../shared/core/tenant.js';
import { nameGroups } from '../../../../shared/use-cases/name-groups.js';
import type { SetupPagesDependencies } from './ports.js';

const OBJECT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** More than a page offers at once, and far less than a form could carry. */
const MOST_CHOSEN = 500;

/** Returns the groups that a form chose, each once, in lower case. */
export function idsChosen(form: URLSearchParams, field: 'groupIds' | 'groupId'): readonly string[] {
  return [...new Set(form.getAll(field).map((id) => id.toLowerCase()))].slice(0, MOST_CHOSEN);
}

/** Returns the names of what a form chose; null for those that are not known, and nothing for what is no group's id. */
export async function namesOfChosen(
  ports: SetupPagesDependencies,
  tenant: Tenant,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const usable = ids.filter((id) => OBJECT_ID.test(id));
  const names = await nameGroups(ports, tenant, usable);
  return new Map(usable.map((id) => [id, names.get(id) ?? null]));
}
