import type { Rewrite, Settlement } from '../queue/settlement.js';
import { withProperties } from './message-content.js';

type Properties = Readonly<Record<string, unknown>>;

/** What a receiver answered to a delivery, by AMQP outcome. */
export type ReceiverOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'released' }
  | { readonly kind: 'modified'; readonly isDeferred: boolean; readonly properties: Properties }
  | { readonly kind: 'rejected'; readonly info: Properties };

/**
 * The Service Bus meaning of an AMQP outcome.
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide
 */
export function settlementOf(answer: ReceiverOutcome): Settlement {
  switch (answer.kind) {
    case 'accepted':
      return { kind: 'complete' };
    case 'released':
      return { kind: 'abandon', rewrite: null };
    case 'modified':
      return { kind: answer.isDeferred ? 'defer' : 'abandon', rewrite: setting(answer.properties) };
    case 'rejected': {
      const { DeadLetterReason, DeadLetterErrorDescription, ...properties } = answer.info;
      return {
        kind: 'dead-letter',
        rewrite: setting(properties),
        reason: textOrNull(DeadLetterReason),
        description: textOrNull(DeadLetterErrorDescription),
      };
    }
  }
}

/** Sets these properties, or null when there are none. */
export function setting(properties: Properties): Rewrite {
  return Object.keys(properties).length === 0 ? null : (content) => withProperties(content, properties);
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Reads the state of a disposition by the name of rhea's event for it. */
export function receiverOutcome(kind: ReceiverOutcome['kind'], state: unknown): ReceiverOutcome {
  switch (kind) {
    case 'accepted':
    case 'released':
      return { kind };
    case 'modified': {
      const { undeliverable_here: isDeferred, message_annotations: properties } = state as ModifiedState;
      return { kind, isDeferred: isDeferred ?? false, properties: properties ?? {} };
    }
    case 'rejected':
      return { kind, info: (state as RejectedState).error?.info ?? {} };
  }
}

interface ModifiedState {
  readonly undeliverable_here?: boolean | null;
  readonly message_annotations?: Properties | null;
}

interface RejectedState {
  readonly error?: { readonly info?: Properties | null } | null;
}
