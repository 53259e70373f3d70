import type { QueueSettings } from './options.js';
import { BrokerError } from './queue/broker-error.js';
import type { Queue } from './queue/queue.js';
import type { IncomingMessage } from './store/stored-message.js';

/** What messages can be sent to. A topic would be one that hands copies to its subscriptions. */
export interface MessageTarget {
  readonly name: string;
  readonly settings: Pick<QueueSettings, 'requiresSession'>;
  send(messages: readonly IncomingMessage[]): number[];
  cancelScheduled(sequenceNumbers: readonly number[]): void;
}

/** What messages can be received from: a queue, a dead-letter subqueue; a subscription would be one. */
export type MessageSource = Queue;

export const deadLetterSuffix = '/$deadletterqueue';

/** Finds entities by their AMQP address; as in Service Bus, case does not matter. */
export class EntityDirectory {
  readonly #targets = new Map<string, MessageTarget>();
  readonly #sources = new Map<string, MessageSource>();

  addTarget(target: MessageTarget): void {
    this.#targets.set(target.name.toLowerCase(), target);
  }

  addSource(source: MessageSource): void {
    this.#sources.set(source.name.toLowerCase(), source);
  }

  target(address: string): MessageTarget {
    return this.#targets.get(entityName(address)) ?? notFound(address);
  }

  source(address: string): MessageSource {
    return this.#sources.get(entityName(address)) ?? notFound(address);
  }

  sources(): IterableIterator<MessageSource> {
    return this.#sources.values();
  }
}

/** Addresses come as a bare path, with a leading slash, or as a URL with the namespace in front. */
function entityName(address: string): string {
  return address
    .replace(/^(amqps?|sb):\/\/[^/]*\//, '')
    .replace(/^\//, '')
    .replace(/\/\$management$/, '')
    .toLowerCase();
}

function notFound(address: string): never {
  throw new BrokerError('amqp:not-found', `The messaging entity '${address}' could not be found.`);
}
