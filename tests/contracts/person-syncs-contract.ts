import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { newPersonSync, type PersonSync, type PersonSyncStep } from '../../shared/core/person-sync.js';
import type { PersonSyncs } from '../../shared/ports/person-syncs.js';

/** What every memory of the syncs of single persons must do. */
export function describePersonSyncs(storesOf: () => { readonly personSyncs: PersonSyncs }): void {
  describe('syncs of single persons', () => {
    let store: PersonSyncs;
    let tenantId: string;
    beforeEach(() => {
      store = storesOf().personSyncs;
      tenantId = randomUUID();
    });
    const asked = (requestId: string, values: Partial<PersonSync> = {}): PersonSync => ({
      ...newPersonSync({
        tenantId,
        requestId,
        setupId: 'everybody',
        directoryId: 'u1',
        requestedAt: '2026-03-01T12:00:00.000Z',
      }),
      ...values,
    });
    const step: PersonSyncStep = {
      step: 'updateMirror',
      outcome: 'done',
      detail: 'Zoë was written, "quoted".',
      setupId: null,
      read: ['displayName', 'manager'],
      changed: ['g1'],
      secondLook: true,
      milliseconds: 12,
    };

    it('come back whole, however much they brought and traced', async () => {
      const steps = Array.from({ length: 60 }, () => step);
      const sync = asked('r1', {
        ...{ status: 'Failed', endedAt: '2026-03-01T12:00:01.000Z', steps, attempts: 2 },
        error: { code: 'Unavailable', message: 'Graph rests.' },
        secondLookAt: '2026-03-01T12:02:00.000Z',
        brought: { user: true, groupIds: Array.from({ length: 3_000 }, () => randomUUID()) },
      });
      await store.save(sync);
      expect(await store.get(tenantId, 'r1')).toEqual(sync);
      expect(await store.get(tenantId, 'r2')).toBeNull();
    });

    it('take the place of what stood there, what is null now included', async () => {
      await store.save(asked('r1', { secondLookAt: '2026-03-01T12:02:00.000Z', steps: [step] }));
      await store.save(asked('r1'));
      expect(await store.get(tenantId, 'r1')).toEqual(asked('r1'));
    });

    it('are listed as they were asked for, those of the tenant alone, until they are removed', async () => {
      const ids = Array.from({ length: 7 }, (_, n) => `r${n}`);
      for (const id of [...ids].reverse()) await store.save(asked(id));
      await store.save({ ...asked('r0'), tenantId: randomUUID() });
      expect((await store.all(tenantId)).map(({ requestId }) => requestId)).toEqual(ids);
      await store.remove(asked('r3'));
      await store.remove(asked('r3'));
      expect((await store.all(tenantId)).map(({ requestId }) => requestId)).toEqual(
        ids.filter((id) => id !== 'r3'),
      );
    });
  });
}
