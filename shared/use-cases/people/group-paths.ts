import type { GroupPath } from '../../core/people/explanation.js';
import type { Edge, MirrorGroup } from '../../core/mirror-rows.js';
import { GroupNesting, SHALLOW_LEVELS, type NestingMirror } from '../../ports/group-nesting.js';
import type { Mirror } from '../../ports/mirror.js';
import type { TenantScope } from '../../ports/scope.js';

interface Step {
  readonly group: GroupPath[number];
  /** The group beneath by which it was reached; null for a direct membership. */
  readonly from: string | null;
}

type PathMirror = Pick<Mirror, 'readGroups'> & NestingMirror;

/**
 * How a user is in groups: for each group one of the shortest ways, through live groups. The index by member may lag
 * behind, so every membership is verified.
 */
export async function groupPathsOf(
  mirror: PathMirror,
  scope: TenantScope,
  userId: string,
): Promise<(groupId: string) => GroupPath> {
  const steps = new Map<string, Step>();
  let frontier: ReadonlySet<string> = new Set([userId]);
  let nesting: GroupNesting | null = null;
  for (let level = 1; frontier.size > 0; level += 1) {
    if (level > SHALLOW_LEVELS) nesting ??= await GroupNesting.read(mirror, scope);
    const { edges, groups } =
      nesting === null ? await levelAbove(mirror, scope, frontier, steps) : levelIn(nesting, frontier);
    const met = new Set<string>();
    for (const { groupId, memberId } of edges) {
      const group = groups(groupId);
      if (steps.has(groupId) || group?.presence !== 'live') continue;
      const name = group.attributes['displayName'];
      steps.set(groupId, {
        group: { id: groupId, name: typeof name === 'string' ? name : null },
        from: memberId === userId ? null : memberId,
      });
      met.add(groupId);
    }
    frontier = met;
  }
  return (groupId) => pathTo(groupId, steps);
}

/** Memberships of some objects, and the groups that these are in. */
interface Level {
  readonly edges: readonly Pick<Edge, 'groupId' | 'memberId'>[];
  readonly groups: (id: string) => Pick<MirrorGroup, 'presence' | 'attributes'> | undefined;
}

async function levelAbove(
  mirror: PathMirror,
  scope: TenantScope,
  memberIds: ReadonlySet<string>,
  known: ReadonlyMap<string, Step>,
): Promise<Level> {
  const told = await mirror.groupsOf(scope, [...memberIds]);
  const edges = await mirror.existingEdges(
    scope,
    told.filter(({ groupId }) => !known.has(groupId)),
  );
  const groups = await mirror.readGroups(scope, [...new Set(edges.map(({ groupId }) => groupId))]);
  return { edges, groups: (id) => groups.get(id) };
}

function levelIn(nesting: GroupNesting, memberIds: ReadonlySet<string>): Level {
  const edges = [...memberIds].flatMap((memberId) =>
    nesting.parentsOf(memberId).map((groupId) => ({ groupId, memberId })),
  );
  return { edges, groups: (id) => nesting.group(id) };
}

function pathTo(groupId: string, steps: ReadonlyMap<string, Step>): GroupPath {
  const path: GroupPath[number][] = [];
  let id: string | null = groupId;
  while (id !== null) {
    const step = steps.get(id);
    if (step === undefined) return [];
    path.push(step.group);
    id = step.from;
  }
  return path.reverse();
}
