import { JOB_VERSION, type SyncJob } from './job.js';
import { isResource } from './resource.js';

export type ParsedJob =
  | { readonly kind: 'job'; readonly job: SyncJob }
  /** No job that this version knows; `reason` is a sentence. */
  | { readonly kind: 'malformed'; readonly reason: string };

const TENANT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads the text of a message body as a job. Properties that a job does not have are left out. */
export function parseJob(text: string): ParsedJob {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('The body is not JSON.');
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? jobFrom(value as Record<string, unknown>)
    : malformed('The body is not an object.');
}

function jobFrom(value: Record<string, unknown>): ParsedJob {
  const { version, tenantId, attempt } = value;
  if (version !== JOB_VERSION) return malformed(`The version is not ${JOB_VERSION}.`);
  if (typeof tenantId !== 'string' || !TENANT_ID.test(tenantId))
    return malformed('tenantId is not a tenant id.');
  if (typeof attempt !== 'number' || !Number.isInteger(attempt) || attempt < 0)
    return malformed('attempt is not a whole number from 0.');
  const common = { version: JOB_VERSION, tenantId, attempt } as const;
  switch (value.kind) {
    case 'notification':
      if (!isResource(value.resource)) return malformed('resource is none that is read.');
      if (typeof value.dueAt !== 'number') return malformed('dueAt is not a number.');
      return job({ ...common, kind: 'notification', resource: value.resource, dueAt: value.dueAt });
    case 'run':
      if (typeof value.runId !== 'string') return malformed('runId is not a text.');
      return job({ ...common, kind: 'run', runId: value.runId });
    case 'continue':
      if (typeof value.reason !== 'string') return malformed('reason is not a text.');
      return job({ ...common, kind: 'continue', reason: value.reason });
    case 'subscriptions':
      return job({ ...common, kind: 'subscriptions' });
    default:
      return malformed('The kind is none that this version knows.');
  }
}

function job(found: SyncJob): ParsedJob {
  return { kind: 'job', job: found };
}

function malformed(reason: string): ParsedJob {
  return { kind: 'malformed', reason };
}
