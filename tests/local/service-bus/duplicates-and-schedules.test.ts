import { describe, expect, test } from 'vitest';

import { benchWith, drainBodies, errorOf, receiveOne, until } from './broker-support.js';

describe('duplicate detection', () => {
  test('a message id seen in the window is dropped, whatever its session, body or way of sending', async () => {
    const { broker, client } = await benchWith({ requiresSession: true, duplicateDetectionWindowMs: 60_000 });
    const sender = client.createSender('jobs');
    await sender.sendMessages({ body: 'kept', messageId: 'x', sessionId: 'a' });
    await sender.sendMessages({ body: 'dropped', messageId: 'x', sessionId: 'b' });
    await sender.sendMessages([
      { body: 'dropped', messageId: 'x', sessionId: 'a' },
      { body: 'kept', messageId: 'y', sessionId: 'a' },
      { body: 'dropped', messageId: 'y', sessionId: 'a' },
    ]);
    await sender.scheduleMessages(
      { body: 'dropped', messageId: 'y', sessionId: 'a' },
      new Date(Date.now() + 50),
    );
    expect(broker.counts()['jobs']).toMatchObject({ active: 2, scheduled: 0 });
    const receiver = await client.acceptSession('jobs', 'a');
    expect(await drainBodies(receiver)).toEqual(['kept', 'kept']);
  });

  test('a scheduled message counts from when it was sent', async () => {
    const { broker, client } = await benchWith({ duplicateDetectionWindowMs: 60_000 });
    const sender = client.createSender('jobs');
    const due = new Date(Date.now() + 60_000);
    const [number] = await sender.scheduleMessages({ body: 1, messageId: 'x' }, due);
    await sender.sendMessages({ body: 2, messageId: 'x', scheduledEnqueueTimeUtc: due });
    await sender.sendMessages({ body: 3, messageId: 'x' });
    expect(broker.counts()['jobs']).toMatchObject({ active: 0, scheduled: 1 });
    await sender.cancelScheduledMessages(number!);
    await sender.sendMessages({ body: 4, messageId: 'x' });
    expect(broker.counts()['jobs']).toMatchObject({ active: 0, scheduled: 0 });
  });

  test('the history outlives receipt and ends with its window', async () => {
    const { client } = await benchWith({ duplicateDetectionWindowMs: 600 });
    const sender = client.createSender('jobs');
    const receiver = client.createReceiver('jobs');
    const sentBefore = Date.now();
    await sender.sendMessages({ body: 1, messageId: 'x' });
    await receiver.completeMessage(await receiveOne(receiver));
    await sender.sendMessages({ body: 2, messageId: 'x' });
    expect(await drainBodies(receiver, 50)).toEqual([]);
    await until(() => Date.now() > sentBefore + 1_200);
    await sender.sendMessages({ body: 3, messageId: 'x' });
    expect(await drainBodies(receiver, 200)).toEqual([3]);
  });

  test('number and text ids are different, and without detection all are kept', async () => {
    const { broker, client } = await benchWith(
      {},
      { queues: { jobs: { duplicateDetectionWindowMs: 60_000 }, plain: {} } },
    );
    const ids = [1, '1', 1].map((messageId) => ({ body: messageId, messageId }));
    await client.createSender('jobs').sendMessages(ids);
    await client.createSender('plain').sendMessages(ids);
    expect(broker.counts()).toMatchObject({ jobs: { active: 2 }, plain: { active: 3 } });
  });
});

describe('scheduling', () => {
  test.each(['schedule operation', 'annotation on a send'])(
    'messages scheduled by %s never arrive before their times, and some soon after, under new sequence numbers',
    async (way) => {
      const { client } = await benchWith({});
      const sender = client.createSender('jobs');
      const start = Date.now() + 500;
      const dues = Array.from({ length: 9 }, (_, i) => start + i * 37);
      for (const due of dues) {
        if (way === 'schedule operation') await sender.scheduleMessages({ body: due }, new Date(due));
        else await sender.sendMessages({ body: due, scheduledEnqueueTimeUtc: new Date(due) });
      }
      const delays: number[] = [];
      const numbers: (number | undefined)[] = [];
      client.createReceiver('jobs').subscribe({
        processMessage: async ({ body, sequenceNumber }) => {
          delays.push(Date.now() - (body as number));
          numbers.push(sequenceNumber?.toNumber());
        },
        processError: async ({ error }) => {
          throw error;
        },
      });
      await until(() => delays.length === dues.length);
      expect(numbers).toEqual(dues.map((_, i) => dues.length + 1 + i));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
      // However busy the machine is, not all of them are held up until much later.
      expect(Math.min(...delays)).toBeLessThan(1_000);
    },
  );

  test('many schedules come due in the order of their times', async () => {
    const { client } = await benchWith({});
    const start = Date.now() + 300;
    const delays = [90, 10, 50, 70, 30];
    const messages = delays.map((delay) => ({
      body: delay,
      scheduledEnqueueTimeUtc: new Date(start + delay),
    }));
    await client.createSender('jobs').sendMessages(messages);
    expect(await drainBodies(client.createReceiver('jobs'), 800)).toEqual([10, 30, 50, 70, 90]);
  });

  test('a cancelled message never comes, and only a scheduled one can be cancelled', async () => {
    const { broker, client } = await benchWith({});
    const sender = client.createSender('jobs');
    const [kept, cancelled] = await sender.scheduleMessages(
      [{ body: 'kept' }, { body: 'never' }],
      new Date(Date.now() + 400),
    );
    await sender.cancelScheduledMessages(cancelled!);
    expect((await errorOf(sender.cancelScheduledMessages(cancelled!))).code).toBe('MessageNotFound');
    expect(await drainBodies(client.createReceiver('jobs'), 800)).toEqual(['kept']);
    expect((await errorOf(sender.cancelScheduledMessages(kept!))).code).toBe('MessageNotFound');
    expect(broker.counts()['jobs']).toMatchObject({ active: 0, scheduled: 0 });
  });

  test('a scheduled message of a session wakes who waits for the next session', async () => {
    const { client } = await benchWith({ requiresSession: true });
    const due = Date.now() + 400;
    await client.createSender('jobs').scheduleMessages({ body: 1, sessionId: 'a' }, new Date(due));
    const receiver = await client.acceptNextSession('jobs');
    expect(receiver.sessionId).toBe('a');
    expect(Date.now()).toBeGreaterThanOrEqual(due);
    expect(await drainBodies(receiver, 50)).toEqual([1]);
  });
});
