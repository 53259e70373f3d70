import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKnownEvent, jobsForEvents, type LifecycleEvent } from '../../../shared/core/lifecycle-event.js';

const settings = { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000] };
const tenantId = '11111111-1111-4111-8111-111111111111';
const at = Date.parse('2026-03-10T12:00:03.000Z');

function event(name: string, values: Partial<LifecycleEvent> = {}): LifecycleEvent {
  return { tenantId, resource: 'users', event: name, at, ...values };
}

const kindsFor = (name: string): string[] =>
  jobsForEvents([event(name)], settings).map(({ job }) => job.kind);

describe('an event', () => {
  it('that asks for a new token, or tells that a subscription is gone, leads to renewing them all', () => {
    for (const name of ['reauthorizationRequired', 'subscriptionRemoved']) {
      expect(jobsForEvents([event(name)], settings)).toEqual([
        {
          messageId: `lifecycle:${tenantId}:${Math.floor(at / 10_000)}`,
          job: { version: 1, tenantId, attempt: 0, kind: 'subscriptions', renewAll: true },
          dueAt: Date.parse('2026-03-10T12:00:10.400Z'),
        },
      ]);
    }
  });

  it('that tells of missed notifications leads to reading as a notification does', () => {
    expect(kindsFor('missed')).toEqual(['notification', 'notification']);
  });

  it('that nobody knows yet leads to both', () => {
    expect(isKnownEvent('quotaExceeded')).toBe(false);
    expect(kindsFor('quotaExceeded')).toEqual(['subscriptions', 'notification', 'notification']);
  });
});

describe('many events', () => {
  it('of a tenant within a window share a job, which runs after the last of them', () => {
    const events = fc.array(fc.record({ tenant: fc.nat(3), later: fc.nat(30_000), groups: fc.boolean() }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(events, (given) => {
        const told = given.map(({ tenant, later, groups }) =>
          event('reauthorizationRequired', {
            tenantId: `${tenant}`,
            at: at + later,
            resource: groups ? 'groups' : 'users',
          }),
        );
        const jobs = jobsForEvents(told, settings);
        for (const one of told) {
          const covering = jobs.filter(
            ({ job, dueAt }) => job.tenantId === one.tenantId && dueAt > one.at && dueAt <= one.at + 10_400,
          );
          expect(covering.length).toBeGreaterThan(0);
        }
        expect(jobs.length).toBeLessThanOrEqual(4 * 4);
      }),
    );
  });
});
