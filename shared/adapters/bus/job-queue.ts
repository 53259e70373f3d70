import type { ServiceBusClient, ServiceBusSender } from '@azure/service-bus';

import { RequestRefused, Unavailable } from '../../core/failures.js';
import type { JobQueue, QueuedJob } from '../../ports/job-queue.js';
import { openClient, QUEUE_NAME, type BusAddress } from './bus-client.js';
import { toMessage } from './job-message.js';

export interface JobQueueOptions {
  readonly address: BusAddress;
  readonly queueName?: string;
  /** Milliseconds for handing one tenant's jobs to the broker, retries included. */
  readonly sendTimeoutMs?: number;
  /** Milliseconds of a clock that only goes on; the process's own unless a test has another. */
  readonly monotonic?: () => number;
}

/** A job queue that holds a connection, opened at the first send. */
export interface ConnectedJobQueue extends JobQueue {
  /**
   * Resolves if a message could be sent now, as far as that shows without one: the broker opens a new link for sending,
   * and it confirmed the last jobs, or refused them more than `REFUSAL_COUNTS_MS` ago.
   * @throws Unavailable
   */
  check(): Promise<void>;
  close(): Promise<void>;
}

const SENDS_AT_ONCE = 8;

/**
 * A broker that opens links may still refuse messages, as a queue that is full does. A refusal counts for so long unless a
 * send is confirmed: an instance that gets no requests while it is not ready would never try again.
 */
export const REFUSAL_COUNTS_MS = 60_000;

/**
 * The queue `sync-jobs` on Service Bus. Each tenant's jobs go in batches of their own: a batch carries the session
 * of its first message on its envelope.
 */
export function createJobQueue(options: JobQueueOptions): ConnectedJobQueue {
  const timeout = options.sendTimeoutMs ?? 15_000;
  const client = openClient(options.address, timeout);
  const queueName = options.queueName ?? QUEUE_NAME;
  const sender = client.createSender(queueName);
  const monotonic = options.monotonic ?? (() => performance.now());
  let refused: { readonly at: number; readonly failure: unknown } | null = null;
  const sendTenant = async (jobs: readonly QueuedJob[]): Promise<void> => {
    try {
      await sendAll(sender, jobs, timeout);
      refused = null;
    } catch (failure) {
      if (failure instanceof Unavailable) refused = { at: monotonic(), failure };
      throw failure;
    }
  };
  return {
    send: async (jobs) => {
      const tenants = byTenant(jobs);
      for (let first = 0; first < tenants.length; first += SENDS_AT_ONCE) {
        const group = tenants.slice(first, first + SENDS_AT_ONCE);
        await Promise.all(group.map(sendTenant));
      }
    },
    check: async () => {
      await openLink(client, queueName, timeout);
      if (refused !== null && monotonic() - refused.at < REFUSAL_COUNTS_MS)
        throw new Unavailable('The queue did not take the last jobs', null, { cause: refused.failure });
    },
    close: () => client.close(),
  };
}

/** The sender's own link may be open since long before the broker ceased to take messages from us. */
async function openLink(client: ServiceBusClient, queueName: string, timeoutMs: number): Promise<void> {
  const sender = client.createSender(queueName);
  try {
    await sender.createMessageBatch({ abortSignal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new Unavailable('The queue opened no link for sending', null, { cause });
  } finally {
    await sender.close();
  }
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
