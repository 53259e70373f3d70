/**
 * What one queue does; the names and defaults follow Azure Service Bus queues.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-queues-topics-subscriptions
 */
export interface QueueOptions {
  /** Every message must name a session, and only session receivers may read. Default false. */
  readonly requiresSession?: boolean | undefined;
  /** How long a message or session stays locked, in milliseconds. Default 30,000. */
  readonly lockDurationMs?: number | undefined;
  /** Failed deliveries after which a message is dead-lettered. Default 10. */
  readonly maxDeliveryCount?: number | undefined;
  /** How long a message id is remembered, in milliseconds; 0 turns duplicate detection off. Default 0. */
  readonly duplicateDetectionWindowMs?: number | undefined;
  /** Upper limit of every message's time to live, in milliseconds. Default: no limit. */
  readonly defaultMessageTtlMs?: number | undefined;
  /** Whether expired messages go to the dead-letter queue rather than away. Default false. */
  readonly deadLetterOnExpiry?: boolean | undefined;
}

/** {@link QueueOptions} with every default filled in. */
export interface QueueSettings {
  readonly requiresSession: boolean;
  readonly lockDurationMs: number;
  readonly maxDeliveryCount: number;
  readonly duplicateDetectionWindowMs: number;
  readonly defaultMessageTtlMs: number | null;
  readonly deadLetterOnExpiry: boolean;
}

/** Decides on a token put to `$cbs`; the audience is the entity's address. */
export type TokenValidator = (token: string, audience: string) => boolean;

export interface BrokerOptions {
  /** AMQP port; 0 takes a free one. */
  readonly port: number;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** PEM key and certificate; with them the broker speaks amqps, else plain amqp. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** Port of the plain-http control server; 0 takes a free one; absent means none. */
  readonly controlPort?: number | undefined;
  /** Folder of the journal; absent keeps everything in memory. */
  readonly dataFolder?: string | undefined;
  readonly queues: Readonly<Record<string, QueueOptions>>;
  /** Default: every token that is not empty. */
  readonly acceptToken?: TokenValidator | undefined;
}

/** Fills in the defaults of Azure Service Bus. */
export function queueSettings(options: QueueOptions): QueueSettings {
  return {
    requiresSession: options.requiresSession ?? false,
    lockDurationMs: options.lockDurationMs ?? 30_000,
    maxDeliveryCount: options.maxDeliveryCount ?? 10,
    duplicateDetectionWindowMs: options.duplicateDetectionWindowMs ?? 0,
    defaultMessageTtlMs: options.defaultMessageTtlMs ?? null,
    deadLetterOnExpiry: options.deadLetterOnExpiry ?? false,
  };
}

/**
 * The settings of a queue's dead-letter subqueue: read without sessions, never dead-lettered again, and its
 * messages do not expire.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues
 */
export function deadLetterSettings(main: QueueSettings): QueueSettings {
  return {
    requiresSession: false,
    lockDurationMs: main.lockDurationMs,
    maxDeliveryCount: Number.POSITIVE_INFINITY,
    duplicateDetectionWindowMs: 0,
    defaultMessageTtlMs: null,
    deadLetterOnExpiry: false,
  };
}
