import { RowConflict } from '../../core/failures.js';
import type { Setup, SetupDocument } from '../../core/setup/setup.js';
import type { SetupFault } from '../../core/setup/setup-fault.js';
import type { Tenant } from '../../core/tenant.js';
import { recordWaitingSetup } from '../../ports/record-waiting-setup.js';
import type { Stored } from '../../ports/registry.js';
import { judgeSetup, type SetupWarning } from './judge-setup.js';
import { lookAgain } from './look-again.js';
import type { SetupPorts } from './ports.js';
import { storeSetup } from './store-setup.js';

export type MakeCopyOutcome =
  | { readonly kind: 'copied'; readonly setup: Stored<Setup>; readonly warnings: readonly SetupWarning[] }
  | { readonly kind: 'tenantNotFound' }
  /** What the copy would name is not there in its organization, or its tenant. */
  | { readonly kind: 'invalid'; readonly faults: readonly SetupFault[] }
  | { readonly kind: 'exists' }
  | { readonly kind: 'tooLarge' };

/** Saves a document as a new setup. */
export async function makeCopy(
  ports: SetupPorts,
  tenant: Tenant,
  setupId: string,
  document: SetupDocument,
): Promise<MakeCopyOutcome> {
  const { faults, warnings } = await judgeSetup(ports, tenant, document);
  if (faults.length > 0) return { kind: 'invalid', faults };
  const { tenantId } = tenant;
  const now = new Date(ports.clock.now()).toISOString();
  const copy: Setup = {
    tenantId,
    setupId,
    document,
    state: 'saved',
    version: 1,
    createdAt: now,
    changedAt: now,
  };
  try {
    const outcome = await storeSetup(() => ports.setups.insert(copy));
    if (outcome.kind !== 'stored') return outcome;
    const gone = await lookAgain(ports, outcome.setup, null);
    if (gone.length > 0) return { kind: 'invalid', faults: gone };
    await recordWaitingSetup(ports, tenantId);
    return { kind: 'copied', setup: outcome.setup, warnings };
  } catch (failure) {
    if (failure instanceof RowConflict) return { kind: 'exists' };
    throw failure;
  }
}
