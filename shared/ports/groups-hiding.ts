import { hidesMembers } from '../core/hidden-membership.js';
import type { TenantScope } from './scope.js';
import { sideBySide } from './side-by-side.js';
import { groupsBeneath, type BeneathMirror } from './walk-beneath.js';

/**
 * Returns which of these groups hide their members, or have a group beneath that does. Groups that are not live are
 * left out.
 */
export async function groupsHiding(
  mirror: BeneathMirror,
  scope: TenantScope,
  groupIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const hiding = new Set<string>();
  const rows = await mirror.readGroups(scope, groupIds);
  const live = [...rows.values()].filter(({ presence }) => presence === 'live');
  await sideBySide(live, async (group) => {
    if (hidesMembers(group) || (await hidesBeneath(mirror, scope, group.id))) hiding.add(group.id);
  });
  return hiding;
}

async function hidesBeneath(mirror: BeneathMirror, scope: TenantScope, groupId: string): Promise<boolean> {
  const beneath = await groupsBeneath(mirror, scope, groupId);
  if (beneath.size === 0) return false;
  return [...(await mirror.readGroups(scope, [...beneath])).values()].some(hidesMembers);
}
