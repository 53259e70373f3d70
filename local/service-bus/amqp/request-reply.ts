import { BrokerError, type Condition } from '../queue/broker-error.js';
import { types, type AmqpMessage, type Connection, type OutgoingLink } from './rhea.js';

/** A request to `$cbs` or to an entity's `$management` node. */
export interface NodeRequest {
  readonly operation: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export interface NodeReply {
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response */
const statusOf: Readonly<Partial<Record<Condition, number>>> = {
  'amqp:not-found': 404,
  'amqp:not-implemented': 501,
  'amqp:not-allowed': 400,
  'amqp:unauthorized-access': 401,
  'com.microsoft:argument-error': 400,
  'com.microsoft:message-lock-lost': 410,
  'com.microsoft:message-not-found': 404,
  'com.microsoft:server-busy': 503,
  'com.microsoft:session-lock-lost': 410,
  'com.microsoft:timeout': 408,
};

export function nodeRequest(message: AmqpMessage): NodeRequest {
  const properties = message.application_properties ?? {};
  const operation = typeof properties['operation'] === 'string' ? properties['operation'] : '';
  return { operation, properties, body: message.body };
}

/**
 * The links on which clients wait for replies, by connection and by what a request's `reply-to` calls them: clients
 * name the link, or the address of its target.
 */
export class ReplyLinks {
  readonly #links = new WeakMap<Connection, Map<string, OutgoingLink>>();

  add(link: OutgoingLink): void {
    let ofConnection = this.#links.get(link.connection);
    if (!ofConnection) this.#links.set(link.connection, (ofConnection = new Map<string, OutgoingLink>()));
    for (const name of namesOf(link)) ofConnection.set(name, link);
  }

  remove(link: OutgoingLink): void {
    const ofConnection = this.#links.get(link.connection);
    for (const name of namesOf(link)) {
      if (ofConnection?.get(name) === link) ofConnection.delete(name);
    }
  }

  reply(connection: Connection, request: AmqpMessage, reply: NodeReply): void {
    this.#send(connection, request, reply.status, 'OK', reply.body ?? {}, {});
  }

  /** Answers with an error's condition; what is no {@link BrokerError} is the broker's own fault. */
  refuse(connection: Connection, request: AmqpMessage, error: unknown): void {
    const refusal =
      error instanceof BrokerError ? error : new BrokerError('amqp:internal-error', String(error));
    const status = statusOf[refusal.condition] ?? 500;
    this.#send(
      connection,
      request,
      status,
      refusal.message,
      {},
      {
        errorCondition: types.wrap_symbol(refusal.condition),
      },
    );
  }

  #send(
    connection: Connection,
    request: AmqpMessage,
    status: number,
    description: string,
    body: Readonly<Record<string, unknown>>,
    properties: Readonly<Record<string, unknown>>,
  ): void {
    const link = this.#links.get(connection)?.get(request.reply_to ?? '');
    if (!link?.is_open()) return;
    const delivery = link.send({
      correlation_id: request.message_id,
      // $cbs answers with dashes, $management in camel case.
      application_properties: {
        statusCode: types.wrap_int(status),
        'status-code': types.wrap_int(status),
        statusDescription: description,
        'status-description': description,
        ...properties,
      },
      body,
    });
    // Sent as settled: nobody waits for an answer to an answer, and rhea's ring must not fill with them.
    delivery.settled = true;
  }
}

function namesOf(link: OutgoingLink): string[] {
  const address = link.target?.address;
  return address === undefined || address === '' ? [link.name] : [link.name, address];
}
