import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { answerSeal } from '../../../shared/adapters/system/answer-seal.js';
import { createTableStores } from '../../../shared/adapters/tables/table-stores.js';
import { answerOnce, type AnswerOnceOutcome } from '../../../shared/use-cases/answer-once.js';
import { createMemoryTables } from '../../fakes/memory-tables.js';

it('a request whose answer is too large to keep does not run again', async () => {
  let now = Date.parse('2026-05-04T10:00:00Z');
  const warnings: string[] = [];
  const ports = {
    ...createTableStores(createMemoryTables()),
    answerSeal,
    clock: { now: () => now, monotonic: () => now, wait: () => Promise.resolve() },
    log: {
      info: () => undefined,
      warn: (message: string) => void warnings.push(message),
      error: () => undefined,
    },
  };
  const ask = {
    ...{ requestId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', tenantId: null, principalId: 'somebody' },
    ...{ method: 'POST', path: '/api/v1/tenants/import', content: '[]' },
  };
  let runs = 0;
  const asked = (): Promise<AnswerOnceOutcome> =>
    answerOnce(ports, ask, () => {
      runs += 1;
      // Random text, since answers are compressed.
      return Promise.resolve({ status: 200, headers: {}, body: randomBytes(400_000).toString('base64') });
    });

  expect(await asked()).toMatchObject({ kind: 'answered', repeated: false });
  expect(await asked()).toEqual({ kind: 'underWay' });
  now += 16 * 60 * 1000;
  expect(await asked()).toEqual({ kind: 'outcomeUnknown' });
  expect([runs, warnings]).toEqual([1, ['An answer is too large to be kept for a repetition']]);
});
