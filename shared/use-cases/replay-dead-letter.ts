import { type Failure, Throttled, Unavailable } from '../core/failures.js';
import type { SyncJob, WakingKind } from '../core/job.js';
import { RESOURCES } from '../core/resource.js';
import type { Chance } from '../ports/clock.js';
import type { JobQueue } from '../ports/job-queue.js';
import { recordDeadLetters, type RecordDeadLettersPorts } from '../ports/record-dead-letters.js';
import type { DeadLetters, SyncStates } from '../ports/sync-state.js';

export interface ReplayDeadLetterPorts extends RecordDeadLettersPorts {
  readonly deadLetters: DeadLetters;
  readonly queue: JobQueue;
  readonly chance: Chance;
  readonly syncStates: SyncStates;
  /** Reads a message body, or its JSON text. */
  readonly parseJob: (
    body: unknown,
  ) =>
    | { readonly kind: 'job'; readonly job: SyncJob }
    | { readonly kind: 'malformed'; readonly problem: string }
    | { readonly kind: 'unknownVersion'; readonly version: number };
}

export type ReplayDeadLetterOutcome =
  | { readonly kind: 'replayed' }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'notReplayable'; readonly reason: string }
  | { readonly kind: 'queueUnavailable'; readonly retryAfterMs: number | null; readonly cause: Failure };

/**
 * Sends what was set aside once more, with its tries counted anew, and then removes the letter. A crash between
 * the two leaves the letter, and replaying it again does no harm.
 */
export async function replayDeadLetter(
  ports: ReplayDeadLetterPorts,
  id: string,
  isVisible: (tenantId: string | null) => boolean,
): Promise<ReplayDeadLetterOutcome> {
  const letter = await ports.deadLetters.find(id);
  if (letter === null || !isVisible(letter.tenantId)) return { kind: 'notFound' };
  if (letter.kind === 'element')
    return {
      kind: 'notReplayable',
      reason: 'It is an element of a page, not a job; a full run reads it again.',
    };
  const parsed = ports.parseJob(letter.body);
  if (parsed.kind === 'malformed')
    return { kind: 'notReplayable', reason: `It is no job: ${parsed.problem}` };
  if (parsed.kind === 'unknownVersion')
    return { kind: 'notReplayable', reason: `This deployment knows no jobs of version ${parsed.version}.` };
  if (WAKING.has(parsed.job.kind)) await wantAgain(ports, parsed.job.tenantId);
  try {
    // A message id of its own: the broker drops one that it has seen and reports success.
    const messageId = `replay:${ports.chance.newId()}`;
    await ports.queue.send([{ messageId, job: { ...parsed.job, attempt: 0 }, dueAt: null }]);
  } catch (failure) {
    if (failure instanceof Unavailable || failure instanceof Throttled)
      return { kind: 'queueUnavailable', retryAfterMs: failure.retryAfterMs, cause: failure };
    throw failure;
  }
  await ports.deadLetters.remove(letter);
  await recordDeadLetters(ports, letter.tenantId);
  return { kind: 'replayed' };
}

const WAKING: ReadonlySet<SyncJob['kind']> = new Set<WakingKind>(['notification', 'run', 'continue']);

/**
 * When a job was set aside its wants were withdrawn: without them it would find nothing to do. Of a tenant that is
 * not there nothing is wanted.
 */
async function wantAgain(ports: ReplayDeadLetterPorts, tenantId: string): Promise<void> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null || tenant.value.state.kind === 'disconnecting') return;
  const since = new Date(ports.clock.now()).toISOString();
  for (const resource of RESOURCES) await ports.syncStates.want(tenantId, resource, { full: false, since });
}
