import { setTimeout as delay } from 'node:timers/promises';
import type { ProductApi, RunView, TenantConnection } from './product-api.js';

/** One tenant's first sync in this start, as it goes and when it is done. */
export interface TenantSync {
  readonly tenantId: string;
  readonly displayName: string;
  readonly run: RunView;
  /** Since the run was asked for, by this machine's monotonic clock. */
  readonly seconds: number;
}

const pollIntervalMs = 250;

/** Connects a tenant unless it is connected already (with kept data); says whether it did. */
export async function ensureConnected(api: ProductApi, connection: TenantConnection): Promise<boolean> {
  const known = await api.tenants();
  if (known.some((tenant) => tenant.tenantId === connection.tenantId)) return false;
  await api.connectTenant(connection);
  return true;
}

/** Asks for a run and follows it to its end, whatever that is. */
export async function syncTenant(
  api: ProductApi,
  tenant: { readonly tenantId: string; readonly displayName: string },
  onProgress: (sync: TenantSync) => void,
): Promise<TenantSync> {
  const begin = performance.now();
  const describe = (run: RunView): TenantSync => ({
    tenantId: tenant.tenantId,
    displayName: tenant.displayName,
    run,
    seconds: (performance.now() - begin) / 1000,
  });
  let sync = describe(await api.startRun(tenant.tenantId));
  while (isActive(sync.run)) {
    onProgress(sync);
    await delay(pollIntervalMs);
    sync = describe(await api.run(tenant.tenantId, sync.run.id));
  }
  onProgress(sync);
  return sync;
}

function isActive(run: RunView): boolean {
  return run.status === 'NotStarted' || run.status === 'Running';
}
