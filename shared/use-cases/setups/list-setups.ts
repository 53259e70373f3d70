import { setupAttention, type SetupAttention } from '../../core/setup/setup-attention.js';
import type { Setup } from '../../core/setup/setup.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import { oversizedOf } from './oversized-of.js';
import type { FindingPorts, SetupPorts } from './ports.js';

/** A setup, with what needs attention in it. */
export interface ListedSetup {
  readonly setup: Stored<Setup>;
  readonly attention: readonly SetupAttention[];
}

/** A tenant's setups in the order of their ids; null where it is not connected. */
export async function listSetups(
  ports: Pick<SetupPorts, 'tenants' | 'setups'> & FindingPorts,
  tenantId: string,
  request: ListRequest,
): Promise<ListPage<ListedSetup> | null> {
  const { tenants, setups, setupProgresses, roleAssignments } = ports;
  if ((await tenants.get(tenantId)) === null) return null;
  const page = await setups.list(tenantId, request);
  const [progresses, roleLists] = await Promise.all([
    setupProgresses.all(tenantId),
    roleAssignments.lists(tenantId),
  ]);
  const progressOf = new Map(progresses.map((progress) => [progress.setupId, progress]));
  const rows: ListedSetup[] = [];
  for (const setup of page.rows) {
    const { missingGroups = [], hiddenGroups = [] } = progressOf.get(setup.value.setupId) ?? {};
    const oversized = await oversizedOf(ports, setup.value);
    const found = { missingGroups, hiddenGroups, roleLists, oversized };
    rows.push({ setup, attention: setupAttention(setup.value, found) });
  }
  return { ...page, rows };
}
