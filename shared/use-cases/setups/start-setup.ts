import type { Setup } from '../../core/setup/setup.js';
import type { SetupFault } from '../../core/setup/setup-fault.js';
import { recordWaitingSetup } from '../../ports/record-waiting-setup.js';
import type { Stored } from '../../ports/registry.js';
import { judgeSetup, type SetupWarning } from './judge-setup.js';
import { overConflicts } from './over-conflicts.js';
import type { Precondition, SetupPorts } from './ports.js';

export type StartSetupOutcome =
  | { readonly kind: 'started'; readonly setup: Stored<Setup>; readonly warnings: readonly SetupWarning[] }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'notFound' }
  /** What it names is gone since it was saved. */
  | { readonly kind: 'invalid'; readonly faults: readonly SetupFault[] }
  | { readonly kind: 'preconditionFailed' }
  | { readonly kind: 'removing' };

/**
 * Starts a setup, or goes on with a paused one: a job works out its people. One that is started already is told of
 * again, which does no harm.
 * @throws RowConflict where others kept changing it
 */
export async function startSetup(
  ports: SetupPorts,
  tenantId: string,
  setupId: string,
  accepts: Precondition,
): Promise<StartSetupOutcome> {
  const { setups, clock } = ports;
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const outcome = await overConflicts(async (): Promise<StartSetupOutcome> => {
    const stored = await setups.get(tenantId, setupId);
    if (stored === null) return { kind: 'notFound' };
    if (accepts !== null && !accepts(stored.tag)) return { kind: 'preconditionFailed' };
    if (stored.value.state === 'removing') return { kind: 'removing' };
    const { faults, warnings } = await judgeSetup(ports, tenant.value, stored.value.document);
    if (stored.value.state === 'started') return { kind: 'started', setup: stored, warnings };
    if (faults.length > 0) return { kind: 'invalid', faults };
    const changedAt = new Date(clock.now()).toISOString();
    const setup = await setups.replace(stored, { ...stored.value, state: 'started', changedAt });
    return { kind: 'started', setup, warnings };
  });
  if (outcome.kind === 'started') {
    await recordWaitingSetup(ports, tenantId);
    await ports.setupWork.requested(tenantId, setupId);
  }
  return outcome;
}
