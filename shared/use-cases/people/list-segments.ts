import { groupSegment } from '../../core/people/compile-grants.js';
import type { Setup } from '../../core/setup/setup.js';
import type { ListPage, ListRequest, Mirror } from '../../ports/mirror.js';
import type { People } from '../../ports/people.js';
import type { TenantScope } from '../../ports/scope.js';
import { setupInSight, type NotInSight, type SetupsInSight } from './setup-in-sight.js';

export interface Segment {
  /** `group:{groupId}` or `rule:{id}`. */
  readonly id: string;
  /** Null for a group that is not in the mirror. */
  readonly name: string | null;
  readonly source:
    { readonly kind: 'group'; readonly groupId: string } | { readonly kind: 'rule'; readonly where: string };
  /** People in it now. */
  readonly count: number;
}

export interface SegmentPorts extends SetupsInSight {
  readonly mirror: Pick<Mirror, 'readGroups' | 'listGroups'>;
  readonly people: Pick<People, 'countBySegment'>;
}

export type ListSegmentsOutcome =
  | { readonly kind: 'found'; readonly page: ListPage<Segment> }
  | { readonly kind: 'unknownPosition' }
  | NotInSight;

type Uncounted = Omit<Segment, 'count'>;

/** Positions in the rules and in listed groups; others are those of the list of groups. */
const NUMBERED = /^(rule|listed):(\d{1,6})$/;
const EVERY_GROUP = 'group:';

/** Segments of a setup with their source and live count: those of rules first, in the order of the document. */
export async function listSegments(
  ports: SegmentPorts,
  { tenantId, setupId }: { readonly tenantId: string; readonly setupId: string },
  source: 'group' | 'rule' | null,
  request: ListRequest,
): Promise<ListSegmentsOutcome> {
  const found = await setupInSight(ports, tenantId, setupId);
  if (found.kind !== 'found') return found;
  const page = await pageOf(ports, found, source, request);
  if (page === null) return { kind: 'unknownPosition' };
  const rows = await Promise.all(
    page.rows.map(async (segment) => ({
      ...segment,
      count: found.scope === null ? 0 : await ports.people.countBySegment(found.scope, setupId, segment.id),
    })),
  );
  return { kind: 'found', page: { rows, next: page.next } };
}

/** Whether the setup has a segment of that id; of all groups, any. */
export function hasSegment({ document }: Setup, segmentId: string): boolean {
  const { fromGroups, groupIds, rules } = document.segments;
  if (segmentId.startsWith('rule:')) return rules.some(({ id }) => `rule:${id}` === segmentId);
  return (
    fromGroups === 'all' ||
    (fromGroups === 'listed' && groupIds.some((groupId) => groupSegment(groupId).id === segmentId))
  );
}

async function pageOf(
  ports: SegmentPorts,
  { setup, scope }: { readonly setup: Setup; readonly scope: TenantScope | null },
  source: 'group' | 'rule' | null,
  { after, limit }: ListRequest,
): Promise<ListPage<Uncounted> | null> {
  const { fromGroups, rules } = setup.document.segments;
  const groupsAt = source === 'rule' || fromGroups === 'none' ? null : firstGroup(fromGroups);
  const position = after ?? (source === 'group' ? groupsAt : 'rule:0');
  if (position === null) return { rows: [], next: null };
  if (position.startsWith(EVERY_GROUP) && fromGroups === 'all')
    return await everyGroup(ports, scope, position.slice(EVERY_GROUP.length), limit);
  const [, list, at] = NUMBERED.exec(position) ?? [];
  if (list === undefined) return null;
  const [from, to] = [Number(at), Number(at) + limit];
  if (list === 'rule') {
    const rows = rules.slice(from, to).map(({ id, name, where }): Uncounted => ({
      id: `rule:${id}`,
      name,
      source: { kind: 'rule', where },
    }));
    return { rows, next: to < rules.length ? `rule:${to}` : groupsAt };
  }
  return await listedGroups(ports, scope, setup, from, to);
}

function firstGroup(fromGroups: 'listed' | 'all'): string {
  return fromGroups === 'listed' ? 'listed:0' : EVERY_GROUP;
}

async function listedGroups(
  { mirror }: SegmentPorts,
  scope: TenantScope | null,
  { document }: Setup,
  from: number,
  to: number,
): Promise<ListPage<Uncounted>> {
  const { fromGroups, groupIds } = document.segments;
  if (fromGroups !== 'listed') return { rows: [], next: null };
  const some = groupIds.slice(from, to);
  const groups = scope === null ? new Map<string, never>() : await mirror.readGroups(scope, some);
  const rows = some.map((groupId) => ofGroup(groupId, groups.get(groupId)?.attributes['displayName']));
  return { rows, next: to < groupIds.length ? `listed:${to}` : null };
}

async function everyGroup(
  { mirror }: SegmentPorts,
  scope: TenantScope | null,
  after: string,
  limit: number,
): Promise<ListPage<Uncounted>> {
  if (scope === null) return { rows: [], next: null };
  const page = await mirror.listGroups(scope, { limit, after: after === '' ? null : after });
  const rows = page.rows.map(({ id, attributes }) => ofGroup(id, attributes['displayName']));
  return { rows, next: page.next === null ? null : EVERY_GROUP + page.next };
}

function ofGroup(groupId: string, name: unknown): Uncounted {
  return {
    id: groupSegment(groupId).id,
    name: typeof name === 'string' ? name : null,
    source: { kind: 'group', groupId },
  };
}
