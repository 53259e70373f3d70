import { describe, expect, test } from 'vitest';

import { benchWith, clientOf, drainBodies, errorOf, receiveOne, until } from './broker-support.js';

describe('the control port', () => {
  async function controlled(queue: object) {
    const bench = await benchWith(queue, { controlPort: 0 });
    const url = `http://127.0.0.1:${bench.broker.controlPort}`;
    const post = async (path: string, body: object): Promise<number> => {
      const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
      return response.status;
    };
    const counts = async (): Promise<unknown> => (await fetch(`${url}/queues`)).json();
    return { ...bench, post, counts };
  }

  test('it counts messages by queue and state', async () => {
    const { client, counts } = await controlled({});
    const sender = client.createSender('jobs');
    await sender.sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
    await sender.scheduleMessages({ body: 4 }, new Date(Date.now() + 60_000));
    const receiver = client.createReceiver('jobs');
    await receiver.deadLetterMessage(await receiveOne(receiver));
    await receiveOne(receiver);
    expect(await counts()).toEqual({
      jobs: { active: 1, scheduled: 1, locked: 1, deferred: 0, deadLettered: 1 },
    });
  });

  test('it breaks a session lock: the message counts as failed and goes to the next receiver', async () => {
    const { client, post } = await controlled({ requiresSession: true });
    await client.createSender('jobs').sendMessages({ body: 1, sessionId: 'a' });
    const first = await client.acceptSession('jobs', 'a');
    const message = await receiveOne(first);
    expect(await post('/break-session-lock', { queue: 'jobs', sessionId: 'a' })).toBe(200);
    const second = await client.acceptNextSession('jobs');
    expect((await errorOf(first.completeMessage(message))).code).toBe('SessionLockLost');
    expect((await receiveOne(second)).deliveryCount).toBe(1);
    expect(await post('/break-session-lock', { queue: 'jobs', sessionId: 'b' })).toBe(404);
    expect(await post('/break-session-lock', { queue: 'jobs' })).toBe(400);
    expect(await post('/nothing', {})).toBe(404);
  });

  test('it denies sends as throttled until told otherwise', async () => {
    const { broker, post, counts } = await controlled({});
    const client = clientOf(broker.port, 4_000, 0);
    const sender = client.createSender('jobs');
    await post('/send-fault', { kind: 'denied' });
    expect((await errorOf(sender.sendMessages({ body: 1 }))).code).toBe('ServiceBusy');
    const later = new Date(Date.now() + 60_000);
    expect((await errorOf(sender.scheduleMessages({ body: 1 }, later))).code).toBe('ServiceBusy');
    expect(await counts()).toMatchObject({ jobs: { active: 0, scheduled: 0 } });
    await post('/send-fault', { kind: 'none' });
    await sender.sendMessages({ body: 2 });
    expect(await counts()).toMatchObject({ jobs: { active: 1 } });
    await client.close();
  });

  test('it slows sends down', async () => {
    const { client, post } = await controlled({});
    const sender = client.createSender('jobs');
    await sender.sendMessages({ body: 'opens the link' });
    await post('/send-fault', { kind: 'slow', delayMs: 300 });
    const start = performance.now();
    await sender.sendMessages({ body: 1 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  });

  test('unreachable it drops clients, and reachable again it has what it had', async () => {
    const { broker, client, post } = await controlled({});
    await client.createSender('jobs').sendMessages({ body: 1 });
    await post('/reachability', { isReachable: false });
    const cut = clientOf(broker.port, 500);
    await errorOf(cut.createSender('jobs').sendMessages({ body: 2 }));
    await cut.close();
    await post('/reachability', { isReachable: true });
    expect(await drainBodies(client.createReceiver('jobs'), 200)).toEqual([1]);
    expect(await post('/cut-connections', {})).toBe(200);
    await until(() => broker.counts()['jobs']?.active === 0);
  });
});
