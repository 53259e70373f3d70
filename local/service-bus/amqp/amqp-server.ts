import type { Server } from 'node:net';

import type { EntityDirectory } from '../entity-directory.js';
import type { FaultSwitches } from '../faults.js';
import type { TokenValidator } from '../options.js';
import { BrokerError } from '../queue/broker-error.js';
import { Claims } from './claims.js';
import type { DeliveryLink } from './delivery-link.js';
import { manageSource } from './management.js';
import { attachReceiver, refuseReceiver } from './receiver-attach.js';
import { receiverOutcome, type ReceiverOutcome } from './receiver-outcome.js';
import { nodeRequest, ReplyLinks } from './request-reply.js';
import {
  createContainer,
  echoSendSettleMode,
  outcome,
  type AmqpMessage,
  type Container,
  type LinkEvent,
  type OutgoingLink,
} from './rhea.js';
import { manageTarget, maxMessageBytes, takeTransfer } from './send-link.js';
import { SocketGate } from './socket-gate.js';

const claimsNode = '$cbs';
const managementSuffix = '/$management';
const sendOperations = new Set(['com.microsoft:schedule-message']);

/** Room for transfers per AMQP session; a receiver cannot hold more unsettled messages than `outgoing`. */
const bufferSizes = { incoming: 4_096, outgoing: 4_096 };

export interface AmqpServerOptions {
  readonly port: number;
  readonly host: string;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  readonly acceptToken: TokenValidator;
}

/** Serves the entities over AMQP 1.0: turns links, transfers and dispositions into calls on queues. */
export class AmqpServer {
  readonly #entities: EntityDirectory;
  readonly #faults: FaultSwitches;
  readonly #claims: Claims;
  readonly #replies = new ReplyLinks();
  readonly #receivers = new Map<OutgoingLink, DeliveryLink>();
  readonly #server: Server;
  /** Cuts connections, and makes the broker unreachable. */
  readonly gate = new SocketGate();

  constructor(options: AmqpServerOptions, entities: EntityDirectory, faults: FaultSwitches) {
    this.#entities = entities;
    this.#faults = faults;
    this.#claims = new Claims(options.acceptToken);
    const container = createContainer('service-bus');
    this.#listenToLinks(container);
    const listening = {
      host: options.host,
      port: options.port,
      tcp_no_delay: true,
      session_buffer_size: bufferSizes,
      receiver_options: { autoaccept: false, credit_window: 1_000 },
      sender_options: { autosettle: false, treat_modified_as_released: false },
    };
    this.#server = options.tls
      ? container.listen({ ...listening, transport: 'tls', ...options.tls })
      : container.listen(listening);
    this.#server.on('connection', (socket) => {
      this.gate.admit(socket);
    });
  }

  /** The underlying server, already on its way to listening. */
  get server(): Server {
    return this.#server;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.gate.cut();
    await closed;
  }

  #listenToLinks(container: Container): void {
    const on = (name: string, handle: (event: LinkEvent) => void): void => {
      container.on(name, (event) => {
        handle(event as LinkEvent);
      });
    };
    on('sender_open', (event) => {
      if (event.sender) this.#openReceiver(event.sender);
    });
    on('receiver_open', (event) => {
      this.#openSender(event);
    });
    on('message', (event) => {
      this.#takeMessage(event);
    });
    for (const kind of ['accepted', 'released', 'modified', 'rejected'] as const) {
      on(kind, (event) => {
        this.#settle(event, kind);
      });
    }
    on('sendable', ({ sender }) => {
      if (sender) this.#receivers.get(sender)?.deliver();
    });
    on('sender_draining', ({ sender }) => {
      if (sender) this.#receivers.get(sender)?.drain();
    });
    on('sender_close', ({ sender }) => {
      if (sender) this.#replies.remove(sender);
      this.#detach('closed', (link) => link === sender);
    });
    on('session_close', ({ session }) => {
      this.#detach('closed', (link) => link.session === session);
    });
    on('connection_close', ({ connection }) => {
      this.#detach('closed', (link) => link.connection === connection);
    });
    on('disconnected', ({ connection }) => {
      this.#detach('vanished', (link) => link.connection === connection);
    });
    // rhea throws, or prints, when nobody listens; a client's error is answered by the close events above.
    for (const name of ['error', 'protocol_error', 'connection_error', 'session_error', 'sender_error']) {
      on(name, () => undefined);
    }
    on('receiver_error', () => undefined);
  }

  /** A client's receiver attaches, or the reply link of a node. */
  #openReceiver(link: OutgoingLink): void {
    const address = link.source?.address ?? '';
    if (address === claimsNode || address.endsWith(managementSuffix)) {
      link.set_source({ address });
      link.set_target({ address: link.target?.address ?? link.name });
      echoSendSettleMode(link);
      this.#replies.add(link);
      return;
    }
    try {
      this.#claims.require(link.connection);
      this.#receivers.set(link, attachReceiver(link, this.#entities));
    } catch (error) {
      refuseReceiver(link, asBrokerError(error));
    }
  }

  /** A client's sender attaches, or the request link of a node. */
  #openSender({ receiver: link }: LinkEvent): void {
    if (!link) return;
    const address = link.target?.address ?? '';
    link.set_target({ address });
    link.set_source(link.source ?? {});
    echoSendSettleMode(link);
    link.local.attach.max_message_size = maxMessageBytes;
    if (address === claimsNode) return;
    try {
      this.#claims.require(link.connection);
      if (address.endsWith(managementSuffix)) this.#entities.source(address);
      else this.#entities.target(address);
    } catch (error) {
      const { condition, message } = asBrokerError(error);
      link.close({ condition, description: message });
    }
  }

  #takeMessage({ connection, receiver, delivery, message, format = 0 }: LinkEvent): void {
    // A link that was refused, or is being closed, may still have transfers on the way: they are not taken.
    if (!receiver?.is_open() || !delivery || !message) return;
    const address = receiver.target?.address ?? '';
    if (address !== claimsNode && !address.endsWith(managementSuffix)) {
      takeTransfer(this.#entities.target(address), this.#faults, { content: message, format, delivery });
      return;
    }
    delivery.update(true, outcome.accepted());
    if (!Buffer.isBuffer(message)) this.#answer(connection, address, message);
  }

  #answer(connection: LinkEvent['connection'], address: string, message: AmqpMessage): void {
    const request = nodeRequest(message);
    const refuse = (error: unknown): void => {
      this.#replies.refuse(connection, message, error);
    };
    const answer = (): void => {
      const reply =
        address === claimsNode
          ? this.#claims.answer(connection, request)
          : (manageTarget(() => this.#entities.target(address), request) ??
            manageSource(this.#entities.source(address), request));
      this.#replies.reply(connection, message, reply);
    };
    if (sendOperations.has(request.operation)) {
      this.#faults.onSend(answer, refuse);
      return;
    }
    try {
      answer();
    } catch (error) {
      refuse(error);
    }
  }

  #settle({ sender, delivery }: LinkEvent, kind: ReceiverOutcome['kind']): void {
    if (!sender || !delivery) return;
    this.#receivers.get(sender)?.settle(delivery, receiverOutcome(kind, delivery.remote_state));
  }

  #detach(how: 'closed' | 'vanished', isMeant: (link: OutgoingLink) => boolean): void {
    for (const [link, receiver] of this.#receivers) {
      if (!isMeant(link)) continue;
      this.#receivers.delete(link);
      receiver.detach(how);
    }
  }
}

function asBrokerError(error: unknown): BrokerError {
  return error instanceof BrokerError ? error : new BrokerError('amqp:internal-error', String(error));
}
