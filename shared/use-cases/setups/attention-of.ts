import { setupAttention, type SetupAttention } from '../../core/setup/setup-attention.js';
import type { Setup } from '../../core/setup/setup.js';
import { oversizedOf } from './oversized-of.js';
import type { FindingPorts } from './ports.js';

/** What needs attention in a setup, as jobs found it last. */
export async function attentionOf(ports: FindingPorts, setup: Setup): Promise<readonly SetupAttention[]> {
  // Of others nobody looks, so that what was found once says nothing.
  if (setup.state !== 'started') return [];
  const { tenantId, setupId } = setup;
  const [progress, roleLists, oversized] = await Promise.all([
    ports.setupProgresses.get(tenantId, setupId),
    ports.roleAssignments.lists(tenantId),
    oversizedOf(ports, setup),
  ]);
  const { missingGroups = [], hiddenGroups = [] } = progress ?? {};
  return setupAttention(setup, { missingGroups, hiddenGroups, roleLists, oversized });
}
