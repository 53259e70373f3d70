import { beforeEach, describe, expect, it } from 'vitest';

import { MemoryQueue } from './memory-queue.js';

describe('the broker in memory', () => {
  let now: number;
  let queue: MemoryQueue;

  beforeEach(() => {
    now = 1_000_000;
    queue = new MemoryQueue({ now: () => now, maxDeliveryCount: 3, duplicateWindowMs: 1_000 });
  });

  it('gives a session to one receiver at a time, and other sessions meanwhile', () => {
    queue.put('a1', 'a', 1);
    queue.put('a2', 'a', 2);
    queue.put('b1', 'b', 3);
    const first = queue.receive();
    expect([first?.messageId, queue.receive()?.messageId, queue.receive()]).toEqual(['a1', 'b1', null]);
    expect(first?.complete()).toBe(true);
    expect(queue.receive()?.messageId).toBe('a2');
  });

  it('serves an abandoned message again at once, before what came behind it', () => {
    queue.put('a1', 'a', 1);
    queue.put('a2', 'a', 2);
    queue.receive()?.abandon();
    expect(queue.receive()).toMatchObject({ messageId: 'a1', deliveryCount: 2 });
  });

  it('does not let a receiver settle whose lock was lost', () => {
    queue.put('a1', 'a', 1);
    const lost = queue.receive();
    queue.loseLock('a');
    const again = queue.receive();
    expect([again?.messageId, lost?.complete(), queue.size]).toEqual(['a1', false, 1]);
    expect([again?.complete(), again?.complete(), queue.size]).toEqual([true, false, 0]);
  });

  it('dead-letters what was delivered too often', () => {
    queue.put('a1', 'a', 'body');
    for (let delivery = 0; delivery < 3; delivery += 1) {
      queue.receive();
      queue.loseAllLocks();
    }
    expect([queue.receive(), queue.size]).toEqual([null, 0]);
    expect(queue.deadLetters).toEqual([{ messageId: 'a1', body: 'body' }]);
  });

  it('forgets a message id after its window', () => {
    queue.put('same', 'a', 1);
    now += 999;
    queue.put('same', 'a', 2);
    expect(queue.size).toBe(1);
    now += 1;
    queue.put('same', 'a', 3);
    expect(queue.size).toBe(2);
  });

  it('puts a scheduled message behind what became active before it', () => {
    queue.put('later', 'a', 1, now + 10);
    expect(queue.nextDueAt()).toBe(now + 10);
    queue.put('now', 'a', 2);
    now += 10;
    queue.put('last', 'a', 3);
    const order = [1, 2, 3].map(() => {
      const delivery = queue.receive();
      delivery?.complete();
      return delivery?.messageId;
    });
    expect(order).toEqual(['now', 'later', 'last']);
  });

  it('fails a send before or after it took the jobs', async () => {
    const job = { version: 1, kind: 'subscriptions', tenantId: 't', attempt: 0 } as const;
    queue.failNextSend('before');
    await expect(queue.send([{ messageId: 'm', job, dueAt: null }])).rejects.toThrow('reached');
    expect(queue.size).toBe(0);
    queue.failNextSend('after');
    await expect(queue.send([{ messageId: 'm', job, dueAt: null }])).rejects.toThrow('confirm');
    await queue.send([{ messageId: 'm', job, dueAt: null }]);
    expect(queue.size).toBe(1);
  });
});
