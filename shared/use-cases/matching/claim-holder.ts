import type { RecordClaim, SetupRef } from '../../core/matching/record-claim.js';
import type { Matches, MatchIndex } from '../../ports/matches.js';
import type { Mirror } from '../../ports/mirror.js';
import type { Tenants } from '../../ports/registry.js';
import type { Setups } from '../../ports/setups.js';
import { tieValue } from './index-entries.js';

export interface HolderPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly setups: Pick<Setups, 'get'>;
  readonly matchIndex: Pick<MatchIndex, 'find'>;
  readonly matches: Pick<Matches, 'read'>;
  readonly mirror: Pick<Mirror, 'readUsers'>;
}

/**
 * Returns those of the records that the setup named as the holder really has: it is there, it is one of the
 * organization, and a user who is not permanently deleted is tied to the record.
 */
export async function heldAmong(
  ports: HolderPorts,
  organizationId: string,
  claims: Iterable<Pick<RecordClaim, 'recordId' | 'holder'>>,
): Promise<ReadonlySet<string>> {
  const byHolder = new Map<string, { readonly holder: SetupRef; readonly recordIds: string[] }>();
  for (const { recordId, holder } of claims) {
    if (holder === null) continue;
    const name = `${holder.tenantId} ${holder.setupId}`;
    const known = byHolder.get(name);
    if (known === undefined) byHolder.set(name, { holder, recordIds: [recordId] });
    else known.recordIds.push(recordId);
  }
  const held = new Set<string>();
  for (const { holder, recordIds } of byHolder.values())
    for (const id of await tiedIn(ports, organizationId, holder, recordIds)) held.add(id);
  return held;
}

export async function isHeld(
  ports: HolderPorts,
  organizationId: string,
  claim: Pick<RecordClaim, 'recordId' | 'holder'>,
): Promise<boolean> {
  return (await heldAmong(ports, organizationId, [claim])).has(claim.recordId);
}

async function tiedIn(
  ports: HolderPorts,
  organizationId: string,
  holder: SetupRef,
  recordIds: readonly string[],
): Promise<readonly string[]> {
  const bucketCount = await bucketsOf(ports, organizationId, holder);
  if (bucketCount === null) return [];
  const { tenantId, setupId } = holder;
  const scope = { tenantId, bucketCount };
  const { directoryIds } = await ports.matchIndex.find(tenantId, setupId, recordIds.map(tieValue));
  const asked = new Set(recordIds);
  const rows = await ports.matches.read(scope, setupId, [...directoryIds]);
  const tied = [...rows.values()].flatMap(({ directoryId, tie }) =>
    tie !== null && asked.has(tie.recordId) ? [[directoryId, tie.recordId] as const] : [],
  );
  const users = await ports.mirror.readUsers(
    scope,
    tied.map(([directoryId]) => directoryId),
  );
  return tied.filter(([directoryId]) => users.has(directoryId)).map(([, recordId]) => recordId);
}

/** Null if the setup has nothing to do with the organization any more. */
async function bucketsOf(
  { tenants, setups }: HolderPorts,
  organizationId: string,
  { tenantId, setupId }: SetupRef,
): Promise<number | null> {
  const [tenant, setup] = await Promise.all([tenants.get(tenantId), setups.get(tenantId, setupId)]);
  if (tenant === null || tenant.value.state.kind === 'disconnecting') return null;
  if (setup === null || setup.value.state === 'removing') return null;
  return setup.value.document.organizationId === organizationId ? tenant.value.bucketCount : null;
}
