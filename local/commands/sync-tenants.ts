import { setTimeout as delay } from 'node:timers/promises';
import { ensureConnected, syncTenant, type TenantSync } from './first-sync.js';
import type { ProductApi, TenantConnection } from './product-api.js';
import { localPrincipals } from '../functions-host/principals.js';
import { newcomer } from '../graph/samples/well-known.js';
import { connectionOf } from './sample-tenants.js';
import { makeSampleSetups } from './setups/make-sample-setups.js';
import type { Session } from './session.js';

/** A tenant's first sync, and what it cost Graph where that can be asked. */
export interface MeasuredSync {
  readonly sync: TenantSync;
  readonly graphRequests: number | null;
}

/** After this long without another tenant, whoever connects tenants is taken to be done. */
const quietMs = 5_000;
const pollIntervalMs = 500;

/** Connects the sample tenants, and lets the sample customer into the first of them and nowhere else. */
export async function connectSampleTenants(
  api: ProductApi,
  connections: readonly TenantConnection[],
  onConnected: (connection: TenantConnection, isNew: boolean) => void,
): Promise<void> {
  for (const connection of connections) onConnected(connection, await ensureConnected(api, connection));
  const [first] = connections;
  if (first !== undefined)
    await api.grantAccess(first.tenantId, localPrincipals.customer.objectId, ['Admin']);
}

/** Connects the sample tenants, makes their setups, and syncs them side by side. */
export async function syncSampleTenants(session: Session): Promise<MeasuredSync[]> {
  const { api, control, display } = session;
  if (control === null) return [];
  const tenants = await control.listTenants();
  const connections = tenants.filter(({ tenantId }) => tenantId !== newcomer.tenantId).map(connectionOf);
  display.step(`Connecting ${namesOf(connections)}`);
  await connectSampleTenants(api, connections, ({ tenantId, displayName }, isNew) => {
    const found = isNew ? 'connected' : 'is connected already and gets a new run';
    display.line(`${displayName} (${tenantId}): ${found}`);
  });
  display.step('Making the sample setups');
  const made = await makeSampleSetups(api, new Set(connections.map(({ tenantId }) => tenantId)));
  if (made.length > 0) display.line(`Setups made and started: ${made.join(', ')}`);
  display.step(`Reading ${namesOf(connections)}`);
  return await Promise.all(
    connections.map(async ({ tenantId, displayName }) => {
      const before = (await control.requestCounts(tenantId)).requests;
      const sync = await syncTenant(api, { tenantId, displayName }, (progress) => display.show(progress));
      const after = (await control.requestCounts(tenantId)).requests;
      return { sync, graphRequests: after - before };
    }),
  );
}

function namesOf(tenants: readonly { readonly displayName: string }[]): string {
  return tenants.map(({ displayName }) => displayName).join(', ');
}

/**
 * Syncs the tenants that somebody else connects over the API, until all that were connected are synced and no
 * other has come for five seconds. Waits without end for the first.
 */
export async function syncDrivenTenants(session: Session): Promise<MeasuredSync[]> {
  const { api, display, interruption } = session;
  const synced = new Map<string, MeasuredSync>();
  let lastNewsMs = performance.now();
  while (!interruption.aborted && (synced.size === 0 || performance.now() - lastNewsMs < quietMs)) {
    const news = (await api.tenants()).filter((tenant) => !synced.has(tenant.tenantId));
    for (const sync of await Promise.all(
      news.map((tenant) => syncTenant(api, tenant, (progress) => display.show(progress))),
    )) {
      synced.set(sync.tenantId, { sync, graphRequests: null });
      lastNewsMs = performance.now();
    }
    await delay(pollIntervalMs, undefined, { signal: interruption }).catch(() => undefined);
  }
  return [...synced.values()];
}
