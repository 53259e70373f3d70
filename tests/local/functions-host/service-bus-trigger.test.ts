import { describe, expect, it, onTestFinished } from 'vitest';
import { startBroker, type Broker } from '../../../local/service-bus/broker.js';
import type { QueueOptions } from '../../../local/service-bus/options.js';
import { queueName, sendAnew, startBusBench, type BusBench } from './bus-bench.js';

async function startAll(
  serviceBus: object = {},
  queue: QueueOptions = {},
): Promise<BusBench & { broker: Broker }> {
  const broker = await startBroker({ port: 0, queues: { [queueName]: { requiresSession: true, ...queue } } });
  onTestFinished(() => broker.close());
  return { broker, ...(await startBusBench(broker.port, serviceBus)) };
}

const counts = (broker: Broker) => broker.counts()[queueName];
const nothingLeft = { active: 0, locked: 0, deadLettered: 0 };
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe('the Service Bus trigger', () => {
  it('hands on the body and the metadata as the real extension does, and completes the message', async () => {
    const { broker, send, happened } = await startAll();
    const sentAt = Date.now();
    await send({
      body: { note: 'one', people: ['Zoë'] },
      sessionId: 'tenant',
      messageId: 'id-1',
      correlationId: 'run',
      subject: 'users',
      contentType: 'application/json',
      applicationProperties: { TenantId: 'T', Attempt: 2, isLast: true },
    });
    const { message, triggerMetadata } = await happened('begin one');
    expect(message).toEqual({ note: 'one', people: ['Zoë'] });
    const properties = { tenantId: 'T', attempt: 2, isLast: true };
    expect(triggerMetadata).toMatchObject({
      messageId: 'id-1',
      sessionId: 'tenant',
      correlationId: 'run',
      subject: 'users',
      label: 'users',
      contentType: 'application/json',
      deliveryCount: 1,
      sequenceNumber: 1,
      expiresAtUtc: '9999-12-31T23:59:59.9999999Z',
      applicationProperties: properties,
      userProperties: properties,
    });
    expect(triggerMetadata?.['lockToken']).toMatch(/^[0-9a-f-]{36}$/);
    const enqueued = Date.parse(String(triggerMetadata?.['enqueuedTimeUtc']));
    expect(Math.abs(enqueued - sentAt)).toBeLessThan(15_000);
    await expect.poll(() => counts(broker)).toMatchObject(nothingLeft);
  });

  it('hands on as text what is no JSON', async () => {
    const { send, happened } = await startAll();
    await send({ body: Buffer.from('plain words'), sessionId: 'tenant' });
    expect((await happened('begin text')).message).toBe('plain words');
  });

  it('starts a message within moments of its coming, in a new session as in a held one', async () => {
    const { send, happened } = await startAll({ maxConcurrentSessions: 4 });
    await send({ body: { note: 'warm' }, sessionId: 'warm' });
    await happened('end warm');
    const waits: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      const sentAt = Date.now();
      await send({ body: { note: `n${index}` }, sessionId: `session-${index % 3}` });
      waits.push((await happened(`begin n${index}`)).at - sentAt);
    }
    // The fastest shows what the host needs, the median that nothing is polled for; a busy machine slows some.
    expect(Math.min(...waits)).toBeLessThanOrEqual(20);
    expect(median(waits)).toBeLessThanOrEqual(250);
  });

  it('runs one message at a time of a session, and sessions side by side', async () => {
    const { send, release, happened, story } = await startAll();
    await send(
      { body: { note: 'a1', hold: true }, sessionId: 'a' },
      { body: { note: 'a2' }, sessionId: 'a' },
      { body: { note: 'b1' }, sessionId: 'b' },
    );
    await happened('end b1');
    expect(story()).not.toContain('begin a2');
    await release('a1');
    await happened('end a2');
    expect(story().filter((line) => line.includes('a'))).toEqual([
      'begin a1',
      'end a1',
      'begin a2',
      'end a2',
    ]);
  });

  it('holds no more sessions at once than maxConcurrentSessions', async () => {
    const { send, release, happened, events } = await startAll({ maxConcurrentSessions: 2 });
    for (const note of ['a', 'b', 'c']) await send({ body: { note, hold: true }, sessionId: note });
    await happened('begin a');
    await happened('begin b');
    await release('a');
    const freed = await happened('end a');
    // c waits for a slot: until the session of a has been idle for its second.
    expect((await happened('begin c')).at - freed.at).toBeGreaterThanOrEqual(900);
    expect(
      events()
        .filter((event) => event.event === 'begin')
        .map((event) => event.note),
    ).toEqual(['a', 'b', 'c']);
  });

  it('keeps a session with its receiver until it has been idle, so that others wait', async () => {
    const { send, happened, story } = await startAll({ maxConcurrentSessions: 1 });
    await send({ body: { note: 'a1' }, sessionId: 'a' });
    await happened('end a1');
    await send({ body: { note: 'b1' }, sessionId: 'b' }, { body: { note: 'a2' }, sessionId: 'a' });
    await happened('end b1');
    expect(story()).toEqual(['begin a1', 'end a1', 'begin a2', 'end a2', 'begin b1', 'end b1']);
  });

  it('abandons a message whose function throws, which is then served again at once', async () => {
    const { broker, send, happened } = await startAll();
    await send({ body: { note: 'shaky', fails: 2 }, sessionId: 'a' });
    const third = await happened('begin shaky', 3);
    const first = await happened('begin shaky', 1);
    expect(third.triggerMetadata?.['deliveryCount']).toBe(3);
    expect(third.at - first.at).toBeLessThan(15_000); // far from the lock's thirty seconds
    await expect.poll(() => counts(broker)).toMatchObject(nothingLeft);
  });

  it('leaves a message that always fails to the dead-letter queue', async () => {
    const { broker, host, send, happened, events } = await startAll({}, { maxDeliveryCount: 3 });
    await send(
      { body: { note: 'doomed', fails: 99 }, sessionId: 'a' },
      { body: { note: 'next' }, sessionId: 'a' },
    );
    await happened('end next');
    expect(events().filter((event) => event.event === 'begin' && event.note === 'doomed')).toHaveLength(3);
    await expect.poll(() => counts(broker)).toMatchObject({ ...nothingLeft, deadLettered: 1 });
    expect(host.lines.filter((line) => line.includes('Error: doomed fails'))).toHaveLength(3);
  });

  it('renews the lock while a function runs longer than it lasts', async () => {
    const { broker, send, happened, story } = await startAll({}, { lockDurationMs: 1_000 });
    await send({ body: { note: 'long', takesMs: 3_000 }, sessionId: 'a' });
    await happened('end long');
    await expect.poll(() => counts(broker)).toMatchObject(nothingLeft);
    expect(story()).toEqual(['begin long', 'end long']);
  });

  it('stops renewing at maxAutoLockRenewalDuration counted from the session, and tells the function nothing', async () => {
    const settings = { maxAutoLockRenewalDuration: '00:00:02', maxConcurrentSessions: 2 };
    const { send, release, happened, host } = await startAll(settings, { lockDurationMs: 700 });
    await send({ body: { note: 'first' }, sessionId: 'a' });
    const accepted = await happened('begin first');
    for (let index = 0; Date.now() - accepted.at < 1_500; index += 1) {
      await send({ body: { note: `n${index}`, takesMs: 100 }, sessionId: 'a' });
      await happened(`end n${index}`);
    }
    await send({ body: { note: 'late', hold: true }, sessionId: 'a' });
    const second = await happened('begin late', 2);
    // The session was accepted a moment before its first message began.
    expect(second.at - accepted.at).toBeGreaterThanOrEqual(1_700);
    expect(second.at - accepted.at).toBeLessThan(2_000 + 2 * 700 + 500);
    expect(second.triggerMetadata?.['deliveryCount']).toBe(2);
    await release('late');
    await host.line((line) => line.includes('could not be settled and will be served again'));
  });

  it('loses a session whose lock was broken, and serves its message again beside the running function', async () => {
    const { broker, send, release, happened, story } = await startAll({ maxConcurrentSessions: 2 });
    await send({ body: { note: 'job', hold: true }, sessionId: 'a' });
    await happened('begin job');
    expect(broker.breakSessionLock(queueName, 'a')).toBe(true);
    await happened('begin job', 2);
    expect(story()).toEqual(['begin job', 'begin job']);
    await release('job');
    await happened('end job', 2);
    await expect.poll(() => counts(broker)).toMatchObject(nothingLeft);
  });

  it('lets what runs finish and be completed when asked to stop, and takes no other', async () => {
    const { broker, host, send, happened, story } = await startAll();
    await send(
      { body: { note: 'running', takesMs: 600 }, sessionId: 'a' },
      { body: { note: 'next' }, sessionId: 'a' },
    );
    await happened('begin running');
    expect(await host.stop()).toEqual({ code: 0, signal: null });
    expect(story()).toEqual(['begin running', 'end running']);
    await expect.poll(() => counts(broker)).toMatchObject({ active: 1, locked: 0, deadLettered: 0 });
  });

  it('stops at once when no function runs', async () => {
    const { host, send, happened } = await startAll({ sessionIdleTimeout: '00:01:00' });
    await send({ body: { note: 'one' }, sessionId: 'a' });
    await happened('end one');
    const asked = Date.now();
    expect((await host.stop()).code).toBe(0);
    expect(Date.now() - asked).toBeLessThan(4_000); // half of the grace
  });

  it('goes on after its connections were cut', async () => {
    const { broker, host, send, happened } = await startAll({}, { lockDurationMs: 1_000 });
    await send({ body: { note: 'before' }, sessionId: 'a' });
    await happened('end before');
    broker.setReachable(false);
    await host.line((line) => line.includes(`Service Bus queue ${queueName} cannot be reached`));
    broker.setReachable(true);
    await sendAnew(broker.port, { body: { note: 'after' }, sessionId: 'a' });
    await happened('end after');
    await host.line((line) => line.includes(`Service Bus queue ${queueName} is reached again.`));
  });
});
