import { describe, expect, it } from 'vitest';
import { MAX_TRANSACTION_BYTES, type RowOperation } from '../../../../shared/adapters/tables/gateway.js';
import { rowOf, tenantPartition } from '../../../../shared/adapters/tables/keys.js';
import { transactionBatches } from '../../../../shared/adapters/tables/transaction-batches.js';
import { checkOperations } from '../../../fakes/memory-table-limits.js';

/** Rows of 60,000 characters each. */
function rows(character: string): RowOperation[] {
  const columns = { a: character.repeat(30_000), b: character.repeat(30_000) };
  return Array.from({ length: 60 }, (_, n) => ({ kind: 'put', row: rowOf(String(n)), columns }));
}

describe('operations of one partition', () => {
  it.each(['\u0001', '"', 'a', 'é', '漢', '\ud800'])(
    'are cut into transactions that the service takes, whatever JSON makes of %j',
    (character) => {
      const batches = transactionBatches(rows(character));
      for (const batch of batches) checkOperations(tenantPartition('t'), batch);
      expect(batches.flat()).toEqual(rows(character));
    },
  );

  it('fill a transaction with ordinary text', () => {
    const [first = []] = transactionBatches(rows('a'));
    const perRow = 2 * 60_000;
    expect(first.length).toBeGreaterThan((0.9 * MAX_TRANSACTION_BYTES) / perRow);
  });
});
