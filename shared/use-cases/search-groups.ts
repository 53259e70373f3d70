import type { MirrorGroup } from '../core/mirror-rows.js';
import type { Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';
import type { TenantScope } from '../ports/scope.js';
import type { SyncStates } from '../ports/sync-state.js';

export interface GroupSearch {
  /** A part of a name, or an object id as somebody pasted it; null for any group. */
  readonly text: string | null;
  /** security: only groups that are security-enabled. */
  readonly types: 'security' | 'all';
  readonly limit: number;
}

export type SearchGroupsOutcome =
  | { readonly kind: 'tenantNotFound' }
  /** The groups of the tenant were never read to the end: what is missing may be there all the same. */
  | { readonly kind: 'notRead' }
  | {
      readonly kind: 'found';
      /** Those first whose name, or a word of it, begins with the text; then by name. */
      readonly groups: readonly MirrorGroup[];
      /** Whether more would fit. */
      readonly more: boolean;
    };

/** Groups of the mirror to choose from, by any part of their names or by their id. */
export async function searchGroups(
  ports: {
    readonly tenants: Tenants;
    readonly mirror: Mirror;
    readonly syncStates: Pick<SyncStates, 'read'>;
  },
  tenantId: string,
  search: GroupSearch,
): Promise<SearchGroupsOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const { bucketCount } = tenant.value;
  const { groups: state } = await ports.syncStates.read(tenantId);
  if (bucketCount === null || state.last === null) return { kind: 'notRead' };
  const scope = { tenantId, bucketCount };
  const pasted = search.text === null ? null : objectIdIn(search.text);
  const candidates =
    pasted === null
      ? await scan(ports.mirror, scope, search)
      : [...(await ports.mirror.readGroups(scope, [pasted])).values()].filter(
          ({ presence }) => presence === 'live',
        );
  const fitting = candidates.filter((group) => suits(group, search)).sort(byRank(search.text ?? ''));
  return { kind: 'found', groups: fitting.slice(0, search.limit), more: fitting.length > search.limit };
}

const OBJECT_ID = /^[{"'\s]*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})[}"'\s]*$/i;

function objectIdIn(text: string): string | null {
  return OBJECT_ID.exec(text)?.[1]?.toLowerCase() ?? null;
}

async function scan(mirror: Mirror, scope: TenantScope, { text }: GroupSearch): Promise<MirrorGroup[]> {
  const wanted = folded(text ?? '');
  const found: MirrorGroup[] = [];
  for (let bucket = 0; bucket < scope.bucketCount; bucket += 1)
    for await (const page of mirror.scanGroups(scope, bucket))
      found.push(
        ...page.filter((group) => group.presence === 'live' && folded(nameOf(group)).includes(wanted)),
      );
  return found;
}

function suits({ attributes }: MirrorGroup, { types }: GroupSearch): boolean {
  return types === 'all' || attributes['securityEnabled'] === true;
}

function byRank(text: string): (a: MirrorGroup, b: MirrorGroup) => number {
  const wanted = folded(text);
  const rank = (group: MirrorGroup): number => {
    const name = folded(nameOf(group));
    if (name.startsWith(wanted)) return 0;
    return name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted)) ? 1 : 2;
  };
  return (a, b) => rank(a) - rank(b) || compare(folded(nameOf(a)), folded(nameOf(b))) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function nameOf({ attributes }: MirrorGroup): string {
  const { displayName } = attributes;
  return typeof displayName === 'string' ? displayName : '';
}

/** Without regard to case, accents and the way in which letters are composed. */
function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
