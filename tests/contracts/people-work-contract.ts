import { beforeEach, describe, expect, it } from 'vitest';
import { bucketOf } from '../../shared/core/bucket.js';
import type { Reports } from '../../shared/ports/reports.js';
import type { SetupProgress, SetupProgresses } from '../../shared/ports/setup-progress.js';
import { collected, fenceOf, type TestFence } from './table-stores-fixture.js';

export interface PeopleWorkStores {
  readonly reports: Reports;
  readonly setupProgresses: SetupProgresses;
}

/** What the stores must do by which jobs know whom a change concerns and how far they are. */
export function describePeopleWork(storesOf: () => PeopleWorkStores): void {
  let stores: PeopleWorkStores;
  let fence: TestFence;
  beforeEach(() => {
    stores = storesOf();
    fence = fenceOf();
  });

  describe('reports', () => {
    it('are found by their managers, each once, however often they were entered', async () => {
      const reports = ['r1', 'r2'].map((reportId) => ({ managerId: 'm1', reportId }));
      await stores.reports.enter(fence, [...reports, { managerId: 'm2', reportId: 'r3' }]);
      await stores.reports.enter(fence, reports);
      expect(await stores.reports.of(fence, ['m1', 'm1', 'nobody'])).toEqual(new Set(['r1', 'r2']));
      expect(await stores.reports.of(fence, [])).toEqual(new Set());
      const bucket = bucketOf('m2', fence.bucketCount);
      const scanned = await collected(stores.reports.scan(fence, bucket));
      expect(scanned).toContainEqual({ managerId: 'm2', reportId: 'r3' });
      await stores.reports.leave(fence, [
        { managerId: 'm2', reportId: 'r3' },
        { managerId: 'm2', reportId: 'absent' },
      ]);
      expect(await stores.reports.of(fence, ['m1', 'm2'])).toEqual(new Set(['r1', 'r2']));
    });

    it('are not entered without the lease', async () => {
      fence.break();
      await expect(stores.reports.enter(fence, [{ managerId: 'm', reportId: 'r' }])).rejects.toThrow();
    });
  });

  describe('how far jobs are with a setup', () => {
    const progress: SetupProgress = {
      setupId: 'one',
      basis: 'b'.repeat(40_000),
      readiness: 'complete',
      missingGroups: ['g1', 'g2'],
      hiddenGroups: ['g3'],
      dueAt: '2026-01-05T08:00:00.000Z',
      isHolding: true,
      asOf: '2026-03-10T12:00:00.000Z',
    };

    it('comes back as it was saved last, and is gone once removed', async () => {
      expect(await stores.setupProgresses.get(fence.tenantId, 'one')).toBeNull();
      await stores.setupProgresses.save(fence, { ...progress, basis: null, dueAt: null });
      await stores.setupProgresses.save(fence, progress);
      expect(await stores.setupProgresses.get(fence.tenantId, 'one')).toEqual(progress);
      await stores.setupProgresses.save(fence, { ...progress, setupId: 'other' });
      const all = await stores.setupProgresses.all(fence.tenantId);
      expect(all.map(({ setupId }) => setupId)).toEqual(['one', 'other']);
      await stores.setupProgresses.remove(fence, 'one');
      await stores.setupProgresses.remove(fence, 'one');
      expect(await stores.setupProgresses.get(fence.tenantId, 'one')).toBeNull();
    });
  });
}
