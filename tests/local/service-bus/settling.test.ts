import { describe, expect, test } from 'vitest';

import { benchWith, drainBodies, errorOf, receiveOne, until } from './broker-support.js';

describe('settling', () => {
  test('an abandoned message is served again in its place, with its count grown and its properties changed', async () => {
    const { client } = await benchWith({});
    await client
      .createSender('jobs')
      .sendMessages([{ body: 1, applicationProperties: { kept: 'k' } }, { body: 2 }]);
    const receiver = client.createReceiver('jobs');
    await receiver.abandonMessage(await receiveOne(receiver), { tried: 'once' });
    const again = await receiveOne(receiver);
    expect(again).toMatchObject({
      body: 1,
      deliveryCount: 1,
      applicationProperties: { kept: 'k', tried: 'once' },
    });
    await receiver.completeMessage(again);
    expect(await drainBodies(receiver)).toEqual([2]);
  });

  test('after the last allowed delivery a message is dead-lettered with MaxDeliveryCountExceeded', async () => {
    const { client } = await benchWith({ maxDeliveryCount: 3 });
    await client.createSender('jobs').sendMessages({ body: 'poison', sessionId: 'kept' });
    const receiver = client.createReceiver('jobs');
    const counts = [];
    for (let i = 0; i < 3; i += 1) {
      const message = await receiveOne(receiver);
      counts.push(message.deliveryCount);
      await receiver.abandonMessage(message);
    }
    expect(counts).toEqual([0, 1, 2]);
    const dead = await receiveOne(client.createReceiver('jobs', { subQueueType: 'deadLetter' }));
    expect(dead).toMatchObject({
      body: 'poison',
      sessionId: 'kept',
      deadLetterSource: 'jobs',
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: 'Message could not be consumed after 3 delivery attempts.',
      deliveryCount: 3,
    });
  });

  test('a message can be dead-lettered with reason, description and properties', async () => {
    const { broker, client } = await benchWith({});
    await client.createSender('jobs').sendMessages({ body: 'bad', applicationProperties: { k: 1 } });
    const receiver = client.createReceiver('jobs');
    const message = await receiveOne(receiver);
    await receiver.deadLetterMessage(message, {
      deadLetterReason: 'Poison',
      deadLetterErrorDescription: 'boom',
      extra: 'v',
    });
    expect(broker.counts()['jobs']).toMatchObject({ active: 0, locked: 0, deadLettered: 1 });
    const dead = client.createReceiver('jobs', { subQueueType: 'deadLetter' });
    expect(await dead.peekMessages(5)).toHaveLength(1);
    const found = await receiveOne(dead);
    expect(found).toMatchObject({
      deadLetterReason: 'Poison',
      deadLetterErrorDescription: 'boom',
      applicationProperties: { k: 1, extra: 'v' },
    });
    expect(found.sequenceNumber?.equals(message.sequenceNumber!)).toBe(true);
    await dead.abandonMessage(found);
    await dead.completeMessage(await receiveOne(dead));
    expect(broker.counts()['jobs']?.deadLettered).toBe(0);
  });

  test('a deferred message is had by its sequence number only, and keeps its place there when abandoned', async () => {
    const { broker, client } = await benchWith({});
    await client.createSender('jobs').sendMessages({ body: 'put off' });
    const receiver = client.createReceiver('jobs');
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 })).toEqual([]);
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber!);
    await receiver.abandonMessage(deferred!);
    const [again] = await receiver.receiveDeferredMessages(message.sequenceNumber!);
    expect(again).toMatchObject({ body: 'put off', deliveryCount: 1 });
    await receiver.completeMessage(again!);
    expect(broker.counts()['jobs']).toMatchObject({ active: 0, deferred: 0, locked: 0 });
    const error = await errorOf(receiver.receiveDeferredMessages(message.sequenceNumber!));
    expect(error.code).toBe('MessageNotFound');
  });

  test('a message whose lock expired is served again, counted, and can no longer be settled', async () => {
    const { client } = await benchWith({ lockDurationMs: 300 });
    await client.createSender('jobs').sendMessages({ body: 1 });
    const receiver = client.createReceiver('jobs', { maxAutoLockRenewalDurationInMs: 0 });
    const message = await receiveOne(receiver);
    const again = await receiveOne(receiver);
    expect(Date.now()).toBeGreaterThanOrEqual(message.lockedUntilUtc!.getTime());
    expect(again.deliveryCount).toBe(1);
    expect((await errorOf(receiver.completeMessage(message))).code).toBe('MessageLockLost');
    expect((await errorOf(receiver.renewMessageLock(message))).code).toBe('MessageLockLost');
    await receiver.completeMessage(again);
  });

  test('a renewed lock holds past its first end', async () => {
    const { broker, client } = await benchWith({ lockDurationMs: 1_000 });
    await client.createSender('jobs').sendMessages({ body: 1 });
    const receiver = client.createReceiver('jobs', { maxAutoLockRenewalDurationInMs: 0 });
    const message = await receiveOne(receiver);
    const firstEnd = message.lockedUntilUtc!.getTime();
    await until(() => Date.now() > firstEnd - 300);
    const newEnd = await receiver.renewMessageLock(message);
    expect(newEnd.getTime()).toBeGreaterThan(firstEnd);
    await until(() => Date.now() > firstEnd + 100);
    expect(broker.counts()['jobs']?.locked).toBe(1);
    await receiver.completeMessage(message);
  });

  test('messages of a receiver that closed stay locked until their locks expire', async () => {
    const { client } = await benchWith({ lockDurationMs: 500 });
    await client.createSender('jobs').sendMessages({ body: 1 });
    const first = client.createReceiver('jobs', { maxAutoLockRenewalDurationInMs: 0 });
    const message = await receiveOne(first);
    await first.close();
    const again = await receiveOne(client.createReceiver('jobs'));
    expect(Date.now()).toBeGreaterThanOrEqual(message.lockedUntilUtc!.getTime());
    expect(again.deliveryCount).toBe(1);
  });
});
