import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { queueSettings } from '../../../../local/service-bus/options.js';
import { Agenda } from '../../../../local/service-bus/queue/agenda.js';
import { PriorityQueue } from '../../../../local/service-bus/queue/priority-queue.js';
import { Queue } from '../../../../local/service-bus/queue/queue.js';
import { MessageStore, type EventSink } from '../../../../local/service-bus/store/message-store.js';
import {
  recordFromLine,
  recordToLine,
  type StoreRecord,
} from '../../../../local/service-bus/store/store-event.js';
import type { IncomingMessage } from '../../../../local/service-bus/store/stored-message.js';

type Step =
  | { readonly kind: 'send'; readonly id: number; readonly isScheduled: boolean }
  | { readonly kind: 'receive' | 'complete' | 'abandon' | 'defer' | 'dead-letter' | 'cancel' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), id: fc.nat(12), isScheduled: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom(
      'receive' as const,
      'complete' as const,
      'abandon' as const,
      'defer' as const,
      'dead-letter' as const,
      'cancel' as const,
    ),
  }),
);

function incoming(id: number, isScheduled: boolean): IncomingMessage {
  return {
    messageId: String(id),
    sessionId: null,
    scheduledFor: isScheduled ? Date.now() + 3_600_000 : null,
    timeToLiveMs: null,
    content: Buffer.from(`content of ${id}`),
  };
}

/** A queue whose journal lines are kept, and a look at all of its durable state. */
function openQueue(lines: readonly string[]) {
  const written: string[] = [...lines];
  const sink: EventSink = {
    append: (entity, event) => void written.push(recordToLine({ entity, event })),
    flush: () => undefined,
  };
  const main = new MessageStore('jobs', 600_000, sink);
  const dead = new MessageStore('jobs/$deadletterqueue', 0, sink);
  for (const { entity, event } of lines.map(recordFromLine)) (entity === 'jobs' ? main : dead).apply(event);
  const agenda = new Agenda();
  const settings = queueSettings({ duplicateDetectionWindowMs: 600_000, maxDeliveryCount: 3 });
  const deadLetters = new Queue(queueSettings({}), dead, agenda, null);
  const queue = new Queue(settings, main, agenda, deadLetters);
  queue.restore();
  const state = (): StoreRecord[] => [
    ...[...main.snapshot(Date.now())].map((event) => ({ entity: 'jobs', event })),
    ...[...dead.snapshot(Date.now())].map((event) => ({ entity: 'dead', event })),
  ];
  return {
    queue,
    written,
    state,
    close: () => {
      agenda.close();
    },
  };
}

function run(queue: Queue, steps: readonly Step[]): void {
  const tokens: string[] = [];
  const scheduled: number[] = [];
  for (const next of steps) {
    switch (next.kind) {
      case 'send': {
        const [number] = queue.send([incoming(next.id, next.isScheduled)]);
        if (number !== undefined && queue.store.find(number)?.status === 'scheduled') scheduled.push(number);
        break;
      }
      case 'receive': {
        const lock = queue.receive(null);
        if (lock) tokens.push(lock.token);
        break;
      }
      case 'cancel': {
        const number = scheduled.pop();
        if (number !== undefined) queue.cancelScheduled([number]);
        break;
      }
      case 'complete':
      case 'abandon':
      case 'defer':
      case 'dead-letter': {
        const token = tokens.shift();
        if (token === undefined) break;
        queue.settle(token, { kind: next.kind, rewrite: null, reason: 'r', description: null });
      }
    }
  }
}

describe('a queue', () => {
  test('any history replayed from its journal, or from its snapshot, gives the same state', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const live = openQueue([]);
        run(live.queue, steps);
        const replayed = openQueue(live.written);
        expect(replayed.state()).toEqual(live.state());
        const compact = live
          .state()
          .map(({ entity, event }) =>
            recordToLine({ entity: entity === 'dead' ? 'jobs/$deadletterqueue' : entity, event }),
          );
        const fromSnapshot = openQueue(compact);
        expect(fromSnapshot.state()).toEqual(live.state());
        for (const opened of [live, replayed, fromSnapshot]) opened.close();
      }),
    );
  });

  test('whatever was abandoned or locked meanwhile, free messages come by sequence number, none lost or doubled', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { queue, close } = openQueue([]);
        run(queue, steps);
        const { active } = queue.counts();
        const taken: number[] = [];
        for (let lock = queue.receive(null); lock; lock = queue.receive(null)) {
          taken.push(lock.message.sequenceNumber);
        }
        expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
        expect(taken).toHaveLength(active);
        close();
      }),
    );
  });
});

test('a priority queue gives its items back in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (items) => {
      const queue = new PriorityQueue<number>((item) => item);
      for (const item of items) queue.push(item);
      const out: number[] = [];
      for (let item = queue.pop(); item !== undefined; item = queue.pop()) out.push(item);
      expect(out).toEqual([...items].sort((a, b) => a - b));
    }),
  );
});
