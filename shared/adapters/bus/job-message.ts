import type { ServiceBusMessage } from '@azure/service-bus';
import { z } from 'zod';

import { BUNDLES } from '../../core/bundle.js';
import { JOB_VERSION, type SyncJob } from '../../core/job.js';
import { RESOURCES } from '../../core/resource.js';
import type { QueuedJob } from '../../ports/job-queue.js';

/** What a message's body turned out to be. */
export type ParsedJob =
  | { readonly kind: 'job'; readonly job: SyncJob }
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'unknownVersion'; readonly version: number };

/** Ids stand in table keys: letters, digits and a few signs. */
const key = z.string().regex(/^[\w.-]{1,100}$/);
/** Epoch milliseconds that a date can hold. */
const instant = z.number().min(0).max(8.64e15);
const common = {
  version: z.literal(JOB_VERSION),
  tenantId: z.guid(),
  attempt: z.int().min(0).max(1_000_000),
};
const jobSchema = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('notification'),
    resource: z.enum(RESOURCES),
    dueAt: instant,
    arrivedAt: instant.exactOptional(),
    eventAt: instant.exactOptional(),
  }),
  z.object({ ...common, kind: z.literal('run'), runId: key }),
  z.object({
    ...common,
    kind: z.literal('continue'),
    reason: z.string().max(1_000),
    announced: z.object({ arrivedAt: instant, changes: z.int().min(0) }).exactOptional(),
  }),
  z.object({ ...common, kind: z.literal('subscriptions'), renewAll: z.boolean().exactOptional() }),
  z.object({ ...common, kind: z.literal('disconnect') }),
  z.object({ ...common, kind: z.literal('retryParked') }),
  z.object({ ...common, kind: z.literal('sweep') }),
  z.object({
    ...common,
    kind: z.literal('proveConsent'),
    requestId: key,
    bundle: z.enum(BUNDLES),
    firstLookAt: instant.exactOptional(),
  }),
]);
const versioned = z.looseObject({ version: z.int() });

/** Reads the body of a message as hostile input; text is taken for JSON. Unknown fields are dropped. */
export function parseJob(body: unknown): ParsedJob {
  const content = typeof body === 'string' ? parseText(body) : body;
  const version = versioned.safeParse(content);
  if (!version.success) return { kind: 'malformed', problem: 'It is no object with a version' };
  if (version.data.version !== JOB_VERSION) {
    return { kind: 'unknownVersion', version: version.data.version };
  }
  const job = jobSchema.safeParse(content);
  if (job.success) return { kind: 'job', job: job.data };
  const problems = job.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { kind: 'malformed', problem: problems.join('; ').slice(0, 500) };
}

/** The message for a job: its session is its tenant. */
export function toMessage(queued: QueuedJob): ServiceBusMessage {
  return {
    body: queued.job,
    contentType: 'application/json',
    messageId: queued.messageId,
    sessionId: queued.job.tenantId,
    ...(queued.dueAt === null ? {} : { scheduledEnqueueTimeUtc: new Date(queued.dueAt) }),
  };
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
