import { hasEnded, refusedSync } from '../../../core/person-sync.js';
import type { Tenant } from '../../../core/tenant.js';
import type { SyncPorts } from '../ports.js';

/** Says of every sync of a person that still waits why nothing is done for it. */
export async function refusePersonSyncs(
  { personSyncs, clock }: Pick<SyncPorts, 'personSyncs' | 'clock'>,
  tenantId: string,
  why: { readonly code: string; readonly message: string },
): Promise<void> {
  const now = new Date(clock.now()).toISOString();
  for (const sync of await personSyncs.all(tenantId))
    if (!hasEnded(sync)) await personSyncs.save(refusedSync(sync, why.code, why.message, now));
}

/** Why a tenant rests, as a trace says it. */
export function restingWords({ paused, state }: Tenant): { readonly code: string; readonly message: string } {
  if (state.kind === 'parked') return { code: 'TenantParked', message: `${state.reason} ${state.fix}` };
  if (paused) return { code: 'TenantPaused', message: 'The tenant is paused: set paused to false first.' };
  return { code: 'TenantDisconnecting', message: 'The tenant is being disconnected.' };
}
