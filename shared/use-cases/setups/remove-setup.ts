import { recordWaitingSetup } from '../../ports/record-waiting-setup.js';
import { overConflicts } from './over-conflicts.js';
import type { Precondition, SetupPorts } from './ports.js';

export type RemoveSetupOutcome =
  | { readonly kind: 'removed' }
  /** Its people and records go first, by a job; then it goes itself. */
  | { readonly kind: 'removing' }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'preconditionFailed' }
  | { readonly kind: 'started' }
  /** It may have people: whoever removes them says its designation. */
  | { readonly kind: 'unconfirmed'; readonly designation: string };

type RemovePorts = Pick<
  SetupPorts,
  'tenants' | 'setups' | 'setupWork' | 'recordUploads' | 'matchDecisions' | 'matchingStates' | 'clock'
>;

/**
 * Removes a setup; one that is not there is no fault. One that was ever started may have people, and one that was not
 * may have been given records: a job takes them out before it takes out the setup.
 * @param confirm what the caller said as its designation; null for nothing
 * @throws RowConflict where others kept changing it
 */
export async function removeSetup(
  ports: RemovePorts,
  key: { readonly tenantId: string; readonly setupId: string },
  confirm: string | null,
  accepts: Precondition,
): Promise<RemoveSetupOutcome> {
  const { tenants, setups, setupWork, clock } = ports;
  const { tenantId, setupId } = key;
  if ((await tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
  const outcome = await overConflicts(async (): Promise<RemoveSetupOutcome> => {
    const stored = await setups.get(tenantId, setupId);
    if (accepts !== null && (stored === null || !accepts(stored.tag))) return { kind: 'preconditionFailed' };
    if (stored === null) return { kind: 'removed' };
    const { state, document } = stored.value;
    switch (state) {
      case 'saved':
        if (await hasMatchingData(ports, key)) break;
        await setups.remove(stored);
        return { kind: 'removed' };
      case 'started':
        return { kind: 'started' };
      case 'removing':
        return { kind: 'removing' };
      case 'paused': {
        const { designation } = document;
        if (confirm !== designation) return { kind: 'unconfirmed', designation };
      }
    }
    const changedAt = new Date(clock.now()).toISOString();
    await setups.replace(stored, { ...stored.value, state: 'removing', changedAt });
    return { kind: 'removing' };
  });
  if (outcome.kind === 'removed' || outcome.kind === 'removing') await recordWaitingSetup(ports, tenantId);
  if (outcome.kind === 'removing') await setupWork.requested(tenantId, setupId);
  return outcome;
}

/** Of a setup that was never started: records that were matched, and what still waits for that. */
async function hasMatchingData(
  { recordUploads, matchDecisions, matchingStates }: RemovePorts,
  { tenantId, setupId }: { readonly tenantId: string; readonly setupId: string },
): Promise<boolean> {
  const [{ isActive }, uploads, decided] = await Promise.all([
    matchingStates.get(tenantId, setupId),
    recordUploads.open(tenantId, setupId),
    matchDecisions.news(tenantId, setupId, 1),
  ]);
  return isActive || uploads.length > 0 || decided.length > 0;
}
