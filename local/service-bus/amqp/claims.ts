import type { TokenValidator } from '../options.js';
import { BrokerError } from '../queue/broker-error.js';
import type { NodeReply, NodeRequest } from './request-reply.js';
import type { Connection } from './rhea.js';

/**
 * Which connections put a token that was accepted. Links of the others are refused.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide#claims-based-authorization
 */
export class Claims {
  readonly #acceptToken: TokenValidator;
  readonly #authorized = new WeakSet<Connection>();

  constructor(acceptToken: TokenValidator) {
    this.#acceptToken = acceptToken;
  }

  /** Answers a request to `$cbs`. */
  answer(connection: Connection, request: NodeRequest): NodeReply {
    if (request.operation !== 'put-token') {
      throw new BrokerError('amqp:not-implemented', `The operation '${request.operation}' is not known.`);
    }
    const token = typeof request.body === 'string' ? request.body : '';
    const audience = typeof request.properties['name'] === 'string' ? request.properties['name'] : '';
    if (!this.#acceptToken(token, audience)) {
      throw new BrokerError('amqp:unauthorized-access', `The token for '${audience}' was not accepted.`);
    }
    this.#authorized.add(connection);
    return { status: 202 };
  }

  require(connection: Connection): void {
    if (this.#authorized.has(connection)) return;
    throw new BrokerError('amqp:unauthorized-access', 'No accepted token was put on this connection.');
  }
}

/** The default: a token is good when it is there. */
export const acceptAnyToken: TokenValidator = (token) => token !== '';
