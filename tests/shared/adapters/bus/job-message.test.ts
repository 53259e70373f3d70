import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseJob, toMessage } from '../../../../shared/adapters/bus/job-message.js';
import type { SyncJob } from '../../../../shared/core/job.js';

const base = { version: 1, tenantId: '11111111-aaaa-4bbb-8ccc-000000000001', attempt: 0 } as const;
const jobs: readonly SyncJob[] = [
  { ...base, kind: 'notification', resource: 'users', dueAt: 1_772_000_000_000 },
  { ...base, kind: 'run', runId: '0123456789abcdef' },
  { ...base, kind: 'continue', reason: 'budget' },
  { ...base, kind: 'subscriptions', attempt: 9 },
  { ...base, kind: 'proveConsent', requestId: 'ab'.repeat(32), bundle: 'near-real-time' },
  { ...base, kind: 'proveConsent', requestId: 'r1', bundle: 'contacts', firstLookAt: 1_772_000_000_000 },
];

describe('the body of a message', () => {
  it.each(jobs)('is the job that was sent: $kind', (job) => {
    expect(parseJob(toMessage({ messageId: 'm', job, dueAt: null }).body)).toEqual({ kind: 'job', job });
    expect(parseJob(JSON.stringify(job))).toEqual({ kind: 'job', job });
  });

  it('of another version is told apart from a malformed one', () => {
    expect(parseJob({ ...jobs[0], version: 2 })).toEqual({ kind: 'unknownVersion', version: 2 });
    expect(parseJob({ version: 7 })).toEqual({ kind: 'unknownVersion', version: 7 });
  });

  it.each([
    null,
    undefined,
    '',
    'hello',
    '[]',
    42,
    [],
    {},
    { ...jobs[0], version: '1' },
    { ...jobs[0], version: 1.5 },
    { ...jobs[0], resource: 'contacts' },
    { ...jobs[0], dueAt: 'soon' },
    { ...jobs[0], kind: 'delete' },
    { ...jobs[1], runId: '../x' },
    { ...jobs[4], requestId: 'a|b' },
    { ...jobs[4], bundle: 'everything' },
    { ...jobs[4], firstLookAt: 'then' },
    { ...jobs[4], firstLookAt: -1 },
    { ...jobs[1], tenantId: '' },
    { ...jobs[1], tenantId: 'a/b' },
    { ...jobs[1], attempt: -1 },
    { ...jobs[1], attempt: 0.5 },
    { ...base, kind: 'continue' },
  ])('is malformed: %j', (body) => {
    expect(parseJob(body)).toMatchObject({ kind: 'malformed' });
  });

  it('never makes the parser fail, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        expect(['job', 'malformed', 'unknownVersion']).toContain(parseJob(body).kind);
      }),
    );
  });
});

describe('a message', () => {
  it('carries its tenant as session, and its time', () => {
    expect(toMessage({ messageId: 'm', job: jobs[1]!, dueAt: 5_000 })).toEqual({
      body: jobs[1],
      contentType: 'application/json',
      messageId: 'm',
      sessionId: base.tenantId,
      scheduledEnqueueTimeUtc: new Date(5_000),
    });
  });
});
