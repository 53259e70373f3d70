import { retriedDisconnection, type Disconnection } from '../../core/disconnection.js';
import { RowConflict, Throttled, Unavailable } from '../../core/failures.js';
import { JOB_VERSION } from '../../core/job.js';
import { tenantAfter } from '../../core/tenant.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { Disconnections } from '../../ports/disconnections.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import type { Stored, Tenants } from '../../ports/registry.js';
import type { AttentionRows } from '../../ports/sync-state.js';
import { operationOf } from './operation-of.js';

export interface BeginDisconnectionPorts {
  readonly tenants: Tenants;
  readonly disconnections: Disconnections;
  readonly attention: AttentionRows;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export interface DisconnectionWish {
  /** What the caller typed to show that it means this tenant; null where it gave nothing. */
  readonly confirm: string | null;
  /** Whether the caller's precondition holds for that ETag; null where it made none. */
  readonly accepts: ((tag: string) => boolean) | null;
  /** Fingerprint of the token by which the caller follows it; the first one that is given counts. */
  readonly watchHash?: string;
}

export type BeginDisconnectionOutcome =
  /** Begun now, or under way already. */
  | { readonly kind: 'accepted'; readonly operation: Disconnection }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'confirmationRequired'; readonly expected: string }
  /** The caller saw another version of the tenant than the one that stands. */
  | { readonly kind: 'preconditionFailed' };

/** Jobs save the tenant's row too, at most every few seconds: more conflicts than this are no coincidence. */
const TRIES = 8;

/**
 * From now on the tenant is disconnecting, for good. The removal is a job; where its message is lost, the timer
 * `upkeep` sends it again. Asked again it goes on, also after it had failed.
 * @throws RowConflict where others kept changing the row
 */
export async function beginDisconnection(
  ports: BeginDisconnectionPorts,
  tenantId: string,
  wish: DisconnectionWish,
): Promise<BeginDisconnectionOutcome> {
  for (let tries = 1; ; tries += 1) {
    const stored = await ports.tenants.get(tenantId);
    if (stored === null) return lastSteps(ports, tenantId);
    const { displayName, state } = stored.value;
    if (wish.confirm !== displayName) return { kind: 'confirmationRequired', expected: displayName };
    if (state.kind === 'disconnecting') return goOn(ports, tenantId, state.since, wish);
    if (wish.accepts !== null && !wish.accepts(stored.tag)) return { kind: 'preconditionFailed' };
    const at = new Date(ports.clock.now()).toISOString();
    try {
      await ports.tenants.save(tenantAfter(stored.value, { kind: 'disconnected', at }), stored.tag);
      ports.log.info('A tenant is being disconnected', { tenantId });
      return await goOn(ports, tenantId, at, wish);
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}

/** The tenant's row goes shortly before the operation ends. */
async function lastSteps(
  { disconnections }: BeginDisconnectionPorts,
  tenantId: string,
): Promise<BeginDisconnectionOutcome> {
  const operation = (await disconnections.get(tenantId))?.value;
  return operation?.status === 'Running' ? { kind: 'accepted', operation } : { kind: 'notFound' };
}

async function goOn(
  ports: BeginDisconnectionPorts,
  tenantId: string,
  since: string,
  { watchHash }: DisconnectionWish,
): Promise<BeginDisconnectionOutcome> {
  const begun = await operationOf(ports.disconnections, tenantId, since);
  const stored = watchHash === undefined ? begun : await watched(ports, begun, watchHash);
  const operation = stored.value.status === 'Failed' ? await retry(ports, stored) : stored.value;
  await ports.attention.signal(tenantId, 'disconnect');
  try {
    const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'disconnect' } as const;
    await ports.queue.send([
      { messageId: `disconnect:${tenantId}:${ports.chance.newId()}`, job, dueAt: null },
    ]);
  } catch (failure) {
    if (!(failure instanceof Unavailable || failure instanceof Throttled)) throw failure;
    ports.log.warn('The job of a disconnection could not be queued yet', { tenantId });
  }
  return { kind: 'accepted', operation };
}

async function watched(
  { disconnections }: BeginDisconnectionPorts,
  begun: Stored<Disconnection>,
  watchHash: string,
): Promise<Stored<Disconnection>> {
  const { tenantId, startedAt } = begun.value;
  for (let stored = begun; ; stored = await operationOf(disconnections, tenantId, startedAt)) {
    if (stored.value.watchHash !== null) return stored;
    try {
      return await disconnections.save({ ...stored.value, watchHash }, stored.tag);
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
    }
  }
}

async function retry(ports: BeginDisconnectionPorts, failed: Stored<Disconnection>): Promise<Disconnection> {
  return (await ports.disconnections.save(retriedDisconnection(failed.value), failed.tag)).value;
}
