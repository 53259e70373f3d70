import { describe, expect, it } from 'vitest';
import type { TableStores } from '../../shared/adapters/tables/table-stores.js';
import { LeaseLost } from '../../shared/core/failures.js';
import type { RemovalDecision } from '../../shared/ports/removal-decisions.js';
import { fenceOf } from './table-stores-fixture.js';

const SETUP = 'setup-1';

function decision(decisionId: string, values: Partial<RemovalDecision> = {}): RemovalDecision {
  return {
    decisionId,
    setupId: SETUP,
    kind: 'approve',
    directoryIds: ['a', 'b'],
    decidedBy: 'operator@x',
    decidedAt: '2026-03-01T12:00:00.000Z',
    ...values,
  };
}

/** What every store of decisions about removals must do. */
export function describeRemovalDecisions(storesOf: () => Pick<TableStores, 'removalDecisions'>): void {
  describe('decisions about removals', () => {
    it('wait in the order in which they were made, each once, apart for each setup and tenant', async () => {
      const { removalDecisions } = storesOf();
      const { tenantId } = fenceOf();
      for (const id of ['0003', '0001', '0002', '0001']) await removalDecisions.add(tenantId, decision(id));
      await removalDecisions.add(tenantId, decision('0000', { setupId: 'setup-10' }));
      await removalDecisions.add(fenceOf().tenantId, decision('0000'));
      const waiting = await removalDecisions.pending(tenantId, SETUP, 10);
      expect(waiting).toEqual(['0001', '0002', '0003'].map((id) => decision(id)));
      expect(await removalDecisions.pending(tenantId, SETUP, 2)).toEqual(waiting.slice(0, 2));
      expect(await removalDecisions.pending(tenantId, 'setup-2', 2)).toEqual([]);
    });

    it('name thousands of people', async () => {
      const { removalDecisions } = storesOf();
      const { tenantId } = fenceOf();
      const directoryIds = Array.from({ length: 5_000 }, (_, n) => `${n}-4a0c-4c55-9f0e-5a3b1e000001-user`);
      await removalDecisions.add(tenantId, decision('1', { kind: 'reject', directoryIds }));
      expect(await removalDecisions.pending(tenantId, SETUP, 1)).toEqual([
        decision('1', { kind: 'reject', directoryIds }),
      ]);
    });

    it('go once they are carried out, absent ones too, or with their setup', async () => {
      const { removalDecisions } = storesOf();
      const fence = fenceOf();
      for (const id of ['1', '2', '3']) await removalDecisions.add(fence.tenantId, decision(id));
      await removalDecisions.add(fence.tenantId, decision('1', { setupId: 'other' }));
      await removalDecisions.discard(fence, decision('2'));
      await removalDecisions.discard(fence, decision('2'));
      expect(await removalDecisions.pending(fence.tenantId, SETUP, 10)).toEqual([
        decision('1'),
        decision('3'),
      ]);
      await removalDecisions.clear(fence, SETUP);
      expect(await removalDecisions.pending(fence.tenantId, SETUP, 10)).toEqual([]);
      expect(await removalDecisions.pending(fence.tenantId, 'other', 10)).toHaveLength(1);
    });

    it('are not taken away without the lease', async () => {
      const { removalDecisions } = storesOf();
      const fence = fenceOf();
      await removalDecisions.add(fence.tenantId, decision('1'));
      fence.break();
      await expect(removalDecisions.discard(fence, decision('1'))).rejects.toBeInstanceOf(LeaseLost);
      await expect(removalDecisions.clear(fence, SETUP)).rejects.toBeInstanceOf(LeaseLost);
      expect(await removalDecisions.pending(fence.tenantId, SETUP, 10)).toHaveLength(1);
    });
  });
}
