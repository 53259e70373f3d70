import type { GroupPath } from '../../core/people/explanation.js';
import type { Mirror } from '../../ports/mirror.js';
import type { TenantScope } from '../../ports/scope.js';

interface Step {
  readonly name: string | null;
  /** The group beneath by which it was reached; null for a direct membership. */
  readonly from: string | null;
}

/**
 * How a user is in groups: for each group one of the shortest ways, through live groups. The index by member may lag
 * behind, so every membership is verified.
 */
export async function groupPathsOf(
  mirror: Pick<Mirror, 'groupsOf' | 'existingEdges' | 'readGroups'>,
  scope: TenantScope,
  userId: string,
): Promise<(groupId: string) => GroupPath> {
  const steps = new Map<string, Step>();
  let frontier: ReadonlySet<string> = new Set([userId]);
  while (frontier.size > 0) {
    const told = await mirror.groupsOf(scope, [...frontier]);
    const edges = await mirror.existingEdges(
      scope,
      told.filter(({ groupId }) => !steps.has(groupId)),
    );
    const groups = await mirror.readGroups(scope, [...new Set(edges.map(({ groupId }) => groupId))]);
    const met = new Set<string>();
    for (const { groupId, memberId } of edges) {
      const group = groups.get(groupId);
      if (steps.has(groupId) || group?.presence !== 'live') continue;
      const name = group.attributes['displayName'];
      steps.set(groupId, {
        name: typeof name === 'string' ? name : null,
        from: memberId === userId ? null : memberId,
      });
      met.add(groupId);
    }
    frontier = met;
  }
  return (groupId) => pathTo(groupId, steps);
}

function pathTo(groupId: string, steps: ReadonlyMap<string, Step>): GroupPath {
  const path: { readonly id: string; readonly name: string | null }[] = [];
  let id: string | null = groupId;
  while (id !== null) {
    const step = steps.get(id);
    if (step === undefined) return [];
    path.unshift({ id, name: step.name });
    id = step.from;
  }
  return path;
}
