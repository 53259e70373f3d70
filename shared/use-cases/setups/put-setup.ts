import type { Setup, SetupDocument } from '../../core/setup/setup.js';
import type { SetupFault } from '../../core/setup/setup-fault.js';
import { recordWaitingSetup } from '../../ports/record-waiting-setup.js';
import type { Stored } from '../../ports/registry.js';
import { fault } from '../../core/setup/setup-fault.js';
import { judgeSetup, type SetupWarning } from './judge-setup.js';
import { lookAgain } from './look-again.js';
import { overConflicts } from './over-conflicts.js';
import type { Precondition, SetupPorts } from './ports.js';
import { storeSetup, type StoreSetupOutcome } from './store-setup.js';

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
  await recordWaitingSetup(ports, key.tenantId);
  // Also if nothing changed: a caller whose request was cut short here saves the same again. A job derives nobody of a
  // setup that is not started, but it reads the groups that a preview needs, and matches records by the keys as edited.
  const { isActive } = await ports.matchingStates.get(key.tenantId, key.setupId);
  if (isActive || setup.value.state === 'started' || tenant.value.groupMembers === 'needed')
    await ports.setupWork.requested(key.tenantId, key.setupId);
  return { kind: 'saved', setup, warnings };
}

async function save(
  ports: SetupPorts,
  key: { readonly tenantId: string; readonly setupId: string },
  document: SetupDocument,
  accepts: Precondition,
) {
  const { setups, clock } = ports;
  const before = await setups.get(key.tenantId, key.setupId);
  if (accepts !== null && (before === null || !accepts(before.tag)))
    return { kind: 'preconditionFailed' } as const;
  const now = new Date(clock.now()).toISOString();
  if (before === null) {
    const setup: Setup = { ...key, document, state: 'saved', version: 1, createdAt: now, changedAt: now };
    return await checked(ports, await storeSetup(() => setups.insert(setup)), null);
  }
  const { value } = before;
  if (value.state === 'removing') return { kind: 'removing' } as const;
  if (movesPeople(value, document)) return { kind: 'invalid', faults: [ORGANIZATION_FIXED] } as const;
  if (sameDocument(value.document, document)) return { kind: 'stored', setup: before } as const;
  const next: Setup = { ...value, document, version: value.version + 1, changedAt: now };
  return await checked(ports, await storeSetup(() => setups.replace(before, next)), value);
}

async function checked(ports: SetupPorts, outcome: StoreSetupOutcome, before: Setup | null) {
  if (outcome.kind !== 'stored') return outcome;
  const faults = await lookAgain(ports, outcome.setup, before);
  return faults.length === 0 ? outcome : ({ kind: 'invalid', faults } as const);
}

/** People belong to the organization that their setup gave them to: another would take them over unasked. */
function movesPeople({ state, document }: Setup, next: SetupDocument): boolean {
  return state !== 'saved' && document.organizationId !== next.organizationId;
}

const ORGANIZATION_FIXED = fault(
  'organizationId',
  'NotSupported',
  'A setup that was started keeps its organization: copy it to the other one, and remove this one.',
);

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
