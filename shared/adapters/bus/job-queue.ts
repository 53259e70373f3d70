import type { ServiceBusSender } from '@azure/service-bus';

import { RequestRefused, Unavailable } from '../../core/failures.js';
import type { JobQueue, QueuedJob } from '../../ports/job-queue.js';
import { openClient, QUEUE_NAME, type BusAddress } from './bus-client.js';
import { toMessage } from './job-message.js';

export interface JobQueueOptions {
  readonly address: BusAddress;
  readonly queueName?: string;
  /** Milliseconds for handing one tenant's jobs to the broker, retries included. */
  readonly sendTimeoutMs?: number;
}

/** A job queue that holds a connection, opened at the first send. */
export interface ConnectedJobQueue extends JobQueue {
  /** Resolves once the broker has taken up the link to the queue. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const SENDS_AT_ONCE = 8;

/**
 * The queue `sync-jobs` on Service Bus. Each tenant's jobs go in batches of their own: a batch carries the session
 * of its first message on its envelope.
 */
export function createJobQueue(options: JobQueueOptions): ConnectedJobQueue {
  const timeout = options.sendTimeoutMs ?? 15_000;
  const client = openClient(options.address, timeout);
  const sender = client.createSender(options.queueName ?? QUEUE_NAME);
  return {
    send: async (jobs) => {
      const tenants = byTenant(jobs);
      for (let first = 0; first < tenants.length; first += SENDS_AT_ONCE) {
        const group = tenants.slice(first, first + SENDS_AT_ONCE);
        await Promise.all(group.map((tenantJobs) => sendAll(sender, tenantJobs, timeout)));
      }
    },
    check: async () => {
      await sender.createMessageBatch({ abortSignal: AbortSignal.timeout(timeout) });
    },
    close: () => client.close(),
  };
}

function byTenant(jobs: readonly QueuedJob[]): QueuedJob[][] {
  const tenants = new Map<string, QueuedJob[]>();
  for (const queued of jobs) {
    const known = tenants.get(queued.job.tenantId);
    if (known === undefined) tenants.set(queued.job.tenantId, [queued]);
    else known.push(queued);
  }
  return [...tenants.values()];
}

async function sendAll(
  sender: ServiceBusSender,
  jobs: readonly QueuedJob[],
  timeoutMs: number,
): Promise<void> {
  const abortSignal = AbortSignal.timeout(timeoutMs);
  try {
    let batch = await sender.createMessageBatch({ abortSignal });
    for (const queued of jobs) {
      const message = toMessage(queued);
      if (batch.tryAddMessage(message)) continue;
      await sender.sendMessages(batch, { abortSignal });
      batch = await sender.createMessageBatch({ abortSignal });
      if (!batch.tryAddMessage(message)) {
        throw new RequestRefused(
          `The job ${queued.messageId} is larger than a message may be`,
          0,
          'TooLarge',
        );
      }
    }
    if (batch.count > 0) await sender.sendMessages(batch, { abortSignal });
  } catch (error) {
    if (error instanceof RequestRefused) throw error;
    throw new Unavailable('The queue did not confirm the jobs', null, { cause: error });
  }
}
