import { type Failure, Throttled, Unavailable } from '../../core/failures.js';
import { JOB_VERSION } from '../../core/job.js';
import { hasEnded, mayBeForgotten, newPersonSync, type PersonSync } from '../../core/person-sync.js';
import { runIdAt } from '../../core/run-id.js';
import type { Tenant } from '../../core/tenant.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Mirror } from '../../ports/mirror.js';
import type { PersonSyncs } from '../../ports/person-syncs.js';
import type { AttentionRows } from '../../ports/sync-state.js';
import { directoryIdIn } from './directory-id.js';
import { scopeOf, setupInSight, type NotInSight, type SetupsInSight } from './setup-in-sight.js';

export interface PersonSyncPorts extends SetupsInSight {
  readonly personSyncs: PersonSyncs;
  readonly mirror: Pick<Mirror, 'readGroups'>;
  readonly attention: AttentionRows;
  readonly queue: JobQueue;
  readonly clock: Pick<Clock, 'now'>;
  readonly chance: Pick<Chance, 'newId'>;
}

export type RequestPersonSyncOutcome =
  /** Asked for now, or before and not over yet. */
  | { readonly kind: 'accepted'; readonly sync: PersonSync }
  | { readonly kind: 'personNotFound' | 'tenantPaused' | 'tenantAwaitingConsent' }
  /** It stands in the table; asking again sends its message. */
  | { readonly kind: 'queueUnavailable'; readonly retryAfterMs: number | null; readonly cause: Failure }
  | NotInSight;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Asks that one person is synced now: whoever holds the tenant's lease serves it at the next look, a job of its own
 * where nobody does. The person need not exist yet. A parked tenant may be asked: its trace says why nothing is done.
 */
export async function requestPersonSync(
  ports: PersonSyncPorts,
  { tenantId, setupId, personId }: Record<'tenantId' | 'setupId' | 'personId', string>,
): Promise<RequestPersonSyncOutcome> {
  const found = await setupInSight(ports, tenantId, setupId);
  if (found.kind !== 'found') return found;
  const directoryId = directoryIdIn(setupId, personId) ?? '';
  if (!GUID.test(directoryId)) return { kind: 'personNotFound' };
  const tenant = (await ports.tenants.get(tenantId))?.value;
  if (tenant === undefined) return { kind: 'tenantNotFound' };
  if (await isGroup(ports, tenant, directoryId)) return { kind: 'personNotFound' };
  if (tenant.state.kind === 'awaitingConsent') return { kind: 'tenantAwaitingConsent' };
  if (tenant.paused) return { kind: 'tenantPaused' };
  const sync = await waitingOrNew(ports, { tenantId, setupId, directoryId });
  return (await wake(ports, sync)) ?? { kind: 'accepted', sync };
}

async function isGroup(
  { mirror }: PersonSyncPorts,
  { tenantId, bucketCount }: Tenant,
  directoryId: string,
): Promise<boolean> {
  const scope = scopeOf(tenantId, bucketCount);
  return scope !== null && (await mirror.readGroups(scope, [directoryId])).size > 0;
}

async function waitingOrNew(
  { personSyncs, clock, chance }: PersonSyncPorts,
  asked: Pick<PersonSync, 'tenantId' | 'setupId' | 'directoryId'>,
): Promise<PersonSync> {
  const now = clock.now();
  const requestedAt = new Date(now).toISOString();
  const all = await personSyncs.all(asked.tenantId);
  for (const sync of all) if (mayBeForgotten(sync, requestedAt)) await personSyncs.remove(sync);
  const waiting = all.find(
    (sync) => !hasEnded(sync) && sync.setupId === asked.setupId && sync.directoryId === asked.directoryId,
  );
  if (waiting !== undefined) return waiting;
  const sync = newPersonSync({ ...asked, requestedAt, requestId: runIdAt(now, chance.newId()) });
  await personSyncs.save(sync);
  return sync;
}

/** The row is there before anybody looks for it. */
async function wake(
  { attention, queue, chance }: PersonSyncPorts,
  { tenantId, requestId }: PersonSync,
): Promise<RequestPersonSyncOutcome | null> {
  const job = { version: JOB_VERSION, kind: 'continue', tenantId, attempt: 0, reason: 'person' } as const;
  try {
    await attention.signal(tenantId, `person:${requestId}`);
    await queue.send([{ messageId: `person:${requestId}:${chance.newId()}`, job, dueAt: null }]);
    return null;
  } catch (failure) {
    if (failure instanceof Unavailable || failure instanceof Throttled)
      return { kind: 'queueUnavailable', retryAfterMs: failure.retryAfterMs, cause: failure };
    throw failure;
  }
}
