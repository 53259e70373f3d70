import { z } from 'zod';
import { JOBS, RESOURCES } from '../../shared/core/resource.js';
import { issuesOfRun } from '../../shared/core/issues/issues-shown.js';
import type { TenantIssue } from '../../shared/core/issues/tenant-issue.js';
import type { Run } from '../../shared/core/run.js';
import { instant } from './instant.js';
import { issueResource, toIssueResource } from './issue-resource.js';

/** Body of POST runs. */
export const runWish = z.strictObject({
  jobs: z
    .array(z.enum(JOBS, { error: `must be a job of this version: ${JOBS.join(', ')}` }))
    .min(1)
    .default([...JOBS])
    .describe('Without it, all that this version has.'),
  full: z.boolean().default(false).describe('Read everything instead of what changed.'),
});

const count = z.int().min(0);

const progress = z.strictObject({
  pages: count,
  objects: count,
  estimate: count.nullable(),
  done: z.boolean(),
});

const counts = z.strictObject({
  created: count,
  updated: count,
  softDeleted: count,
  restored: count,
  deleted: count,
});

export const runResource = z.strictObject({
  id: z.string(),
  tenantId: z.guid(),
  trigger: z.enum(['nightly', 'manual', 'notification', 'poll']),
  status: z.enum(['NotStarted', 'Running', 'Held', 'Succeeded', 'Failed', 'Canceled']),
  jobs: z.array(z.enum(JOBS)),
  full: z.boolean(),
  requestedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  progress: z.partialRecord(z.enum(RESOURCES), progress),
  counts: z.partialRecord(z.enum(RESOURCES), counts),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string(), count })),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  issues: z
    .array(issueResource)
    .describe('Of the issues that the tenant has now, those why the run is held or failed.'),
});

/** @param issues that the tenant has now */
export function toRunResource(run: Run, issues: readonly TenantIssue[]): z.input<typeof runResource> {
  return {
    id: run.runId,
    tenantId: run.tenantId,
    trigger: run.trigger,
    status: run.status,
    jobs: [...run.jobs],
    full: run.full,
    requestedAt: run.requestedAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    progress: run.progress,
    counts: run.counts,
    warnings: [...run.warnings],
    ...(run.error === null ? {} : { error: run.error }),
    issues: issuesOfRun(issues, run).map(toIssueResource),
  };
}
