import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { SyncJob } from '../../shared/core/job.js';
import type { JobQueue, QueuedJob } from '../../shared/ports/job-queue.js';

export interface ReceivedJob {
  readonly messageId: string;
  readonly sessionId: string;
  readonly body: unknown;
}

/** A job queue with the other end in our hands. */
export interface QueueBench {
  readonly queue: JobQueue;
  now(): number;
  /** Time passes until then. */
  passUntil(epochMs: number): Promise<void>;
  /** Receives and completes so many messages, or fails after a while. */
  receive(count: number): Promise<ReceivedJob[]>;
  /** Nothing is there to be received now. */
  isEmpty(): Promise<boolean>;
  setReachable(isReachable: boolean): void;
  close(): Promise<void>;
}

/** What every JobQueue does. */
export function jobQueueContract(name: string, open: () => Promise<QueueBench>): void {
  let bench: QueueBench;

  beforeEach(async () => {
    bench = await open();
  });
  afterEach(async () => {
    await bench.close();
  });

  const continueJob = (tenantId: string, reason: string): SyncJob => ({
    version: 1,
    kind: 'continue',
    tenantId,
    attempt: 0,
    reason,
  });
  const queued = (messageId: string, job: SyncJob, dueAt: number | null = null): QueuedJob => ({
    messageId,
    job,
    dueAt,
  });

  describe(`${name}: sending`, () => {
    it('hands the job over under its id, its tenant as the session', async () => {
      const job = continueJob('tenant-1', 'Fortsetzung für „A“');
      await bench.queue.send([queued('m1', job)]);
      expect(await bench.receive(1)).toEqual([{ messageId: 'm1', sessionId: 'tenant-1', body: job }]);
    });

    it('takes jobs of many tenants at once, each into its own session', async () => {
      const jobs = Array.from({ length: 20 }, (_, index) =>
        queued(`m${index}`, continueJob(`tenant-${index % 10}`, String(index))),
      );
      await bench.queue.send(jobs);
      const received = await bench.receive(20);
      expect(new Map(received.map(({ messageId, sessionId }) => [messageId, sessionId]))).toEqual(
        new Map(jobs.map(({ messageId, job }) => [messageId, job.tenantId])),
      );
    });

    it('keeps the order within a tenant', async () => {
      await bench.queue.send([
        queued('a', continueJob('t', '1')),
        queued('b', continueJob('t', '2')),
        queued('c', continueJob('t', '3')),
      ]);
      expect((await bench.receive(3)).map(({ messageId }) => messageId)).toEqual(['a', 'b', 'c']);
    });

    it('of nothing does nothing', async () => {
      await bench.queue.send([]);
      expect(await bench.isEmpty()).toBe(true);
    });

    it('splits what does not fit into one batch', async () => {
      const jobs = Array.from({ length: 700 }, (_, index) =>
        queued(`m${index}`, continueJob('t', 'x'.repeat(1_000))),
      );
      await bench.queue.send(jobs);
      expect(await bench.receive(700)).toHaveLength(700);
    });
  });

  describe(`${name}: a message id that was sent before`, () => {
    it('is dropped, while the send succeeds', async () => {
      await bench.queue.send([queued('same', continueJob('t', 'first'))]);
      await bench.queue.send([
        queued('same', continueJob('t', 'second')),
        queued('end', continueJob('t', 'end')),
      ]);
      const received = await bench.receive(2);
      expect(received.map(({ body }) => (body as { reason: string }).reason)).toEqual(['first', 'end']);
    });

    it('is dropped also after the first was received', async () => {
      await bench.queue.send([queued('same', continueJob('t', 'first'))]);
      await bench.receive(1);
      await bench.queue.send([queued('same', continueJob('t', 'second'))]);
      expect(await bench.isEmpty()).toBe(true);
    });

    it('is dropped also where the first is still scheduled', async () => {
      const dueAt = bench.now() + 400;
      await bench.queue.send([queued('same', continueJob('t', 'first'), dueAt)]);
      await bench.queue.send([queued('same', continueJob('t', 'second'))]);
      await bench.passUntil(dueAt + 1);
      expect(await bench.receive(1)).toMatchObject([{ body: { reason: 'first' } }]);
      expect(await bench.isEmpty()).toBe(true);
    });
  });

  describe(`${name}: a job with a due time`, () => {
    it('is not received before it, nor does it hold up its tenant', async () => {
      const dueAt = bench.now() + 600;
      await bench.queue.send([
        queued('later', continueJob('t', 'later'), dueAt),
        queued('now', continueJob('t', 'now')),
      ]);
      expect(await bench.receive(1)).toMatchObject([{ messageId: 'now' }]);
      expect(await bench.receive(1)).toMatchObject([{ messageId: 'later' }]);
      expect(bench.now()).toBeGreaterThanOrEqual(dueAt);
    });

    it('in the past is due at once', async () => {
      await bench.queue.send([queued('m', continueJob('t', 'x'), bench.now() - 60_000)]);
      expect(await bench.receive(1)).toHaveLength(1);
    });
  });

  it(`${name}: says Unavailable where the broker does not confirm, and sends again later`, async () => {
    await bench.queue.send([queued('before', continueJob('t', 'x'))]);
    bench.setReachable(false);
    const jobs = [queued('m', continueJob('t', 'y'))];
    const failed = await bench.queue.send(jobs).catch((error: unknown) => error);
    expect(failed).toMatchObject({ kind: 'unavailable' });
    bench.setReachable(true);
    await bench.queue.send(jobs);
    expect((await bench.receive(2)).map(({ messageId }) => messageId)).toEqual(['before', 'm']);
  });
}
