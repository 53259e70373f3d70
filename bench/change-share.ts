import type { DirectoryChange } from '../local/graph/control-api.js';
import type { BenchStack } from './bench-stack.js';
import type { DirectoryState } from './directory-difference.js';

const SHARE = 0.01;
const SEED = 20;

/**
 * Changes a hundredth of the users and of the memberships. The emulator's own changes touch as many memberships as
 * users: more are ended and made to make up the share.
 */
export async function changeShare(
  { control, tenantId }: Pick<BenchStack, 'control' | 'tenantId'>,
  before: DirectoryState,
): Promise<void> {
  await control.applyRandomChanges(tenantId, { share: SHARE, seed: SEED });
  const edges = [...before.edges].map((edge) => edge.split(' '));
  const step = Math.round(2 / SHARE);
  const changes: DirectoryChange[] = [];
  for (let at = 0; at + step <= edges.length; at += step) {
    const [groupId = '', memberId = ''] = edges[at] ?? [];
    const [otherGroup = ''] = edges[((at + edges.length / 2) % edges.length) | 0] ?? [];
    changes.push({ kind: 'removeMember', groupId, memberId });
    changes.push({ kind: 'addMember', groupId: otherGroup, memberId });
  }
  await control.applyChanges(tenantId, changes);
}
