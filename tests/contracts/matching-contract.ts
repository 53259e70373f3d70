import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TableStores } from '../../shared/adapters/tables/table-stores.js';
import { LeaseLost, RowConflict } from '../../shared/core/failures.js';
import { unclaimed, type RecordClaim, type SetupRef } from '../../shared/core/matching/record-claim.js';
import type { MatchConflict } from '../../shared/core/matching/match-conflict.js';
import type { ProductRecord } from '../../shared/core/matching/product-record.js';
import {
  NO_DECISION,
  type MatchDecision,
  type MatchRow,
  type StoredDecision,
} from '../../shared/ports/matches.js';
import type { RecordUpload } from '../../shared/ports/records.js';
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

/** What the stores of records and matches must do. */
export function describeMatching(storesOf: () => TableStores): void {
  let stores: TableStores;
  let fence: TestFence;
  let tenantId: string;
  beforeEach(() => {
    stores = storesOf();
    fence = fenceOf();
    ({ tenantId } = fence);
  });

  describe('records', () => {
    it('come back as they were written, of their setup alone, in whatever pages', async () => {
      const ids = ['1', 'a/b', 'Ä', '='];
      await stores.records.write(fence, SETUP, 'upload-1', ids.map(recordOf));
      await stores.records.write(fence, SETUP, 'upload-2', [recordOf('1')]);
      await stores.records.write(fence, `${SETUP}-2`, 'upload-3', [recordOf('other')]);
      expect(await stores.records.read(tenantId, SETUP, ['a/b', 'none'])).toEqual(
        new Map([['a/b', recordOf('a/b')]]),
      );
      const found = await listed((request) => stores.records.list(tenantId, SETUP, request), 1);
      expect(found.map(({ recordId }) => recordId).sort()).toEqual([...ids].sort());
      const scanned = await collected(stores.records.scan(tenantId, SETUP));
      expect(scanned.find(({ record }) => record.recordId === '1')?.uploadId).toBe('upload-2');
      await stores.records.remove(fence, SETUP, ['1', 'none']);
      expect(await stores.records.read(tenantId, SETUP, ['1'])).toEqual(new Map());
      fence.break();
      await expect(stores.records.write(fence, SETUP, 'u', [recordOf('1')])).rejects.toBeInstanceOf(
        LeaseLost,
      );
    });
  });

  describe('uploads', () => {
    it('keep their chunks until they are discarded, and are open until they are applied', async () => {
      const { recordUploads } = stores;
      const upload: RecordUpload = {
        ...{ tenantId, setupId: SETUP, uploadId: '1', rows: 1000, chunks: 1, written: 0 },
        ...{ mode: 'merge', status: 'waiting' },
        ...{ receivedAt: '2026-05-04T10:00:00.000Z', appliedAt: null },
      };
      const records = Array.from({ length: 1000 }, (_, n) => recordOf(`r${n}`));
      await recordUploads.save({ ...upload, uploadId: '2' });
      await recordUploads.save(upload);
      await recordUploads.putChunk(upload, 0, records);
      expect(await recordUploads.readChunk(upload, 0)).toEqual(records);
      const open = await recordUploads.open(tenantId, SETUP);
      expect(open.map(({ uploadId }) => uploadId)).toEqual(['1', '2']);
      await recordUploads.save({ ...upload, status: 'applied' });
      await recordUploads.remove({ ...upload, uploadId: '2' });
      expect(await recordUploads.open(tenantId, SETUP)).toEqual([]);
      await recordUploads.discardChunks(upload);
      expect(await recordUploads.readChunk(upload, 0)).toEqual([]);
      expect((await recordUploads.get(tenantId, SETUP, '1'))?.status).toBe('applied');
    });
  });

  describe('matches', () => {
    const nothing = {
      ...{ user: null, isSoftDeleted: false, tie: null, formerRecordId: null, isInConflict: false },
      decision: NO_DECISION,
    };
    const tied = (directoryId: string): MatchRow => ({
      ...nothing,
      directoryId,
      tie: { directoryId, recordId: 'r', matchedBy: 'mail' },
    });

    it('come back as they were written, and go where they say nothing', async () => {
      const one = { ...tied('u1'), isSoftDeleted: true, decision: { ...NO_DECISION, apart: ['r2'] } };
      await stores.matches.write(fence, SETUP, [one, tied('u2')]);
      await stores.matches.write(fence, 'other', [tied('u3')]);
      expect(await stores.matches.read(fence, SETUP, ['u1', 'u3'])).toEqual(new Map([['u1', one]]));
      await stores.matches.write(fence, SETUP, [{ ...nothing, directoryId: 'u2' }]);
      expect(await collected(stores.matches.scan(fence, SETUP))).toEqual([one]);
      const had = { ...nothing, directoryId: 'u1', formerRecordId: 'r' };
      await stores.matches.write(fence, SETUP, [had]);
      expect(await collected(stores.matches.scan(fence, SETUP))).toEqual([had]);
    });

    it('are found by what was entered, thousands under one value too, until all are replaced', async () => {
      const { matchIndex } = stores;
      const users = Array.from({ length: 4_500 }, () => randomUUID() as string);
      await matchIndex.add(fence, SETUP, [{ value: 'mail a', kind: 'record', id: 'r1' }]);
      await matchIndex.add(
        fence,
        SETUP,
        users.map((id) => ({ value: 'initials x', kind: 'user', id })),
      );
      const { directoryIds, recordIds } = await matchIndex.find(tenantId, SETUP, ['initials x', 'mail a']);
      expect([directoryIds.size, [...recordIds]]).toEqual([4_500, ['r1']]);
      await matchIndex.replace(fence, SETUP, [{ value: 'mail b', kind: 'user', id: 'u1' }]);
      const after = await matchIndex.find(tenantId, SETUP, ['initials x', 'mail a', 'mail b']);
      expect([[...after.directoryIds], [...after.recordIds]]).toEqual([['u1'], []]);
    });

    it('that conflict are listed until they are removed', async () => {
      const conflict: MatchConflict = {
        key: 'mail',
        value: 'x'.repeat(2_000),
        reasons: ['severalUsers'],
        directoryIds: ['u1', 'u2'],
        recordIds: ['r1'],
      };
      const all = () => listed((request) => stores.matchConflicts.list(tenantId, SETUP, request), 1);
      await stores.matchConflicts.put(fence, SETUP, [conflict, { ...conflict, value: 'y' }]);
      await stores.matchConflicts.put(fence, SETUP, [conflict]);
      expect(await all()).toHaveLength(2);
      await stores.matchConflicts.remove(fence, SETUP, [{ ...conflict, value: 'y' }]);
      expect(await all()).toEqual([conflict]);
      expect(await collected(stores.matchConflicts.all(tenantId, SETUP))).toEqual([conflict]);
    });
  });

  describe('decisions', () => {
    const chosen = (recordId: string): MatchDecision => ({
      ...NO_DECISION,
      choice: { recordId, matchedBy: 'chosen' },
    });

    it('claim a record for one user, are saved over what was read, and are news until taken over', async () => {
      const { matchDecisions } = stores;
      const none = await matchDecisions.read(tenantId, SETUP, 'u1');
      const save = (directoryId: string, stored: StoredDecision, next: MatchDecision) =>
        matchDecisions.save(tenantId, SETUP, [{ directoryId, stored, next }]);
      await save('u1', none, chosen('r1'));
      const claim = save('u2', none, chosen('r1'));
      await expect(claim).rejects.toBeInstanceOf(RowConflict);
      const again = save('u1', none, chosen('r2'));
      await expect(again).rejects.toBeInstanceOf(RowConflict);
      const first = await matchDecisions.read(tenantId, SETUP, 'u1');
      expect(first.decision).toEqual(chosen('r1'));
      await save('u1', first, chosen('r2'));
      expect(await matchDecisions.userOf(tenantId, SETUP, 'r1')).toBeNull();
      expect(await matchDecisions.userOf(tenantId, SETUP, 'r2')).toBe('u1');
      await matchDecisions.takenOver(fence, SETUP, [{ directoryId: 'u1', tag: first.tag }]);
      expect(await matchDecisions.news(tenantId, SETUP, 10)).toEqual(['u1']);
      const { tag } = await matchDecisions.read(tenantId, SETUP, 'u1');
      await matchDecisions.takenOver(fence, SETUP, [{ directoryId: 'u1', tag }]);
      expect(await matchDecisions.news(tenantId, SETUP, 10)).toEqual([]);
    });

    it('move a record from one user to another in one piece, or not at all', async () => {
      const { matchDecisions } = stores;
      const read = (directoryId: string) => matchDecisions.read(tenantId, SETUP, directoryId);
      const waiting = async () =>
        (await collected(matchDecisions.waiting(tenantId, SETUP)))
          .map(({ directoryId, decision }) => `${directoryId} ${decision.choice?.recordId ?? null}`)
          .sort();
      const none = await read('u2');
      await matchDecisions.save(tenantId, SETUP, [{ directoryId: 'u1', stored: none, next: chosen('r1') }]);
      const [old, given] = [await read('u1'), { ...NO_DECISION, lost: 'r1' }];
      const to = { directoryId: 'u2', stored: none, next: chosen('r1') };
      const stale = { directoryId: 'u1', stored: { ...old, tag: null }, next: given };
      await expect(matchDecisions.save(tenantId, SETUP, [to, stale])).rejects.toBeInstanceOf(RowConflict);
      expect(await matchDecisions.userOf(tenantId, SETUP, 'r1')).toBe('u1');
      await matchDecisions.save(tenantId, SETUP, [to, { ...stale, stored: old }]);
      expect(await matchDecisions.userOf(tenantId, SETUP, 'r1')).toBe('u2');
      expect([(await read('u1')).decision, (await read('u2')).decision]).toEqual([given, chosen('r1')]);
      expect(await matchDecisions.news(tenantId, SETUP, 10)).toEqual(['u1', 'u2']);
      expect(await waiting()).toEqual(['u1 null', 'u2 r1']);
    });

    it('about users who are deleted are forgotten with what they claim', async () => {
      const { matchDecisions } = stores;
      const none = await matchDecisions.read(tenantId, SETUP, 'u1');
      for (const [directoryId, recordId] of [
        ['u1', 'r1'],
        ['u2', 'r2'],
        ['u3', 'r3'],
      ] as const)
        await matchDecisions.save(tenantId, SETUP, [{ directoryId, stored: none, next: chosen(recordId) }]);
      const { tag } = await matchDecisions.read(tenantId, SETUP, 'u2');
      await matchDecisions.takenOver(fence, SETUP, [{ directoryId: 'u2', tag }]);
      await matchDecisions.forget(fence, SETUP, ['u1', 'u2', 'nobody']);
      expect(await matchDecisions.read(tenantId, SETUP, 'u1')).toEqual(none);
      expect(await matchDecisions.read(tenantId, SETUP, 'u2')).toEqual(none);
      expect(await matchDecisions.userOf(tenantId, SETUP, 'r1')).toBeNull();
      expect(await matchDecisions.userOf(tenantId, SETUP, 'r3')).toBe('u3');
      expect(await matchDecisions.news(tenantId, SETUP, 10)).toEqual(['u3']);
      fence.break();
      await expect(matchDecisions.forget(fence, SETUP, ['u3'])).rejects.toBeInstanceOf(LeaseLost);
    });
  });

  describe('claims on records', () => {
    const [ours, theirs] = [
      { tenantId: 'one', setupId: 's' },
      { tenantId: 'two', setupId: 's' },
    ] as const;
    const held = (recordId: string, holder: SetupRef = ours): RecordClaim => ({
      ...unclaimed(recordId),
      holder,
    });
    let organizationId: string;
    beforeEach(() => {
      organizationId = randomUUID();
    });

    it('are inserted once, by whichever setup comes first', async () => {
      const { recordClaims } = stores;
      const ids = Array.from({ length: 250 }, (_, n) => `a/${n}`);
      expect(
        await recordClaims.insert(
          fence,
          organizationId,
          ids.map((id) => held(id)),
        ),
      ).toEqual([]);
      const late = [held('a/1', theirs), held('new', theirs), held('a/7', theirs)];
      expect([...(await recordClaims.insert(fence, organizationId, late))].sort()).toEqual(['a/1', 'a/7']);
      const found = await recordClaims.read(organizationId, ['a/1', 'new', 'none']);
      expect([...found].map(([id, { claim }]) => [id, claim.holder]).sort()).toEqual([
        ['a/1', ours],
        ['new', theirs],
      ]);
      expect(await recordClaims.read(randomUUID(), ['a/1'])).toEqual(new Map());
    });

    it('are changed over what was read, and go once they concern nobody', async () => {
      const { recordClaims } = stores;
      const none = { claim: unclaimed('r1'), tag: null };
      await recordClaims.save(fence, organizationId, none, held('r1'));
      const again = recordClaims.save(fence, organizationId, none, held('r1', theirs));
      await expect(again).rejects.toBeInstanceOf(RowConflict);
      const read = async () => (await recordClaims.read(organizationId, ['r1'])).get('r1');
      const first = await read();
      await recordClaims.save(fence, organizationId, first!, { ...held('r1'), waiting: [theirs] });
      const stale = recordClaims.save(fence, organizationId, first!, unclaimed('r1'));
      await expect(stale).rejects.toBeInstanceOf(RowConflict);
      const second = await read();
      expect(second?.claim).toEqual({ ...held('r1'), waiting: [theirs] });
      await recordClaims.save(fence, organizationId, second!, unclaimed('r1'));
      expect(await read()).toBeUndefined();
      fence.break();
      const late = recordClaims.save(fence, organizationId, none, held('r1'));
      await expect(late).rejects.toBeInstanceOf(LeaseLost);
    });

    it('are found by the setups and the tenants that they name', async () => {
      const { recordClaims } = stores;
      const claims = [held('r1'), held('r2', theirs), { ...held('r3', theirs), waiting: [ours] }];
      await recordClaims.insert(fence, organizationId, claims);
      const naming = async (tenant: string, setupId: string | null) =>
        (await collected(recordClaims.naming(organizationId, tenant, setupId)))
          .map(({ claim }) => claim.recordId)
          .sort();
      expect(await naming('one', 's')).toEqual(['r1', 'r3']);
      expect(await naming('one', 'other')).toEqual([]);
      expect(await naming('two', null)).toEqual(['r2', 'r3']);
    });

    it('are found by every setup as long as somebody was not told of them', async () => {
      const { recordClaims } = stores;
      await recordClaims.insert(fence, organizationId, [{ ...unclaimed('r1'), untold: [theirs] }]);
      const found = await collected(recordClaims.naming(organizationId, 'one', 's'));
      expect(found.map(({ claim }) => claim.untold)).toEqual([[theirs]]);
    });
  });

  describe('news of records', () => {
    it('stay until they are done, and what is told again since stays longer', async () => {
      const { recordNews } = stores;
      const setup = { tenantId, setupId: SETUP };
      await recordNews.tell(setup, ['r/1', 'r2']);
      await recordNews.begin(fence, SETUP, ['r/1']);
      const items = await recordNews.list(tenantId, SETUP, 10);
      const texts = items.map(({ recordId, tag }) => `${recordId} ${tag === null ? 'begun' : 'told'}`);
      expect(texts.sort()).toEqual(['r/1 begun', 'r/1 told', 'r2 told']);
      await recordNews.tell(setup, ['r2']);
      await recordNews.done(fence, SETUP, items);
      expect((await recordNews.list(tenantId, SETUP, 10)).map(({ recordId }) => recordId)).toEqual(['r2']);
      expect(await recordNews.list(tenantId, `${SETUP}-2`, 10)).toEqual([]);
      fence.break();
      await expect(recordNews.begin(fence, SETUP, ['r3'])).rejects.toBeInstanceOf(LeaseLost);
    });
  });

  describe('the matching of a setup that is no more', () => {
    it('leaves nothing, and what other setups have stays', async () => {
      const { matchingStates } = stores;
      for (const setupId of [SETUP, `${SETUP}-2`]) {
        await stores.records.write(fence, setupId, 'upload-1', [recordOf('r')]);
        const state = { setupId, isActive: true, isComplete: true, basis: '1', organizationId: 'org' };
        await matchingStates.save(fence, state);
        await stores.recordNews.tell({ tenantId, setupId }, ['r']);
      }
      await matchingStates.clear(fence, SETUP);
      await matchingStates.clear(fence, SETUP);
      expect(await stores.records.read(tenantId, SETUP, ['r'])).toEqual(new Map());
      expect((await matchingStates.get(tenantId, SETUP)).isActive).toBe(false);
      expect(await stores.recordNews.list(tenantId, SETUP, 10)).toEqual([]);
      expect(await stores.recordNews.list(tenantId, `${SETUP}-2`, 10)).toHaveLength(1);
      expect((await stores.records.read(tenantId, `${SETUP}-2`, ['r'])).size).toBe(1);
      expect((await matchingStates.get(tenantId, `${SETUP}-2`)).isComplete).toBe(true);
    });
  });
}
