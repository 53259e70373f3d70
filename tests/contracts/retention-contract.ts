import { beforeEach, describe, expect, it } from 'vitest';
import type { TableStores } from '../../shared/adapters/tables/table-stores.js';
import { LeaseLost } from '../../shared/core/failures.js';
import type { ProductRecord } from '../../shared/core/matching/product-record.js';
import { personEntry } from '../../shared/core/people/outbox-entry.js';
import type { Person } from '../../shared/core/people/person.js';
import type { Run } from '../../shared/core/run.js';
import type { RecordUpload } from '../../shared/ports/records.js';
import { aCause, aChange, aPerson } from '../builders/person.js';
import { collected, fenceOf, listed, type TestFence } from './table-stores-fixture.js';

const SETUP = 'setup-1';

function recordOf(recordId: string): ProductRecord {
  return {
    recordId,
    entraId: null,
    mail: 'ann@contoso.com',
    initials: null,
    displayName: 'Æsop 李雷 𝔘',
    phones: ['12', '34'],
    jobTitle: null,
    country: 'DK',
    values: { 'a|b': '=1+1' },
  };
}

/** What the stores must do so that rows end that have had their time. */
export function describeRetention(storesOf: () => TableStores): void {
  let stores: TableStores;
  let fence: TestFence;
  let tenantId: string;
  beforeEach(() => {
    stores = storesOf();
    fence = fenceOf();
    ({ tenantId } = fence);
  });

  describe('the highest version of people who were forgotten', () => {
    it('is kept for each setup and never lowered', async () => {
      const { personVersions } = stores;
      expect(await personVersions.highest(tenantId, SETUP)).toBe(0);
      for (const version of [3, 7, 5]) await personVersions.raise(fence, SETUP, version);
      await Promise.all([11, 9, 10].map((version) => personVersions.raise(fence, SETUP, version)));
      expect(await personVersions.highest(tenantId, SETUP)).toBe(11);
      expect(await personVersions.highest(tenantId, `${SETUP}-2`)).toBe(0);
      fence.break();
      await expect(personVersions.raise(fence, SETUP, 12)).rejects.toBeInstanceOf(LeaseLost);
    });
  });

  describe('the journal in time', () => {
    const person = (directoryId: string, at: string): Person =>
      aPerson({ tenantId, directoryId, displayName: `Name ${directoryId}`, changedAt: at });
    const append = async (directoryId: string, at: string): Promise<void> => {
      const entry = personEntry(aChange(null, person(directoryId, at)), aCause(at));
      await stores.journal.append(fence, [entry]);
    };
    const dates = ['2026-01-05', '2026-01-20', '2026-02-10', '2026-04-01'].map(
      (day) => `${day}T00:00:00.000Z`,
    );
    beforeEach(async () => {
      for (const [n, at] of dates.entries()) await append(`u${n}`, at);
    });

    it('holds no values of entries that were redacted, and keeps what else it says of them', async () => {
      const { journal, journalRetention } = stores;
      const before = await journal.after(tenantId, 0, 10);
      const valued = () => collected(journalRetention.valued(tenantId, '2026-02-01T00:00:00.000Z'));
      const found = await valued();
      expect(found.map(({ sequence, month }) => [sequence, month])).toEqual([
        [1, '202601'],
        [2, '202601'],
      ]);
      await journalRetention.redact(fence, found.slice(0, 1));
      const [first, ...others] = await journal.after(tenantId, 0, 10);
      expect(first).toEqual({ ...before[0], before: null, after: null });
      expect(others).toEqual(before.slice(1));
      expect((await valued()).map(({ sequence }) => sequence)).toEqual([2]);
      fence.break();
      await expect(journalRetention.redact(fence, found)).rejects.toBeInstanceOf(LeaseLost);
    });

    it('forgets months, and its sequences go on, also if no month is left', async () => {
      const { journal, journalRetention } = stores;
      await journalRetention.forgetBefore(fence, '202602', '2026-04-02T00:00:00.000Z');
      expect(await journalRetention.monthsOf(tenantId)).toEqual(['202602', '202604']);
      expect((await journal.after(tenantId, 0, 10)).map(({ sequence }) => sequence)).toEqual([3, 4]);
      await journalRetention.forgetBefore(fence, '202701', '2027-03-02T00:00:00.000Z');
      expect(await journalRetention.monthsOf(tenantId)).toEqual(['202703']);
      expect([await journal.head(tenantId), await journal.after(tenantId, 0, 10)]).toEqual([4, []]);
      await append('u9', '2027-03-03T00:00:00.000Z');
      expect((await journal.after(tenantId, 0, 10)).map(({ sequence }) => sequence)).toEqual([5]);
    });
  });

  describe('uploads over all setups of a tenant', () => {
    const uploadOf = (setupId: string, uploadId: string): RecordUpload => ({
      ...{ tenantId, setupId, uploadId, rows: 1, chunks: 1, written: 0, mode: 'merge', status: 'waiting' },
      ...{ receivedAt: '2026-05-04T10:00:00.000Z', appliedAt: null },
    });

    it('are found, and those that have chunks, those without an upload included', async () => {
      const { recordUploads } = stores;
      const uploads = [uploadOf(SETUP, '1'), uploadOf(`${SETUP}-2`, '1-2')];
      for (const upload of uploads) await recordUploads.save(upload);
      for (const uploadId of ['1', '1-2', 'lost'])
        for (const chunk of [0, 1])
          await recordUploads.putChunk(uploadOf(SETUP, uploadId), chunk, [recordOf('r')]);
      await recordUploads.putChunk({ ...uploadOf(SETUP, 'other'), tenantId: `${tenantId}-2` }, 0, []);
      const all = await recordUploads.all(tenantId);
      expect(all.map(({ uploadId }) => uploadId).sort()).toEqual(['1', '1-2']);
      expect([...(await recordUploads.chunkedUploads(tenantId))].sort()).toEqual(['1', '1-2', 'lost']);
      await recordUploads.discardChunks({ tenantId, uploadId: 'lost' });
      expect([...(await recordUploads.chunkedUploads(tenantId))].sort()).toEqual(['1', '1-2']);
    });
  });

  describe('rows of setups', () => {
    const setups = [SETUP, `${SETUP}-2`, `${SETUP}2`];

    it('are removed of the setups that the tenant does not have', async () => {
      for (const setupId of setups) {
        await stores.records.write(fence, setupId, 'u', ['1', '2', '3'].map(recordOf));
        await stores.matchingStates.save(fence, { ...(await stores.matchingStates.get(tenantId, setupId)) });
      }
      const known = (): Promise<ReadonlySet<string>> => Promise.resolve(new Set([SETUP]));
      expect(await stores.setupRows.clearUnknown(fence, known)).toBe(2);
      for (const setupId of setups) {
        const left = await stores.records.read(tenantId, setupId, ['1', '2', '3']);
        expect([setupId, left.size]).toEqual([setupId, setupId === SETUP ? 3 : 0]);
      }
      expect(await stores.setupRows.clearUnknown(fence, known)).toBe(0);
      fence.break();
      const none = (): Promise<ReadonlySet<string>> => Promise.resolve(new Set());
      await expect(stores.setupRows.clearUnknown(fence, none)).rejects.toBeInstanceOf(LeaseLost);
    });
  });

  describe('runs of long ago', () => {
    const runOf = (runId: string, values: Partial<Run>): Run => ({
      ...{ tenantId, runId, trigger: 'poll', jobs: ['users'], full: false, startedAt: null, parts: {} },
      ...{ requestedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:01:00.000Z' },
      ...{ status: 'Succeeded', progress: {}, counts: {}, warnings: [], error: null },
      ...values,
    });
    const idsLeft = async (): Promise<string[]> =>
      (await listed((request) => stores.runs.list(tenantId, request), 100)).map(({ runId }) => runId).sort();

    it('are removed if they ended before an instant and wait for nobody', async () => {
      const late = '2026-02-01T00:00:00.000Z';
      await stores.runs.request(runOf('old', {}), 'a');
      await stores.runs.request(runOf('held', { status: 'Held' }), 'b');
      await stores.runs.request(runOf('active', { status: 'Running', endedAt: null }), 'c');
      await stores.runs.request(runOf('ended-late', { endedAt: late }), 'd');
      await stores.runs.request(runOf('new', { requestedAt: late, endedAt: late }), 'e');
      while (await stores.runs.removeEndedBefore(fence, '2026-01-15T00:00:00.000Z'));
      expect(await idsLeft()).toEqual(['active', 'ended-late', 'held', 'new']);
      expect(await stores.runs.get(tenantId, 'old')).toBeNull();
      expect((await stores.runs.open(tenantId)).held).toEqual(['held']);
      fence.break();
      const lost = stores.runs.removeEndedBefore(fence, '2026-03-01T00:00:00.000Z');
      await expect(lost).rejects.toBeInstanceOf(LeaseLost);
    });

    it('are removed in stretches, also behind a stretch of held ones', async () => {
      for (let n = 0; n < 205; n += 1) {
        const requestedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, 500 - n)).toISOString();
        const status = n < 201 ? 'Held' : 'Succeeded';
        await stores.runs.request(runOf(`r${n}`, { requestedAt, status }), `${n}`);
      }
      while (await stores.runs.removeEndedBefore(fence, '2026-01-15T00:00:00.000Z'));
      expect((await stores.runs.open(tenantId)).held).toHaveLength(201);
      expect(await stores.runs.get(tenantId, 'r204')).toBeNull();
    });
  });
}
