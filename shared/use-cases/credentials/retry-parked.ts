import type { ConsentApp } from '../../core/bundle.js';
import { refusalWords } from '../../core/failure-outcome.js';
import { AccessRefused, CredentialRefused, Failure } from '../../core/failures.js';
import { appCredentialFor, loginOf, sameSecret, tenantAfter, type Tenant } from '../../core/tenant.js';
import type { TenantEvent } from '../../core/tenant-state.js';
import { changeTenant } from '../../ports/change-tenant.js';
import type { Directory } from '../../ports/directory.js';
import { noteExpiredSecret } from '../../ports/note-expired-secret.js';
import type { SecretExpiries, Tenants } from '../../ports/registry.js';
import { goOn, wantWhatWasRefused, type ComeBackPorts } from './come-back.js';
import { noteServingSecret } from '../../ports/note-serving-secret.js';

export interface RetryParkedPorts extends ComeBackPorts {
  readonly tenants: Tenants;
  readonly secretExpiries: SecretExpiries;
  readonly directory: Pick<Directory, 'prove'>;
}

/**
 * The job `retryParked` of one tenant: looks whether it lets us in again, and if so lets it go on where it stood. A
 * tenant that is not parked, or is paused, is left alone. No failure leaves it but that of a table or the queue; the
 * timer `upkeep` asks again.
 */
export type RetryParked = (tenantId: string) => Promise<void>;

export function createRetryParked(
  ports: RetryParkedPorts,
  settings: { readonly consentApps: readonly ConsentApp[] },
): RetryParked {
  return async (tenantId) => {
    const parked = (await ports.tenants.get(tenantId))?.value ?? null;
    if (parked?.state.kind !== 'parked' || parked.paused) return;
    const event = await eventOf(ports, parked, settings.consentApps);
    if (event?.kind === 'admitted') await wantWhatWasRefused(ports, parked);
    const at = new Date(ports.clock.now()).toISOString();
    let before = parked;
    const after = await changeTenant(ports, tenantId, (tenant) => {
      before = tenant;
      return sameSecret(tenant.credential, parked.credential)
        ? triedAt(event === null ? tenant : tenantAfter(tenant, event), at)
        : tenant;
    });
    if (after === null) return;
    if (before.state.kind === 'parked' && after.state.kind !== 'parked')
      await noteServingSecret(ports, after);
    await goOn(ports, before, after);
  };
}

/** What the try told; null where nothing can be told by it. */
async function eventOf(
  ports: RetryParkedPorts,
  tenant: Tenant,
  apps: readonly ConsentApp[],
): Promise<TenantEvent | null> {
  const credential = appCredentialFor(tenant, 'directory', apps);
  if (credential === null) return null;
  const { tenantId, cloud } = tenant;
  const at = (): string => new Date(ports.clock.now()).toISOString();
  try {
    await ports.directory.prove({ tenantId, cloud, credential });
    return { kind: 'admitted', at: at() };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    ports.log.info('A parked tenant was tried', { tenantId, outcome: failure.kind, why: failure.message });
    if (!(failure instanceof AccessRefused || failure instanceof CredentialRefused)) return null;
    await noteExpiredSecret(ports, loginOf(tenant, 'directory', apps), failure);
    const origin = tenant.credential === null ? 'consent' : 'credential';
    return { kind: 'refused', at: at(), ...refusalWords(failure, origin) };
  }
}

function triedAt(tenant: Tenant, at: string): Tenant {
  if (tenant.state.kind !== 'parked') return tenant;
  const { since, reason } = tenant.state;
  const outage = tenant.lastOutage ?? { parkedAt: since, backAt: null, reason };
  return { ...tenant, lastOutage: { ...outage, triedAt: at } };
}
