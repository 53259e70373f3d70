import type { Edge, MirrorGroup } from '../core/mirror-rows.js';
import { GroupNesting, SHALLOW_LEVELS, type NestingMirror } from './group-nesting.js';
import type { Mirror } from './mirror.js';
import type { TenantScope } from './scope.js';
import { sideBySide } from './side-by-side.js';

export type BeneathMirror = Pick<Mirror, 'membersOf' | 'readGroups'> & NestingMirror;

/** Pages of memberships that are read to find the groups beneath one, before all nesting is read in their place. */
const MOST_PAGES = 64;

/**
 * Shows every direct membership of these groups and of those beneath them, through live groups, each once: level by
 * level, the groups of a level side by side. Cycles are harmless.
 * @returns how the groups are that were met as members; those that are not mirrored are left out
 */
export async function walkBeneath(
  mirror: BeneathMirror,
  scope: TenantScope,
  groupIds: readonly string[],
  visit: (edge: Edge) => void,
): Promise<ReadonlyMap<string, MirrorGroup['presence']>> {
  const presences = new Map<string, MirrorGroup['presence']>();
  const walked = new Set(groupIds);
  const nested = new Set<string>();
  const look = async (groupId: string): Promise<void> => {
    for await (const edges of mirror.membersOf(scope, groupId))
      for (const edge of edges) {
        visit(edge);
        if (edge.memberType === 'group') nested.add(edge.memberId);
      }
  };
  let frontier: readonly string[] = [...walked];
  for (let level = 1; frontier.length > 0; level += 1) {
    await sideBySide(frontier, look);
    if (level === SHALLOW_LEVELS) {
      const nesting = await GroupNesting.read(mirror, scope);
      const deeper = [...nesting.liveBeneath(frontier)].filter((id) => !walked.has(id));
      await sideBySide(deeper, look);
      for (const id of nested) {
        const presence = nesting.group(id)?.presence;
        if (presence !== undefined) presences.set(id, presence);
      }
      break;
    }
    const met = [...nested].filter((id) => !presences.has(id));
    for (const [id, { presence }] of await mirror.readGroups(scope, met)) presences.set(id, presence);
    frontier = met.filter((id) => presences.get(id) === 'live' && !walked.has(id));
    for (const id of frontier) walked.add(id);
  }
  return presences;
}

/**
 * The live groups beneath one, through live groups, itself left out. What it costs is bounded by the number of groups,
 * however many members they have and however deep they are nested.
 */
export async function groupsBeneath(
  mirror: BeneathMirror,
  scope: TenantScope,
  groupId: string,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let pages = 0;
  let frontier: readonly string[] = [groupId];
  for (let level = 1; frontier.length > 0; level += 1) {
    const nested = new Set<string>();
    await sideBySide(frontier, async (id) => {
      for await (const edges of mirror.membersOf(scope, id)) {
        pages += 1;
        if (pages > MOST_PAGES) return;
        for (const edge of edges) if (edge.memberType === 'group') nested.add(edge.memberId);
      }
    });
    if (pages > MOST_PAGES || level > SHALLOW_LEVELS) {
      const all = new Set((await GroupNesting.read(mirror, scope)).liveBeneath([groupId]));
      all.delete(groupId);
      return all;
    }
    const met = [...nested].filter((id) => id !== groupId && !found.has(id));
    const rows = await mirror.readGroups(scope, met);
    frontier = met.filter((id) => rows.get(id)?.presence === 'live');
    for (const id of frontier) found.add(id);
  }
  return found;
}
