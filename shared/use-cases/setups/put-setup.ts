import type { Setup, SetupDocument } from '../../core/setup/setup.js';
import type { SetupFault } from '../../core/setup/setup-fault.js';
import type { Stored } from '../../ports/registry.js';
import { judgeSetup, type SetupWarning } from './judge-setup.js';
import { overConflicts } from './over-conflicts.js';
import type { Precondition, SetupPorts } from './ports.js';
import { storeSetup } from './store-setup.js';

export type PutSetupOutcome =
  | { readonly kind: 'saved'; readonly setup: Stored<Setup>; readonly warnings: readonly SetupWarning[] }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'invalid'; readonly faults: readonly SetupFault[] }
  | { readonly kind: 'preconditionFailed' }
  /** Its people are being taken out. */
  | { readonly kind: 'removing' }
  | { readonly kind: 'tooLarge' };

/**
 * Saves a setup, which derives nobody until it is started; one that is started follows the new document as one step.
 * Saving the same again changes nothing.
 * @throws RowConflict where others kept changing it
 */
export async function putSetup(
  ports: SetupPorts,
  key: { readonly tenantId: string; readonly setupId: string },
  document: SetupDocument,
  accepts: Precondition,
): Promise<PutSetupOutcome> {
  const tenant = await ports.tenants.get(key.tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const { faults, warnings } = await judgeSetup(ports, tenant.value, document);
  if (faults.length > 0) return { kind: 'invalid', faults };
  const outcome = await overConflicts(() => save(ports, key, document, accepts));
  if (outcome.kind !== 'stored') return outcome;
  const { setup } = outcome;
  // Told again where nothing changed: whoever was cut short here saves the same once more.
  if (setup.value.state === 'started') await ports.setupWork.requested(key.tenantId, key.setupId);
  return { kind: 'saved', setup, warnings };
}

async function save(
  { setups, clock }: SetupPorts,
  key: { readonly tenantId: string; readonly setupId: string },
  document: SetupDocument,
  accepts: Precondition,
) {
  const before = await setups.get(key.tenantId, key.setupId);
  if (accepts !== null && (before === null || !accepts(before.tag)))
    return { kind: 'preconditionFailed' } as const;
  const now = new Date(clock.now()).toISOString();
  if (before === null) {
    const setup: Setup = { ...key, document, state: 'saved', version: 1, createdAt: now, changedAt: now };
    return await storeSetup(() => setups.insert(setup));
  }
  const { value } = before;
  if (value.state === 'removing') return { kind: 'removing' } as const;
  if (sameDocument(value.document, document)) return { kind: 'stored', setup: before } as const;
  const next: Setup = { ...value, document, version: value.version + 1, changedAt: now };
  return await storeSetup(() => setups.replace(before, next));
}

/** Whatever the order of the properties. */
function sameDocument(a: SetupDocument, b: SetupDocument): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
