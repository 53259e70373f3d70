import type { ConsentRequest, InvitedCustomer } from '../../core/consent-request.js';
import { Failure } from '../../core/failures.js';
import { NOTHING_FOUND } from '../../core/issues/tenant-health.js';
import { POLL_EVERY_MINUTES } from '../../core/polling.js';
import type { Tenant } from '../../core/tenant.js';
import type { TenantRows } from '../../ports/tenant-rows.js';
import type { ConsentPorts } from './ports.js';

/** What the tenant that a sign-in told begins as. @param now epoch milliseconds */
export function invitedTenant(
  { cloud, asks }: ConsentRequest,
  customer: InvitedCustomer,
  tenantId: string,
  now: number,
): Tenant {
  const at = new Date(now).toISOString();
  return {
    tenantId,
    pollEveryMinutes: POLL_EVERY_MINUTES,
    ...customer,
    cloud,
    state: { kind: 'awaitingConsent', since: at },
    paused: false,
    credential: null,
    bundles: asks.map(({ bundle }) => bundle),
    consents: [],
    createdAt: at,
    connectedAt: null,
    bucketCount: null,
    lastSyncedAt: null,
    lastOutage: null,
    health: NOTHING_FOUND,
  };
}

export interface TakeAwayPorts extends Pick<ConsentPorts, 'consentRequests' | 'tenants' | 'log'> {
  readonly tenantRows: Pick<TenantRows, 'left'>;
  /** Begins an ordinary disconnection; nothing happens where the tenant is another by now than `accepts` allows. */
  readonly disconnect: (
    tenantId: string,
    wish: { readonly confirm: string; readonly accepts: (tag: string) => boolean },
  ) => Promise<unknown>;
}

/**
 * Takes away the tenant that an earlier sign-in by the same link told: always its page, and the tenant itself by an
 * ordinary disconnection where it is as that sign-in made it and nothing else stands under it. What anybody worked on
 * stays, awaiting consent, and so does a tenant of which that cannot be told now.
 * @param request the link's row for a tenant not known
 */
export async function takeAway(
  ports: TakeAwayPorts,
  request: ConsentRequest,
  tenantId: string,
): Promise<void> {
  try {
    // Without its page it may be somebody else's.
    if ((await ports.consentRequests.get(tenantId, request.requestId)) === null) return;
    await ports.consentRequests.remove(tenantId, request.requestId);
    const stored = await ports.tenants.get(tenantId);
    if (stored === null || !isAsMade(request, stored.value)) return;
    const { Tenants: own, ...others } = await ports.tenantRows.left(tenantId);
    if (own !== 1 || Object.keys(others).length > 0) return;
    const { displayName } = stored.value;
    const accepts = (tag: string): boolean => tag === stored.tag;
    await ports.disconnect(tenantId, { confirm: displayName, accepts });
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    ports.log.warn('A tenant that another sign-in replaced was left', { tenantId, why: failure.message });
  }
}

function isAsMade(request: ConsentRequest, tenant: Tenant): boolean {
  const { customer } = request;
  if (customer === null) return false;
  const made = invitedTenant(request, customer, tenant.tenantId, Date.parse(tenant.createdAt));
  return canonical(made) === canonical(tenant);
}

/** Columns come back in the order of the table. */
function canonical(tenant: Tenant): string {
  return JSON.stringify(Object.entries(tenant).sort(([a], [b]) => (a < b ? -1 : 1)));
}
