import type { ProductApi } from '../product-api.js';
import { sampleOrganizations, type SampleOrganization, type SampleSetup } from './sample-setups.js';

interface FoundGroups {
  readonly value: readonly { readonly id: string }[];
}

/**
 * Makes and starts the sample setups as an operator would, over the API: the organization, its catalog, the groups
 * chosen from a search, the setup, its start. Before the first sync, so that it reads what the setups need. Those that
 * are there already, with kept data, stay as they are; answers the ids of those that were made.
 */
export async function makeSampleSetups(
  api: ProductApi,
  tenantIds: ReadonlySet<string>,
): Promise<readonly string[]> {
  const made: string[] = [];
  for (const organization of sampleOrganizations) {
    if (!tenantIds.has(organization.tenantId)) continue;
    const there = await setupIdsOf(api, organization.tenantId);
    const missing = organization.setups.filter(({ setupId }) => !there.has(setupId));
    if (missing.length === organization.setups.length) await register(api, organization);
    for (const setup of missing) await makeSetup(api, setup);
    made.push(...missing.map(({ setupId }) => setupId));
  }
  return made;
}

async function setupIdsOf(api: ProductApi, tenantId: string): Promise<ReadonlySet<string>> {
  const setups = await api.all<{ id: string }>(`/api/v1/tenants/${tenantId}/setups`);
  return new Set(setups.map(({ id }) => id));
}

async function register(
  api: ProductApi,
  { organizationId, designation, tenantId, catalog }: SampleOrganization,
): Promise<void> {
  const path = `/api/v1/organizations/${organizationId}`;
  await api.put(path, { designation, tenantIds: [tenantId] });
  for (const { kind, id, ...entry } of catalog) await api.put(`${path}/catalog/${kind}/${id}`, entry);
}

async function makeSetup(
  api: ProductApi,
  { tenantId, setupId, searches, document }: SampleSetup,
): Promise<void> {
  const tenant = `/api/v1/tenants/${tenantId}`;
  const groupIds: string[] = [];
  for (const search of searches) {
    const query = `search=${encodeURIComponent(search)}&top=1`;
    const { value } = (await api.one(`${tenant}/directory/groups?${query}`)) as FoundGroups;
    groupIds.push(...value.map(({ id }) => id));
  }
  await api.put(`${tenant}/setups/${setupId}`, document([...new Set(groupIds)]));
  await api.post(`${tenant}/setups/${setupId}/start`);
}
