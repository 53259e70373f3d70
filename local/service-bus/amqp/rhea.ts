/**
 * The part of rhea that the broker uses, typed by what is really there: rhea's own typings say `any` for most
 * of it and leave out the few internals that a broker needs. https://github.com/amqp/rhea
 */
import rhea from 'rhea';
import type { Connection } from 'rhea';

export type { Connection, Container } from 'rhea';

/** A decoded AMQP message; sections that were absent are absent. */
export interface AmqpMessage {
  readonly message_id?: unknown;
  readonly correlation_id?: unknown;
  readonly reply_to?: string;
  readonly group_id?: string;
  readonly ttl?: number;
  readonly delivery_count?: number;
  readonly message_annotations?: Readonly<Record<string, unknown>>;
  readonly application_properties?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export interface LinkError {
  readonly condition: string;
  readonly description: string;
}

/** A transfer of one message. */
export interface AmqpDelivery {
  readonly tag: Buffer;
  readonly remote_state?: unknown;
  settled: boolean;
  remote_settled: boolean;
  update(settled: boolean, state?: unknown): void;
}

interface AmqpLink {
  readonly name: string;
  readonly connection: Connection;
  readonly session: object;
  readonly source?: { readonly address?: string; readonly filter?: Readonly<Record<string, unknown>> };
  readonly target?: { readonly address?: string };
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly snd_settle_mode?: number;
  readonly rcv_settle_mode?: number;
  readonly local: {
    readonly attach: {
      source?: object | undefined;
      target?: object | undefined;
      snd_settle_mode?: number | undefined;
      rcv_settle_mode?: number | undefined;
      max_message_size?: number;
      properties?: Record<string, unknown>;
    };
  };
  is_open(): boolean;
  open(): void;
  close(error?: LinkError): void;
  set_source(source: object): void;
  set_target(target: object): void;
}

/** A link over which the broker sends: the client's receiver. */
export interface OutgoingLink extends AmqpLink {
  readonly credit: number;
  readonly session: {
    readonly outgoing: {
      /** Free places in the ring of unsettled deliveries. */
      available(): number;
      readonly next_delivery_id: number;
      readonly next_pending_delivery: number;
    };
  };
  readonly state: { local_open: boolean; open_requests: number };
  _draining: boolean;
  _get_drain: () => boolean;
  set_drained(drained: boolean): void;
  send(content: Buffer | AmqpMessage, tag?: Buffer, format?: number): AmqpDelivery;
}

/** A link over which the broker receives: the client's sender. */
type IncomingLink = AmqpLink;

/** What rhea's event handlers are called with. */
export interface LinkEvent {
  readonly connection: Connection;
  readonly session?: object;
  readonly sender?: OutgoingLink;
  readonly receiver?: IncomingLink;
  readonly delivery?: AmqpDelivery;
  /** Decoded for message format 0, the raw bytes for any other. */
  readonly message?: AmqpMessage | Buffer;
  readonly format?: number;
}

export const types = rhea.types;

/**
 * Offers both mechanisms that clients of Service Bus choose when they will put a token: ANONYMOUS, and MSSBCBS, which
 * Microsoft's .NET client insists on and which exchanges nothing either.
 */
export function createContainer(id: string): rhea.Container {
  const container = rhea.create_container({ id });
  const offered = container.sasl_server_mechanisms as Record<string, unknown> & { enable_anonymous(): void };
  offered.enable_anonymous();
  offered['MSSBCBS'] = offered['ANONYMOUS'];
  return container;
}

export function encode(message: AmqpMessage): Buffer {
  return rhea.message.encode(message);
}

export function decode(content: Buffer): AmqpMessage {
  return rhea.message.decode(content) as AmqpMessage;
}

/** The outcomes that the broker settles with. */
export const outcome = {
  accepted: (): unknown => describedOutcome('accepted', {}),
  rejected: (error: LinkError): unknown => describedOutcome('rejected', { error }),
};

function describedOutcome(name: 'accepted' | 'rejected', fields: object): unknown {
  // Defined by rhea at run time, absent from its typings.
  const create = (rhea.message as unknown as Record<typeof name, (of: object) => { described(): unknown }>)[
    name
  ];
  return create(fields).described();
}

/** Answers an attach with the settle mode that it asked for: Microsoft's .NET client accepts no other. */
export function echoSendSettleMode(link: AmqpLink): void {
  link.local.attach.snd_settle_mode = link.snd_settle_mode;
}

/**
 * Keeps rhea from answering an attach at once, until `open` is called: a session receiver waits for its
 * session. To be called in the handler of the link's open event.
 */
export function holdAttachReply(link: OutgoingLink): void {
  link.state.local_open = false;
  link.state.open_requests = 0;
}

/** Transfers for which the link has credit and the ring has room; rhea takes credit off only when it writes. */
export function roomToSend(link: OutgoingLink): number {
  const { outgoing } = link.session;
  const unwritten = outgoing.next_delivery_id - outgoing.next_pending_delivery;
  return Math.min(outgoing.available(), link.credit - unwritten);
}

/**
 * Answers every drain request. rhea answers only while credit is left, but the client asks and waits also when
 * its last message is still on the way, and closes its receiver when no answer comes.
 */
export function answerEveryDrain(link: OutgoingLink): void {
  const answer = link._get_drain.bind(link);
  link._get_drain = () => answer() || link._draining;
}
