import type { SyncJob } from '../core/job.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { DeadLetterQueue, DeadLetteredMessage } from '../ports/dead-letter-queue.js';
import type { Log } from '../ports/log.js';
import type { Tenants } from '../ports/registry.js';
import type { DeadLetters } from '../ports/sync-state.js';

export interface CollectDeadLettersPorts {
  readonly deadLetterQueue: DeadLetterQueue;
  readonly deadLetters: DeadLetters;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly parseJob: (
    body: unknown,
  ) => { readonly kind: 'job'; readonly job: SyncJob } | { readonly kind: 'malformed' | 'unknownVersion' };
}

const LONGEST_BODY = 16_000;

/**
 * Moves what the broker itself gave up on to the dead letters, where an operator sees it and can replay or discard
 * it. A crash between the two keeps a message twice, never not at all.
 */
export function createCollectDeadLetters(ports: CollectDeadLettersPorts): () => Promise<void> {
  return async () => {
    const collected = await ports.deadLetterQueue.drain((message) => keep(ports, message));
    if (collected > 0) ports.log.error('The broker gave up on messages', { collected });
  };
}

async function keep(
  ports: CollectDeadLettersPorts,
  { body, messageId, reason }: DeadLetteredMessage,
): Promise<void> {
  await ports.deadLetters.put({
    tenantId: await knownTenant(ports, body),
    id: ports.chance.newId(),
    kind: 'job',
    reason: `The broker gave it up: ${reason}`,
    body: textOf(body).slice(0, LONGEST_BODY),
    messageId,
    setAsideAt: new Date(ports.clock.now()).toISOString(),
  });
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body === undefined ? 'nothing' : JSON.stringify(body);
}

async function knownTenant(ports: CollectDeadLettersPorts, body: unknown): Promise<string | null> {
  const read = ports.parseJob(body);
  if (read.kind !== 'job') return null;
  const { tenantId } = read.job;
  return (await ports.tenants.get(tenantId)) === null ? null : tenantId;
}
