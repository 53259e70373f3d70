import type { SetupFault } from '../../core/setup/setup-fault.js';
import { validateSetup } from '../../core/setup/validate-setup.js';
import type { Setup } from '../../core/setup/setup.js';
import type { Stored } from '../../ports/registry.js';
import type { SetupPorts } from './ports.js';

/**
 * Whether the organization and what a setup gives are there still, once it is saved: whoever takes something out of the
 * catalog, or a tenant out of an organization, looks for setups before and after too, so that one of the two gives way.
 * Where something is gone the setup is what it was before.
 * @param before null where it was none
 * @returns what is gone; empty where all is well
 */
export async function lookAgain(
  ports: SetupPorts,
  saved: Stored<Setup>,
  before: Setup | null,
): Promise<readonly SetupFault[]> {
  const { tenantId, document } = saved.value;
  const tenant = await ports.tenants.get(tenantId);
  const belongs = tenant?.value.organizationIds.includes(document.organizationId) === true;
  const catalog = await ports.catalogEntries.whole(document.organizationId);
  const gone = validateSetup(document, {
    organization: belongs ? 'known' : 'ofOtherTenants',
    catalog,
    // They were judged before it was saved, and go by themselves.
    groups: () => 'suitable',
  });
  if (gone.length === 0) return [];
  if (before === null) await ports.setups.remove(saved);
  else await ports.setups.replace(saved, { ...before, version: saved.value.version + 1 });
  return gone;
}
