import { JOB_VERSION, type SyncJob } from './job.js';
import { isResource } from './resource.js';

export type ParsedJob =
  | { readonly kind: 'job'; readonly job: SyncJob }
  /** `problem` is a sentence. */
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'unknownVersion'; readonly version: number };

const TENANT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads a message body, or its JSON text, as a job. Properties that a job does not have are left out. */
export function parseJob(body: unknown): ParsedJob {
  const value = typeof body === 'string' ? fromJson(body) : body;
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? jobFrom(value as Record<string, unknown>)
    : malformed('The body is not a JSON object.');
}

/** Undefined for what is no JSON. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function jobFrom(value: Record<string, unknown>): ParsedJob {
  const { version, tenantId, attempt } = value;
  if (typeof version !== 'number') return malformed('version is not a number.');
  if (version !== JOB_VERSION) return { kind: 'unknownVersion', version };
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

function malformed(problem: string): ParsedJob {
  return { kind: 'malformed', problem };
}
