import { z } from 'zod';

import type { MessageTarget } from '../entity-directory.js';
import type { FaultSwitches } from '../faults.js';
import { BrokerError } from '../queue/broker-error.js';
import { sequenceNumbersOf } from './management.js';
import { incomingMessage, incomingMessages } from './message-content.js';
import type { NodeReply, NodeRequest } from './request-reply.js';
import { decode, outcome, types, type AmqpDelivery, type AmqpMessage } from './rhea.js';

/** Messages and batches of the Standard tier end at 256 KB. */
export const maxMessageBytes = 256 * 1024;

/** AMQP 1.0, 1.6.11: a signed 64-bit integer. Microsoft's .NET client takes an array of them, and no list. */
const longCode = 0x81;

const scheduleBody = z.object({ messages: z.array(z.object({ message: z.instanceof(Buffer) })) });

/** Takes one transfer in, and acknowledges it once it is stored. */
export function takeTransfer(
  target: MessageTarget,
  faults: FaultSwitches,
  transfer: {
    readonly content: AmqpMessage | Buffer;
    readonly format: number;
    readonly delivery: AmqpDelivery;
  },
): void {
  const { content, format, delivery } = transfer;
  faults.onSend(
    () => {
      target.send(incomingMessages(content, format));
      delivery.update(true, outcome.accepted());
    },
    (error) => {
      const condition = error instanceof BrokerError ? error.condition : 'amqp:internal-error';
      delivery.update(true, outcome.rejected({ condition, description: describe(error) }));
    },
  );
}

/** Answers the operations of a sending entity's `$management` node; undefined when it is not one of them. */
export function manageTarget(target: () => MessageTarget, request: NodeRequest): NodeReply | undefined {
  switch (request.operation) {
    case 'com.microsoft:schedule-message': {
      const { messages } = scheduleBody.parse(request.body);
      const incoming = messages.map(({ message }) => incomingMessage(decode(message), message));
      const numbers = target().send(incoming);
      return { status: 200, body: { 'sequence-numbers': types.wrap_array(numbers, longCode, null) } };
    }
    case 'com.microsoft:cancel-scheduled-message':
      target().cancelScheduled(sequenceNumbersOf(request));
      return { status: 200 };
    default:
      return undefined;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
