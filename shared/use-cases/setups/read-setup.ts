import type { Setup } from '../../core/setup/setup.js';
import type { Stored } from '../../ports/registry.js';
import type { SetupPorts } from './ports.js';

export type ReadSetupOutcome =
  | { readonly kind: 'found'; readonly setup: Stored<Setup> }
  | { readonly kind: 'tenantNotFound' }
  | { readonly kind: 'notFound' };

export async function readSetup(
  { tenants, setups }: Pick<SetupPorts, 'tenants' | 'setups'>,
  tenantId: string,
  setupId: string,
): Promise<ReadSetupOutcome> {
  if ((await tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
  const setup = await setups.get(tenantId, setupId);
  return setup === null ? { kind: 'notFound' } : { kind: 'found', setup };
}
