import type { Setup } from '../../core/setup/setup.js';
import { recordWaitingSetup } from '../../ports/record-waiting-setup.js';
import type { Stored } from '../../ports/registry.js';
import { overConflicts } from './over-conflicts.js';
import type { Precondition, SetupPorts } from './ports.js';

export type PauseSetupOutcome =
  | { readonly kind: 'paused'; readonly setup: Stored<Setup> }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'preconditionFailed' }
  /** It was never started, or its people are being taken out. */
  | { readonly kind: 'notStarted' };

/**
 * Leaves the people of a setup as they are until it is started again; whoever derives them stops at the next look.
 * @throws RowConflict where others kept changing it
 */
export async function pauseSetup(
  ports: Pick<SetupPorts, 'tenants' | 'setups' | 'setupWork' | 'clock'>,
  tenantId: string,
  setupId: string,
  accepts: Precondition,
): Promise<PauseSetupOutcome> {
  const { tenants, setups, setupWork, clock } = ports;
  if ((await tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
  const outcome = await overConflicts(async (): Promise<PauseSetupOutcome> => {
    const stored = await setups.get(tenantId, setupId);
    if (stored === null) return { kind: 'notFound' };
    if (accepts !== null && !accepts(stored.tag)) return { kind: 'preconditionFailed' };
    if (stored.value.state === 'paused') return { kind: 'paused', setup: stored };
    if (stored.value.state !== 'started') return { kind: 'notStarted' };
    const changedAt = new Date(clock.now()).toISOString();
    const setup = await setups.replace(stored, { ...stored.value, state: 'paused', changedAt });
    return { kind: 'paused', setup };
  });
  if (outcome.kind === 'paused') {
    await recordWaitingSetup(ports, tenantId);
    await setupWork.requested(tenantId, setupId);
  }
  return outcome;
}
