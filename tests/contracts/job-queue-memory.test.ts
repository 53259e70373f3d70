import { MemoryQueue } from '../fakes/memory-queue.js';
import { jobQueueContract, type QueueBench, type ReceivedJob } from './job-queue.contract.js';

async function open(): Promise<QueueBench> {
  let now = Date.parse('2026-03-01T10:00:00Z');
  let reachable = true;
  const broker = new MemoryQueue({ now: () => now });
  const receiveOne = (): ReceivedJob => {
    const delivery = broker.receive();
    if (delivery !== null) {
      delivery.complete();
      return { messageId: delivery.messageId, sessionId: delivery.sessionId, body: delivery.body };
    }
    const dueAt = broker.nextDueAt();
    if (dueAt === null) throw new Error('nothing will ever come');
    now = dueAt;
    return receiveOne();
  };
  return {
    queue: {
      send: (jobs) => {
        if (!reachable) broker.failNextSend('before');
        return broker.send(jobs);
      },
    },
    now: () => now,
    passUntil: async (epochMs) => {
      now = Math.max(now, epochMs);
    },
    receive: async (count) => Array.from({ length: count }, receiveOne),
    isEmpty: async () => broker.receive() === null,
    setReachable: (isReachable) => {
      reachable = isReachable;
    },
    close: async () => undefined,
  };
}

jobQueueContract('the queue in memory', open);
