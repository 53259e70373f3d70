import type { TableClient } from '@azure/data-tables';

/**
 * The partitions in which a tenant's rows lie, as docs/tables.md describes them. Rows are read partition by
 * partition because Azurite sorts all that a query may still answer for every page of it.
 */
export async function tenantPartitions(tenants: TableClient, tenantId: string): Promise<string[]> {
  const tenant = await tenants.getEntity('tenants', tenantId);
  const buckets = Number(tenant['bucketCount']);
  if (!(buckets > 0)) throw new Error('The tenant has no buckets yet.');
  const numbers = Array.from({ length: buckets }, (_, bucket) => String(bucket).padStart(3, '0'));
  return [tenantId, ...numbers.map((bucket) => `${tenantId}|${bucket}`)];
}
