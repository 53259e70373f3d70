import { describe, expect, it } from 'vitest';
import { reportLatencies } from '../../../../shared/core/freshness/freshness-report.js';
import {
  addedLatencies,
  derived,
  mirrored,
  NO_LATENCIES,
} from '../../../../shared/core/freshness/latencies.js';

const HOUR = 60 * 60_000;
const announced = { arrivedAt: 10 * HOUR, eventAt: 10 * HOUR - 1_500, changes: 3 };

describe('latencies', () => {
  it('count each changed object, from the notification and from the change itself', () => {
    const report = reportLatencies(mirrored(NO_LATENCIES, announced, 10 * HOUR + 2_500));
    expect(report.notificationToMirror.changes).toBe(3);
    expect(report.notificationToMirror.p50Ms).toBeGreaterThanOrEqual(2_500);
    expect(report.notificationToMirror.p50Ms).toBeLessThan(2_500 * 1.1);
    expect(report.eventToMirror.p95Ms).toBeGreaterThanOrEqual(4_000);
    expect(report.eventToMirror.p95Ms).toBeLessThan(4_000 * 1.1);
    expect(report.notificationToPeople).toEqual({ changes: 0, p50Ms: null, p95Ms: null });
  });

  it('count no time of the change where Graph told none, or one of more than a day ago', () => {
    for (const eventAt of [null, -15 * HOUR]) {
      const report = reportLatencies(mirrored(NO_LATENCIES, { ...announced, eventAt }, 10 * HOUR));
      expect(report.eventToMirror.changes).toBe(0);
      expect(report.notificationToMirror.changes).toBe(3);
    }
  });

  it('take a change of the future, by Graph’s own account, for one of now', () => {
    const report = reportLatencies(mirrored(NO_LATENCIES, { ...announced, eventAt: 11 * HOUR }, 10 * HOUR));
    expect(report.eventToMirror).toEqual({ changes: 3, p50Ms: 10, p95Ms: 10 });
  });

  it('add up over jobs, dates and tenants', () => {
    const one = mirrored(NO_LATENCIES, announced, 10 * HOUR + 2_000);
    const other = derived(one, announced, 10 * HOUR + 3_000);
    const report = reportLatencies(addedLatencies([one, other]));
    expect(report.notificationToMirror.changes).toBe(6);
    expect(report.notificationToPeople.changes).toBe(3);
  });
});
