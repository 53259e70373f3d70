import { describe, expect, test } from 'vitest';

import { benchWith, clientOf, drainBodies, errorOf, receiveOne, until } from './broker-support.js';

const sessions = { requiresSession: true } as const;
const withoutRenewal = { maxAutoLockRenewalDurationInMs: 0 } as const;

describe('sessions', () => {
  test('a message without a session id is refused, and so is a receiver without sessions', async () => {
    const { broker, client } = await benchWith(sessions);
    const sender = client.createSender('jobs');
    await errorOf(sender.sendMessages({ body: 1 }));
    await errorOf(sender.sendMessages([{ body: 1, sessionId: 'a' }, { body: 2 }]));
    expect(broker.counts()['jobs']?.active).toBe(0);
    const error = await errorOf(client.createReceiver('jobs').receiveMessages(1, { maxWaitTimeInMs: 100 }));
    expect(error.message).toMatch(/requires sessions/);
  });

  test('each session is read in order by one receiver at a time', async () => {
    const { client } = await benchWith(sessions);
    await client.createSender('jobs').sendMessages([
      { body: 1, sessionId: 'a' },
      { body: 2, sessionId: 'b' },
      { body: 3, sessionId: 'a' },
    ]);
    const a = await client.acceptSession('jobs', 'a');
    const next = await client.acceptNextSession('jobs');
    expect(next.sessionId).toBe('b');
    expect((await errorOf(client.acceptSession('jobs', 'a'))).code).toBe('SessionCannotBeLocked');
    expect(await drainBodies(a)).toEqual([1, 3]);
    expect(await drainBodies(next)).toEqual([2]);
  });

  test('an idle session stays with its receiver, which gets what comes later', async () => {
    const { broker, client } = await benchWith(sessions);
    const sender = client.createSender('jobs');
    await sender.sendMessages({ body: 1, sessionId: 'a' });
    const a = await client.acceptNextSession('jobs');
    expect(await drainBodies(a, 50)).toEqual([1]);
    await sender.sendMessages({ body: 2, sessionId: 'a' });
    const other = clientOf(broker.port);
    expect((await errorOf(other.acceptSession('jobs', 'a'))).code).toBe('SessionCannotBeLocked');
    await other.close();
    expect(await drainBodies(a, 50)).toEqual([2]);
  });

  test('waiting for the next session ends with the first message of a free one, or with a timeout', async () => {
    const { broker, client } = await benchWith(sessions);
    const waiting = client.acceptNextSession('jobs');
    await client.createSender('jobs').sendMessages({ body: 'late', sessionId: 'z' });
    const receiver = await waiting;
    expect([receiver.sessionId, (await receiveOne(receiver)).body]).toEqual(['z', 'late']);
    const impatient = clientOf(broker.port, 500);
    expect((await errorOf(impatient.acceptNextSession('jobs'))).code).toBe('ServiceTimeout');
    await impatient.close();
  });

  test('session state is kept with the session, and belongs to who holds it', async () => {
    const { client } = await benchWith(sessions);
    await client.createSender('jobs').sendMessages({ body: 1, sessionId: 'a' });
    const first = await client.acceptSession('jobs', 'a');
    expect(await first.getSessionState()).toBeNull();
    await first.setSessionState({ cursor: 'x' });
    await first.close();
    const second = await client.acceptSession('jobs', 'a');
    expect(await second.getSessionState()).toEqual({ cursor: 'x' });
    await second.setSessionState(null);
    expect(await second.getSessionState()).toBeNull();
  });

  test('a session closed cleanly is free at once, and its unsettled messages do not count as failed', async () => {
    const { client } = await benchWith(sessions);
    await client.createSender('jobs').sendMessages([
      { body: 1, sessionId: 'a' },
      { body: 2, sessionId: 'a' },
    ]);
    const first = await client.acceptSession('jobs', 'a', withoutRenewal);
    expect((await receiveOne(first)).deliveryCount).toBe(0);
    await first.close();
    const second = await client.acceptNextSession('jobs', withoutRenewal);
    const again = await receiveOne(second);
    expect([again.body, again.deliveryCount]).toEqual([1, 0]);
    await second.completeMessage(again);
    expect(await drainBodies(second)).toEqual([2]);
  });

  test('a session whose lock expired is lost: counted, free for others, not settled any more', async () => {
    const { client } = await benchWith({ ...sessions, lockDurationMs: 400 });
    await client.createSender('jobs').sendMessages({ body: 1, sessionId: 'a' });
    const first = await client.acceptSession('jobs', 'a', withoutRenewal);
    const message = await receiveOne(first);
    const second = await client.acceptNextSession('jobs');
    expect(Date.now()).toBeGreaterThanOrEqual(first.sessionLockedUntilUtc.getTime());
    expect((await errorOf(first.completeMessage(message))).code).toBe('SessionLockLost');
    expect((await errorOf(first.renewSessionLock())).code).toBe('SessionLockLost');
    expect((await errorOf(first.setSessionState('mine'))).code).toBe('SessionLockLost');
    const again = await receiveOne(second);
    expect(again.deliveryCount).toBe(1);
    await second.completeMessage(again);
  });

  test('renewing the session lock keeps session and messages past the first end', async () => {
    const { broker, client } = await benchWith({ ...sessions, lockDurationMs: 1_000 });
    await client.createSender('jobs').sendMessages({ body: 1, sessionId: 'a' });
    const receiver = await client.acceptSession('jobs', 'a', withoutRenewal);
    const message = await receiveOne(receiver);
    const firstEnd = receiver.sessionLockedUntilUtc.getTime();
    await until(() => Date.now() > firstEnd - 300);
    expect((await receiver.renewSessionLock()).getTime()).toBeGreaterThan(firstEnd);
    await until(() => Date.now() > firstEnd + 100);
    expect(broker.counts()['jobs']?.locked).toBe(1);
    await receiver.completeMessage(message);
  });

  test('an error handler is told that the session lock was lost', async () => {
    const { broker, client } = await benchWith(sessions);
    await client.createSender('jobs').sendMessages({ body: 1, sessionId: 'a' });
    const receiver = await client.acceptSession('jobs', 'a');
    const codes: unknown[] = [];
    const held: unknown[] = [];
    receiver.subscribe({
      processMessage: async (message) => {
        held.push(message.body);
        await until(() => codes.length > 0);
      },
      processError: async ({ error }) => void codes.push((error as { code?: unknown }).code),
    });
    await until(() => held.length === 1);
    expect(broker.breakSessionLock('jobs', 'a')).toBe(true);
    await until(() => codes.includes('SessionLockLost'));
    expect(broker.breakSessionLock('jobs', 'a')).toBe(false);
  });

  test('a receiver that vanishes keeps its session until the lock expires, which counts', async () => {
    const { broker, client } = await benchWith({ ...sessions, lockDurationMs: 700 });
    await client.createSender('jobs').sendMessages({ body: 1, sessionId: 'a' });
    const first = await client.acceptSession('jobs', 'a', withoutRenewal);
    await receiveOne(first);
    const end = first.sessionLockedUntilUtc.getTime();
    broker.cutConnections();
    const other = clientOf(broker.port);
    expect((await errorOf(other.acceptSession('jobs', 'a'))).code).toBe('SessionCannotBeLocked');
    const second = await other.acceptNextSession('jobs');
    expect(Date.now()).toBeGreaterThanOrEqual(end);
    expect((await receiveOne(second)).deliveryCount).toBe(1);
    await other.close();
  });

  test('deferred messages of a session are had through its receiver', async () => {
    const { client } = await benchWith(sessions);
    await client.createSender('jobs').sendMessages({ body: 'later', sessionId: 'a' });
    const receiver = await client.acceptSession('jobs', 'a');
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message);
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber!);
    expect(deferred?.body).toBe('later');
    await receiver.completeMessage(deferred!);
    const peeked = await receiver.peekMessages(5);
    expect(peeked).toEqual([]);
  });

  test('free sessions take turns, so that none waits behind a busy one for ever', async () => {
    const { client } = await benchWith(sessions);
    const bodies = ['a', 'a', 'b', 'c'].map((sessionId) => ({ body: sessionId, sessionId }));
    await client.createSender('jobs').sendMessages(bodies);
    const served = [];
    for (let i = 0; i < 4; i += 1) {
      const receiver = await client.acceptNextSession('jobs');
      await receiver.completeMessage(await receiveOne(receiver));
      served.push(receiver.sessionId);
      await receiver.close();
    }
    expect(served).toEqual(['a', 'b', 'c', 'a']);
  });
});
