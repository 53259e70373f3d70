import type { SyncJob } from '../core/job.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { DeadLetterQueue, DeadLetteredMessage } from '../ports/dead-letter-queue.js';
import type { Disconnections } from '../ports/disconnections.js';
import type { Log } from '../ports/log.js';
import { recordDeadLetters } from '../ports/record-dead-letters.js';
import type { Tenants } from '../ports/registry.js';
import type { DeadLetters } from '../ports/sync-state.js';

export interface CollectDeadLettersPorts {
  readonly deadLetterQueue: DeadLetterQueue;
  readonly deadLetters: DeadLetters;
  readonly tenants: Tenants;
  readonly disconnections: Pick<Disconnections, 'get'>;
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
  const named = await tenantNamed(ports, body);
  if (named.kind === 'disconnected') return;
  const tenantId = named.kind === 'known' ? named.tenantId : null;
  await ports.deadLetters.put({
    tenantId,
    id: ports.chance.newId(),
    kind: 'job',
    reason: `The broker gave it up: ${reason}`,
    body: textOf(body).slice(0, LONGEST_BODY),
    messageId,
    setAsideAt: new Date(ports.clock.now()).toISOString(),
  });
  await recordDeadLetters(ports, tenantId);
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body === undefined ? 'nothing' : JSON.stringify(body);
}

type TenantNamed =
  | { readonly kind: 'known'; readonly tenantId: string }
  | { readonly kind: 'unknown' }
  /** Or being so: nothing of it is kept, and there is nothing to replay. */
  | { readonly kind: 'disconnected' };

async function tenantNamed(ports: CollectDeadLettersPorts, body: unknown): Promise<TenantNamed> {
  const read = ports.parseJob(body);
  if (read.kind !== 'job') return { kind: 'unknown' };
  const { tenantId } = read.job;
  const tenant = await ports.tenants.get(tenantId);
  if (tenant !== null)
    return tenant.value.state.kind === 'disconnecting'
      ? { kind: 'disconnected' }
      : { kind: 'known', tenantId };
  const isPast = (await ports.disconnections.get(tenantId)) !== null;
  return { kind: isPast ? 'disconnected' : 'unknown' };
}
