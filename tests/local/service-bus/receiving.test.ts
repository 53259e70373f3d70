import { describe, expect, test } from 'vitest';

import { benchWith, bodiesOf, drainBodies, errorOf, receiveOne, until } from './broker-support.js';

describe('sending and receiving', () => {
  test('a message arrives with everything its sender set', async () => {
    const { client } = await benchWith({});
    const before = Date.now();
    await client.createSender('jobs').sendMessages({
      body: { a: 1, name: 'é' },
      subject: 'subject',
      messageId: 'm1',
      correlationId: 'c1',
      contentType: 'application/json',
      applicationProperties: { n: 5, s: 'q', b: true },
      timeToLive: 600_000,
    });
    const message = await receiveOne(client.createReceiver('jobs'));
    expect(message).toMatchObject({
      body: { a: 1, name: 'é' },
      subject: 'subject',
      messageId: 'm1',
      correlationId: 'c1',
      contentType: 'application/json',
      applicationProperties: { n: 5, s: 'q', b: true },
      timeToLive: 600_000,
      deliveryCount: 0,
    });
    expect(message.sequenceNumber?.toNumber()).toBe(1);
    expect(message.enqueuedTimeUtc?.getTime()).toBeGreaterThanOrEqual(before);
    expect(message.lockedUntilUtc?.getTime()).toBeGreaterThan(before + 29_000);
  });

  test('batches, lists and single messages arrive in the order sent', async () => {
    const { client } = await benchWith({});
    const sender = client.createSender('jobs');
    const batch = await sender.createMessageBatch();
    for (let i = 0; i < 50; i += 1) expect(batch.tryAddMessage({ body: i })).toBe(true);
    await sender.sendMessages(batch);
    await sender.sendMessages([{ body: 50 }, { body: 'text' }, { body: { nested: [1] } }]);
    await sender.sendMessages([{ body: 'alone' }]);
    const receiver = client.createReceiver('jobs');
    expect(await drainBodies(receiver)).toEqual([
      ...Array.from({ length: 51 }, (_, i) => i),
      'text',
      { nested: [1] },
      'alone',
    ]);
    expect(batch.maxSizeInBytes).toBe(262_144);
  });

  test('a large message crosses many frames unharmed', async () => {
    const { client } = await benchWith({});
    const body = 'x'.repeat(200_000);
    await client.createSender('jobs').sendMessages({ body });
    expect((await receiveOne(client.createReceiver('jobs'))).body).toBe(body);
  });

  test('an unknown queue is reported as not found', async () => {
    const { client } = await benchWith({});
    const error = await errorOf(client.createSender('nope').sendMessages({ body: 1 }));
    expect(error.code).toBe('MessagingEntityNotFound');
  });

  test('receiveAndDelete leaves nothing behind', async () => {
    const { broker, client } = await benchWith({});
    await client.createSender('jobs').sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = client.createReceiver('jobs', { receiveMode: 'receiveAndDelete' });
    const messages = await receiver.receiveMessages(2, { maxWaitTimeInMs: 2_000 });
    expect(bodiesOf(messages)).toEqual([1, 2]);
    expect(broker.counts()['jobs']).toMatchObject({ active: 0, locked: 0 });
  });

  test('a receiver that asks again after an empty wait gets what came meanwhile', async () => {
    const { client } = await benchWith({});
    const receiver = client.createReceiver('jobs');
    expect(await receiver.receiveMessages(10, { maxWaitTimeInMs: 100 })).toEqual([]);
    await client.createSender('jobs').sendMessages({ body: 'later' });
    expect(await drainBodies(receiver)).toEqual(['later']);
  });

  test('a subscribed handler is given every message, and each is completed', async () => {
    const { broker, client } = await benchWith({});
    await client.createSender('jobs').sendMessages(Array.from({ length: 500 }, (_, i) => ({ body: i })));
    const receiver = client.createReceiver('jobs');
    const seen = new Set<unknown>();
    const errors: unknown[] = [];
    receiver.subscribe(
      {
        processMessage: async (message) => void seen.add(message.body),
        processError: async ({ error }) => void errors.push(error),
      },
      { maxConcurrentCalls: 4 },
    );
    await until(() => seen.size === 500 && broker.counts()['jobs']?.locked === 0);
    expect(broker.counts()['jobs']).toMatchObject({ active: 0, locked: 0 });
    expect(errors).toEqual([]);
  });

  test('peek shows messages of every state and takes none', async () => {
    const { broker, client } = await benchWith({});
    const sender = client.createSender('jobs');
    const receiver = client.createReceiver('jobs');
    await sender.sendMessages([{ body: 'deferred' }, { body: 'active' }]);
    await receiver.deferMessage(await receiveOne(receiver));
    await sender.scheduleMessages({ body: 'scheduled' }, new Date(Date.now() + 60_000));
    const peeked = await client.createReceiver('jobs').peekMessages(10);
    expect(bodiesOf(peeked)).toEqual(['deferred', 'active', 'scheduled']);
    expect(peeked.map((message) => message.state)).toEqual(['deferred', 'active', 'scheduled']);
    expect(broker.counts()['jobs']).toMatchObject({ active: 1, deferred: 1, scheduled: 1, locked: 0 });
  });

  test('a message past its time to live is gone, or dead-lettered where the queue says so', async () => {
    const { broker, client } = await benchWith(
      {},
      { queues: { jobs: {}, kept: { deadLetterOnExpiry: true, defaultMessageTtlMs: 50 } } },
    );
    await client.createSender('jobs').sendMessages({ body: 1, timeToLive: 50 });
    await client.createSender('kept').sendMessages({ body: 2, timeToLive: 60_000 });
    await until(() => broker.counts()['kept']?.deadLettered === 1 && broker.counts()['jobs']?.active === 0);
    const dead = await receiveOne(client.createReceiver('kept', { subQueueType: 'deadLetter' }));
    expect(dead).toMatchObject({ body: 2, deadLetterReason: 'TTLExpiredException' });
  });

  test('thousands of management requests on one connection do not stop it', async () => {
    const { client } = await benchWith({});
    await client.createSender('jobs').sendMessages({ body: 1 });
    const receiver = client.createReceiver('jobs');
    const message = await receiveOne(receiver);
    for (let i = 0; i < 42; i += 1) {
      await Promise.all(Array.from({ length: 100 }, () => receiver.renewMessageLock(message)));
    }
    await receiver.completeMessage(message);
  });
});
