import type { Run } from '../core/run.js';
import type { ListPage, ListRequest } from '../ports/mirror.js';
import type { Runs, Tenants } from '../ports/registry.js';

/** The tenant's runs, newest first; null where the tenant is not connected. */
export async function listRuns(
  ports: { readonly tenants: Tenants; readonly runs: Runs },
  tenantId: string,
  request: ListRequest,
): Promise<ListPage<Run> | null> {
  if ((await ports.tenants.get(tenantId)) === null) return null;
  return ports.runs.list(tenantId, request);
}
