import type { ConsentApp } from '../core/bundle.js';
import { Failure } from '../core/failures.js';
import type { MirrorGroup } from '../core/mirror-rows.js';
import { appCredentialFor, type Tenant } from '../core/tenant.js';
import type { Directory } from '../ports/directory.js';
import type { Mirror } from '../ports/mirror.js';
import type { Tenants } from '../ports/registry.js';
import type { TenantScope } from '../ports/scope.js';
import type { SyncStates } from '../ports/sync-state.js';

export interface GroupChoice {
  /** A part of a name, or an object id as somebody pasted it; null for any group. */
  readonly text: string | null;
  /** security: only groups that are security-enabled. */
  readonly types: 'security' | 'all';
  readonly limit: number;
}

export interface SearchGroupsPorts {
  readonly tenants: Tenants;
  readonly mirror: Mirror;
  readonly syncStates: Pick<SyncStates, 'read'>;
  readonly directory: Pick<Directory, 'searchGroups'>;
  readonly consentApps: readonly ConsentApp[];
}

export interface FoundGroups {
  /** Those first whose name, or a word of it, begins with the text; then by name. */
  readonly groups: readonly MirrorGroup[];
  /** Whether more would fit. */
  readonly more: boolean;
  /** False where others may be there: not all groups were read yet, or the directory did not answer. */
  readonly complete: boolean;
}

/**
 * Groups to choose from, by any part of their names or by their id, from the mirror. What the mirror does not have (it
 * was not filled yet, or the group is new) the directory is asked for, which finds the beginnings of words. Where it
 * does not answer, what the mirror has is the answer. Null where the tenant is not connected.
 */
export async function searchGroups(
  ports: SearchGroupsPorts,
  tenantId: string,
  search: GroupChoice,
): Promise<FoundGroups | null> {
  const stored = await ports.tenants.get(tenantId);
  if (stored === null) return null;
  const { groups: state } = await ports.syncStates.read(tenantId);
  const filled = stored.value.bucketCount !== null && state.last !== null;
  const mirrored = await inMirror(ports.mirror, stored.value, search);
  if (filled && mirrored.length > 0) return cut(mirrored, search, true);
  const asked = await inDirectory(ports, stored.value, search);
  const found = new Map([...mirrored, ...(asked ?? [])].map((group) => [group.id, group]));
  return cut([...found.values()], search, filled ? asked !== null || search.text === null : false);
}

function cut(groups: readonly MirrorGroup[], { text, limit }: GroupChoice, complete: boolean): FoundGroups {
  const sorted = [...groups].sort(byRank(text ?? ''));
  return { groups: sorted.slice(0, limit), more: sorted.length > limit, complete };
}

async function inMirror(
  mirror: Mirror,
  { tenantId, bucketCount }: Tenant,
  search: GroupChoice,
): Promise<MirrorGroup[]> {
  if (bucketCount === null) return [];
  const scope = { tenantId, bucketCount };
  const pasted = search.text === null ? null : objectIdIn(search.text);
  if (pasted === null) return await scan(mirror, scope, search);
  const groups = await mirror.readGroups(scope, [pasted]);
  return [...groups.values()].filter((group) => group.presence === 'live' && suits(group, search));
}

/** Null where it cannot be asked, or does not answer. */
async function inDirectory(
  { directory, consentApps }: SearchGroupsPorts,
  tenant: Tenant,
  { text, types, limit }: GroupChoice,
): Promise<readonly MirrorGroup[] | null> {
  const credential = appCredentialFor(tenant, 'directory', consentApps);
  if (credential === null || text === null) return null;
  const { tenantId, cloud } = tenant;
  try {
    const wish = { securityOnly: types === 'security', limit: limit + 1 };
    return await directory.searchGroups({ tenantId, cloud, credential }, objectIdIn(text) ?? text, wish);
  } catch (failure) {
    if (failure instanceof Failure) return null;
    throw failure;
  }
}

const OBJECT_ID = /^[{"'\s]*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})[}"'\s]*$/i;

function objectIdIn(text: string): string | null {
  return OBJECT_ID.exec(text)?.[1]?.toLowerCase() ?? null;
}

async function scan(mirror: Mirror, scope: TenantScope, search: GroupChoice): Promise<MirrorGroup[]> {
  const wanted = folded(search.text ?? '');
  const fits = (group: MirrorGroup): boolean =>
    group.presence === 'live' && suits(group, search) && folded(nameOf(group)).includes(wanted);
  const found: MirrorGroup[] = [];
  for (let bucket = 0; bucket < scope.bucketCount; bucket += 1)
    for await (const page of mirror.scanGroups(scope, bucket)) found.push(...page.filter(fits));
  return found;
}

function suits({ attributes }: MirrorGroup, { types }: GroupChoice): boolean {
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
