import { endsItsHosts, failureOutcome, hostsEnded, type RetrySettings } from '../core/failure-outcome.js';
import { Failure } from '../core/failures.js';
import type { SyncJob, WakingKind } from '../core/job.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { Log } from '../ports/log.js';
import { recordDeadLetters } from '../ports/record-dead-letters.js';
import type { Tenants } from '../ports/registry.js';
import type { DeadLetters } from '../ports/sync-state.js';

/** What a message's body turned out to be. */
export type ReadJob =
  | { readonly kind: 'job'; readonly job: SyncJob }
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'unknownVersion'; readonly version: number };

export interface ReceivedMessage {
  readonly body: unknown;
  readonly messageId: string | null;
  /** How often the broker has served it; 1, the first time, where it does not tell. */
  readonly deliveries?: number;
}

export interface ReceiveJobPorts {
  readonly deadLetters: DeadLetters;
  readonly tenants: Pick<Tenants, 'get' | 'save'>;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export interface JobWork {
  readonly parseJob: (body: unknown) => ReadJob;
  readonly syncTenant: (job: Extract<SyncJob, { kind: WakingKind }>, deliveries: number) => Promise<void>;
  readonly disconnectTenant: (
    job: Extract<SyncJob, { kind: 'disconnect' }>,
    deliveries: number,
  ) => Promise<void>;
  readonly keepSubscriptions: (
    tenantId: string,
    asked: { readonly attempt: number; readonly renewAll: boolean },
  ) => Promise<void>;
  readonly proveConsent: (job: Extract<SyncJob, { kind: 'proveConsent' }>) => Promise<void>;
  readonly retryParked: (tenantId: string) => Promise<void>;
  readonly sweepTenant: (job: Extract<SyncJob, { kind: 'sweep' }>) => Promise<void>;
}

export type ReceiveJob = (message: ReceivedMessage) => Promise<void>;

const LONGEST_BODY = 16_000;

/**
 * Takes a message off the queue `sync-jobs`: what cannot be understood is set aside with its reason, never lost
 * and never tried for ever; the rest goes to the work of its kind. Throws only what is unknown.
 */
export function createReceiveJob(ports: ReceiveJobPorts, work: JobWork, retry: RetrySettings): ReceiveJob {
  return async (message) => {
    const read = work.parseJob(message.body);
    switch (read.kind) {
      case 'malformed':
        return setAside(ports, message, `It is no job: ${read.problem}`);
      case 'unknownVersion':
        return setAside(
          ports,
          message,
          `It is a job of version ${read.version}, which this deployment does not know.`,
        );
      case 'job':
        return doJob(ports, work, retry, read.job, message);
    }
  };
}

function doJob(
  ports: ReceiveJobPorts,
  work: JobWork,
  retry: RetrySettings,
  job: SyncJob,
  message: ReceivedMessage,
): Promise<void> {
  const deliveries = message.deliveries ?? 1;
  switch (job.kind) {
    case 'subscriptions':
    case 'proveConsent':
    case 'retryParked':
    case 'sweep':
      return endsItsHosts(deliveries - 1)
        ? setAsideOf(ports, message, hostsEnded(deliveries - 1).message, job.tenantId)
        : doPassingJob(ports, work, retry, job, message);
    case 'disconnect':
      return work.disconnectTenant(job, deliveries);
    case 'notification':
    case 'run':
    case 'continue':
      return work.syncTenant(job, deliveries);
  }
}

function doPassingJob(
  ports: ReceiveJobPorts,
  work: JobWork,
  retry: RetrySettings,
  job: Extract<SyncJob, { kind: 'subscriptions' | 'proveConsent' | 'retryParked' | 'sweep' }>,
  message: ReceivedMessage,
): Promise<void> {
  switch (job.kind) {
    case 'subscriptions':
      return keepSubscriptions(ports, work, retry, job);
    case 'proveConsent':
      return proveConsent(ports, work, retry, job, message);
    case 'retryParked':
      return retryParked(ports, work, job.tenantId);
    case 'sweep':
      return sweep(ports, work, retry, job);
  }
}

/** @param tenantId of the tenant that it names, if that is known */
async function setAside(
  ports: ReceiveJobPorts,
  message: ReceivedMessage,
  reason: string,
  tenantId: string | null = null,
): Promise<void> {
  const id = ports.chance.newId();
  await ports.deadLetters.put({
    tenantId,
    id,
    kind: 'job',
    reason,
    body: textOf(message.body).slice(0, LONGEST_BODY),
    messageId: message.messageId,
    setAsideAt: new Date(ports.clock.now()).toISOString(),
  });
  ports.log.error('A message was set aside', { deadLetter: id, reason });
  await recordDeadLetters(ports, tenantId);
}

/** @param tenantId named by the message, and perhaps unknown here */
async function setAsideOf(
  ports: ReceiveJobPorts,
  message: ReceivedMessage,
  reason: string,
  tenantId: string,
): Promise<void> {
  const isKnown = (await ports.tenants.get(tenantId)) !== null;
  await setAside(ports, message, reason, isKnown ? tenantId : null);
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body === undefined ? 'nothing' : JSON.stringify(body);
}

/**
 * Subscriptions that could not be kept are no reason to stop the tenant: its nightly runs go on, and the timer
 * `upkeep` sends this job again as long as one is missing or due.
 */
async function keepSubscriptions(
  ports: ReceiveJobPorts,
  work: JobWork,
  retry: RetrySettings,
  job: Extract<SyncJob, { kind: 'subscriptions' }>,
): Promise<void> {
  const { attempt, renewAll = false } = job;
  try {
    await work.keepSubscriptions(job.tenantId, { attempt, renewAll });
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const outcome = failureOutcome(failure, job.attempt, 1, retry, ports.chance.fraction());
    const { tenantId } = job;
    ports.log.warn('Subscriptions could not be kept', {
      tenantId,
      outcome: outcome.kind,
      why: failure.message,
    });
    if (outcome.kind === 'comeBack') await comeBack(ports, job, outcome.delayMs);
  }
}

/** An administrator may be waiting at the page, milliseconds. */
const LONGEST_PROOF_PAUSE_MS = 60_000;

/**
 * No timer asks again whether a consent works, so that this job alone carries the proof: it comes back as long as a
 * failure may pass. It ends by itself once the request is answered or gone.
 */
async function proveConsent(
  ports: ReceiveJobPorts,
  work: JobWork,
  retry: RetrySettings,
  job: Extract<SyncJob, { kind: 'proveConsent' }>,
  message: ReceivedMessage,
): Promise<void> {
  try {
    await work.proveConsent(job);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const { tenantId } = job;
    const longestMs = Math.min(retry.longestMs, LONGEST_PROOF_PAUSE_MS);
    const patient = { ...retry, longestMs, attempts: Number.POSITIVE_INFINITY };
    const outcome = failureOutcome(failure, job.attempt, 1, patient, ports.chance.fraction());
    const facts = { tenantId, outcome: outcome.kind, why: failure.message };
    ports.log.warn('A consent could not be proven yet', facts);
    if (outcome.kind === 'comeBack') return comeBack(ports, job, outcome.delayMs);
    await setAsideOf(ports, message, failure.message, tenantId);
  }
}

async function comeBack(ports: ReceiveJobPorts, job: SyncJob, delayMs: number): Promise<void> {
  const messageId = `later:${job.tenantId}:${ports.chance.newId()}`;
  const dueAt = ports.clock.now() + delayMs;
  await ports.queue.send([{ messageId, job: { ...job, attempt: job.attempt + 1 }, dueAt }]);
}

/** The timer `upkeep` sends this job again as long as the tenant is parked. */
async function retryParked(ports: ReceiveJobPorts, work: JobWork, tenantId: string): Promise<void> {
  try {
    await work.retryParked(tenantId);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    ports.log.warn('A parked tenant could not be tried', { tenantId, why: failure.message });
  }
}

/** What could not be removed yet is removed the next day at the latest: the timer `upkeep` sends this job daily. */
async function sweep(
  ports: ReceiveJobPorts,
  work: JobWork,
  retry: RetrySettings,
  job: Extract<SyncJob, { kind: 'sweep' }>,
): Promise<void> {
  try {
    await work.sweepTenant(job);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const outcome = failureOutcome(failure, job.attempt, 1, retry, ports.chance.fraction());
    const facts = { tenantId: job.tenantId, outcome: outcome.kind, why: failure.message };
    ports.log.warn('Old rows of a tenant could not be removed yet', facts);
    if (outcome.kind === 'comeBack') await comeBack(ports, job, outcome.delayMs);
  }
}
