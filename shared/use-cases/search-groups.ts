import type { ConsentApp } from '../core/bundle.js';
import { Failure } from '../core/failures.js';
import type { MirrorGroup } from '../core/mirror-rows.js';
import { appCredentialFor, loginOf, type Tenant } from '../core/tenant.js';
import type { Clock } from '../ports/clock.js';
import type { Directory, GroupsFound } from '../ports/directory.js';
import type { Mirror } from '../ports/mirror.js';
import { noteExpiredSecret, type NoteExpiredSecretPorts } from '../ports/note-expired-secret.js';
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

export interface SearchGroupsPorts extends NoteExpiredSecretPorts {
  readonly tenants: Tenants;
  readonly mirror: Mirror;
  readonly syncStates: Pick<SyncStates, 'read'>;
  readonly directory: Pick<Directory, 'searchGroups'>;
  readonly consentApps: readonly ConsentApp[];
  readonly clock: Pick<Clock, 'now' | 'wait'>;
}

/** How long the directory is waited for. */
const LONGEST_ANSWER_MS = 8_000;

export interface FoundGroups {
  /** Those first whose name, or a word of it, begins with the text; then by name. */
  readonly groups: readonly MirrorGroup[];
  /** Whether more would fit. */
  readonly more: boolean;
  /** False if others may be there: not all groups were read yet, or the directory did not answer. */
  readonly complete: boolean;
}

/**
 * Groups to choose from, by any part of their names or by their id. The mirror holds what was there at its last sync;
 * the directory is asked for what came since then, which finds the beginnings of words. If it does not answer within
 * 8 seconds, what the mirror has is the answer. Null if the tenant is not connected.
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
  const [mirrored, asked] = await Promise.all([
    inMirror(ports.mirror, stored.value, search),
    inDirectory(ports, stored.value, search),
  ]);
  const found = new Map([...mirrored, ...(asked?.groups ?? [])].map((group) => [group.id, group]));
  const sorted = [...found.values()].sort(byRank(search.text ?? ''));
  const more = sorted.length > search.limit;
  return {
    groups: sorted.slice(0, search.limit),
    more,
    complete: filled && asked !== null && (asked.isAll || more),
  };
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

/** Null if it cannot be asked, or does not answer in time. */
async function inDirectory(
  ports: SearchGroupsPorts,
  tenant: Tenant,
  { text, types, limit }: GroupChoice,
): Promise<GroupsFound | null> {
  const { directory, consentApps, clock } = ports;
  const credential = appCredentialFor(tenant, 'directory', consentApps);
  if (credential === null) return null;
  const { tenantId, cloud } = tenant;
  const wanted = text === null ? '' : (objectIdIn(text) ?? text);
  const wish = { securityOnly: types === 'security', limit: limit + 1 };
  const silence = clock.wait(LONGEST_ANSWER_MS).then(() => null);
  try {
    return await Promise.race([
      directory.searchGroups({ tenantId, cloud, credential }, wanted, wish),
      silence,
    ]);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    await noteExpiredSecret(ports, loginOf(tenant, 'directory', consentApps), failure);
    return null;
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
