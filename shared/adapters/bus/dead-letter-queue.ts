import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { Failure, Unavailable } from '../../core/failures.js';
import type { DeadLetteredMessage, DeadLetterQueue } from '../../ports/dead-letter-queue.js';
import { openClient, QUEUE_NAME, type BusAddress } from './bus-client.js';

const MESSAGES_AT_ONCE = 20;
/** The dead-letter queue is looked at now and then: nobody waits for what comes later. */
const LONGEST_WAIT_MS = 1_000;
const TIMEOUT_MS = 15_000;

/** The dead-letter subqueue of `sync-jobs`, connected for as long as it is being drained. */
export function createDeadLetterQueue(options: {
  readonly address: BusAddress;
  readonly queueName?: string;
}): DeadLetterQueue {
  return {
    drain: async (take) => {
      const client = openClient(options.address, TIMEOUT_MS);
      try {
        const name = options.queueName ?? QUEUE_NAME;
        return await drainAll(client.createReceiver(name, { subQueueType: 'deadLetter' }), take);
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw new Unavailable('The dead-letter queue could not be read', null, { cause: error });
      } finally {
        await client.close();
      }
    },
  };
}

async function drainAll(
  receiver: ServiceBusReceiver,
  take: (message: DeadLetteredMessage) => Promise<void>,
): Promise<number> {
  for (let drained = 0; ;) {
    const messages = await receiver.receiveMessages(MESSAGES_AT_ONCE, { maxWaitTimeInMs: LONGEST_WAIT_MS });
    if (messages.length === 0) return drained;
    for (const message of messages) {
      await take(told(message));
      await receiver.completeMessage(message);
      drained += 1;
    }
  }
}

function told(message: ServiceBusReceivedMessage): DeadLetteredMessage {
  const { messageId, deadLetterReason, deadLetterErrorDescription } = message;
  return {
    body: message.body as unknown,
    messageId: typeof messageId === 'string' ? messageId : null,
    reason: [deadLetterReason, deadLetterErrorDescription].filter((text) => text !== undefined).join(': '),
  };
}
