import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { startBroker } from '../../../local/service-bus/broker.js';
import { startBrokerProcess } from './broker-process.js';
import { benchWith, bodiesOf, clientOf, drainBodies, receiveOne, until } from './broker-support.js';

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'broker-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

describe('a broker with a folder', () => {
  test('after SIGKILL and a start on the same port, the same client finds everything acknowledged', async () => {
    const queues = {
      jobs: { duplicateDetectionWindowMs: 600_000, maxDeliveryCount: 3 },
      sync: { requiresSession: true },
    };
    const config = { port: 0, controlPort: 0, dataFolder: dataFolder(), queues };
    const first = await startBrokerProcess(config);
    const client = clientOf(first.port, 30_000);
    const sender = client.createSender('jobs');
    const receiver = client.createReceiver('jobs');

    await sender.sendMessages([
      { body: 'done', messageId: '1' },
      { body: 'dead', messageId: '2' },
      { body: 'deferred', messageId: '3' },
      { body: 'abandoned', messageId: '4' },
      { body: 'untouched', messageId: '5' },
    ]);
    const [done, dead, deferred, abandoned] = await receiver.receiveMessages(4, { maxWaitTimeInMs: 3_000 });
    await receiver.completeMessage(done!);
    await receiver.deadLetterMessage(dead!, {
      deadLetterReason: 'Poison',
      deadLetterErrorDescription: 'bad',
    });
    await receiver.deferMessage(deferred!);
    await receiver.abandonMessage(abandoned!, { tried: true });
    const due = Date.now() + 1_500;
    await sender.scheduleMessages({ body: 'scheduled', messageId: '6' }, new Date(due));
    const [cancelled] = await sender.scheduleMessages({ body: 'cancelled', messageId: '7' }, new Date(due));
    await sender.cancelScheduledMessages(cancelled!);
    const syncSender = client.createSender('sync');
    await syncSender.sendMessages({ body: 'held', sessionId: 'a' });
    const session = await client.acceptSession('sync', 'a');
    await session.setSessionState({ cursor: 7 });
    await receiveOne(session);

    await first.kill();
    const second = await startBrokerProcess({ ...config, port: first.port });

    await sender.sendMessages(['1', '4', '6', '7'].map((messageId) => ({ body: 'duplicate', messageId })));
    const again = client.createReceiver('jobs');
    const redelivered = await receiveOne(again, 30_000);
    expect(redelivered).toMatchObject({
      body: 'abandoned',
      deliveryCount: 1,
      applicationProperties: { tried: true },
    });
    await again.completeMessage(redelivered);
    const untouched = await receiveOne(again);
    const scheduled = await receiveOne(again);
    expect(bodiesOf([untouched, scheduled])).toEqual(['untouched', 'scheduled']);
    expect(Date.now()).toBeGreaterThanOrEqual(due);
    const counts: unknown = await (await fetch(`http://127.0.0.1:${second.controlPort}/queues`)).json();
    expect(counts).toMatchObject({ jobs: { active: 0, scheduled: 0, deferred: 1, deadLettered: 1 } });
    const [found] = await again.receiveDeferredMessages(deferred!.sequenceNumber!);
    expect(found?.body).toBe('deferred');
    const deadAgain = await receiveOne(client.createReceiver('jobs', { subQueueType: 'deadLetter' }));
    expect(deadAgain).toMatchObject({ body: 'dead', deadLetterReason: 'Poison' });
    const sessionAgain = await client.acceptNextSession('sync');
    expect(await sessionAgain.getSessionState()).toEqual({ cursor: 7 });
    expect((await receiveOne(sessionAgain)).body).toBe('held');
    await client.close();
    await second.end('SIGTERM');
  });

  test('killed while sends stream in, it loses no acknowledged message and doubles none', async () => {
    const config = {
      port: 0,
      dataFolder: dataFolder(),
      queues: { jobs: { duplicateDetectionWindowMs: 600_000 } },
    };
    let broker = await startBrokerProcess(config);
    const { port } = broker;
    const client = clientOf(port, 1_500);
    const sender = client.createSender('jobs');
    const acknowledged: number[] = [];
    const stop = new AbortController();
    const sending = (async () => {
      for (let i = 0; !stop.signal.aborted; i += 1) {
        const message = { body: i, messageId: String(i) };
        // What was not acknowledged is sent again under its id, as the product does.
        while (
          !(await sender.sendMessages(message).then(
            () => true,
            () => false,
          ))
        );
        acknowledged.push(i);
      }
    })();
    for (let kill = 0; kill < 3; kill += 1) {
      const before = acknowledged.length;
      await until(() => acknowledged.length > before + 200, 60_000);
      await broker.kill();
      broker = await startBrokerProcess({ ...config, port });
    }
    stop.abort();
    await sending;
    expect(await drainBodies(client.createReceiver('jobs'), 500)).toEqual(acknowledged);
    await client.close();
  });

  test('a torn last line is left out, and the journal goes on after it', async () => {
    const folder = dataFolder();
    const options = { port: 0, dataFolder: folder, queues: { jobs: {} } };
    const { broker, client } = await benchWith({}, options);
    await client.createSender('jobs').sendMessages([{ body: 1 }, { body: 2 }]);
    await broker.close();
    const path = join(folder, 'journal.jsonl');
    const whole = readFileSync(path, 'utf8').trimEnd();
    writeFileSync(path, whole.slice(0, -10));
    const second = await benchWith({}, options);
    await second.client.createSender('jobs').sendMessages({ body: 3 });
    await second.broker.close();
    const third = await benchWith({}, options);
    const peeked = await third.client.createReceiver('jobs').peekMessages(10);
    expect(bodiesOf(peeked)).toEqual([1, 3]);
  });

  test('a line that is no record, with others after it, stops the start and is named', async () => {
    const folder = dataFolder();
    appendFileSync(join(folder, 'journal.jsonl'), '{"entity":"jobs"}\n{"entity":"jobs"}\n');
    const start = startBroker({ port: 0, dataFolder: folder, queues: { jobs: {} } });
    await expect(start).rejects.toThrow(/line 1 is no journal record/);
  });

  test('a start shortens the journal to what is still there, also of queues not configured now', async () => {
    const folder = dataFolder();
    const both = { port: 0, dataFolder: folder, queues: { jobs: {}, other: {} } };
    const { broker, client } = await benchWith({}, both);
    await client.createSender('other').sendMessages({ body: 'kept' });
    await client.createSender('jobs').sendMessages(Array.from({ length: 100 }, (_, i) => ({ body: i })));
    await drainBodies(client.createReceiver('jobs'), 100);
    await broker.close();
    const path = join(folder, 'journal.jsonl');
    const before = statSync(path).size;
    await (await startBroker({ ...both, queues: { jobs: {} } })).close();
    expect(statSync(path).size).toBeLessThan(before / 20);
    const last = await benchWith({}, both);
    expect(last.broker.counts()).toMatchObject({ jobs: { active: 0 }, other: { active: 1 } });
    await last.client.createSender('jobs').sendMessages({ body: 'next' });
    const next = await receiveOne(last.client.createReceiver('jobs'));
    expect(next.sequenceNumber?.toNumber()).toBe(101);
  });
});
