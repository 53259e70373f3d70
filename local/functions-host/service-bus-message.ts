import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { RpcTypedData } from './core-types.js';

/** A message without a time to live expires, in .NET's words, at DateTime.MaxValue. */
const lastInstant = new Date('9999-12-31T23:59:59.999Z');
const endOfTime = '"9999-12-31T23:59:59.9999999Z"';

/** The body as the real extension hands it on: text, which the programming model then reads as JSON if it is. */
export function messageInput(message: ServiceBusReceivedMessage): RpcTypedData {
  const body: unknown = message.body;
  if (Buffer.isBuffer(body)) return { string: body.toString('utf8') };
  return { string: typeof body === 'string' ? body : toJson(body) };
}

/**
 * The trigger metadata under the extension's own (.NET) names; the programming model turns them to camel case, the
 * names of application properties included, and reads texts such as a message id of digits as JSON.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger#message-metadata
 */
export function messageMetadata(message: ServiceBusReceivedMessage): Record<string, RpcTypedData> {
  const properties = toJson(message.applicationProperties ?? {});
  return {
    ...texts({
      MessageId: message.messageId,
      SessionId: message.sessionId,
      CorrelationId: message.correlationId,
      ContentType: message.contentType,
      Subject: message.subject,
      Label: message.subject,
      To: message.to,
      ReplyTo: message.replyTo,
      ReplyToSessionId: message.replyToSessionId,
      PartitionKey: message.partitionKey,
      DeadLetterSource: message.deadLetterSource,
      LockToken: message.lockToken,
    }),
    ...instants({
      EnqueuedTimeUtc: message.enqueuedTimeUtc,
      EnqueuedTime: message.enqueuedTimeUtc,
      ExpiresAtUtc: message.expiresAtUtc,
      ExpiresAt: message.expiresAtUtc,
    }),
    // The wire counts the deliveries before this one, .NET counts this one too: 1 at the first.
    DeliveryCount: { int: (message.deliveryCount ?? 0) + 1 },
    ...(message.sequenceNumber === undefined
      ? {}
      : { SequenceNumber: { json: message.sequenceNumber.toString() } }),
    ApplicationProperties: { json: properties },
    UserProperties: { json: properties },
  };
}

type TextLike = string | number | Buffer | undefined;

function texts(values: Record<string, TextLike>): Record<string, RpcTypedData> {
  const result: Record<string, RpcTypedData> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) result[name] = { string: value.toString() };
  }
  return result;
}

function instants(values: Record<string, Date | undefined>): Record<string, RpcTypedData> {
  const result: Record<string, RpcTypedData> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) result[name] = { json: value > lastInstant ? endOfTime : JSON.stringify(value) };
  }
  return result;
}

/** JSON in which AMQP's 64-bit integers, bigint in JavaScript, are numbers as in the real host's. */
function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? Number(member) : member,
  ) as string | undefined;
  return text ?? 'null';
}
