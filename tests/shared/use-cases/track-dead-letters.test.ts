import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTableStores, type TableStores } from '../../../shared/adapters/tables/table-stores.js';
import type { DeadLetter } from '../../../shared/core/dead-letter.js';
import { Unavailable } from '../../../shared/core/failures.js';
import { recordDeadLetters } from '../../../shared/ports/record-dead-letters.js';
import { createTrackDeadLetters } from '../../../shared/use-cases/track-dead-letters.js';
import { createTenantWalk } from '../../../shared/use-cases/walk-tenants.js';
import { aTenant } from '../../builders/tenant.js';
import { createMemoryTables } from '../../fakes/memory-tables.js';

const { tenantId } = aTenant();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => Date.parse('2026-05-04T10:00:00Z') };

function letter(id: string): DeadLetter {
  const at = '2026-05-04T10:00:00.000Z';
  return { tenantId, id, kind: 'job', reason: 'r', body: '{}', messageId: null, setAsideAt: at };
}

const recordedBy = async ({ tenants }: TableStores): Promise<number> =>
  (await tenants.get(tenantId))!.value.health.deadLetters?.count ?? 0;

describe('the number of dead letters on the row of a tenant', () => {
  it('is what the table says after the next timer, wherever crashes came in between', async () => {
    const event = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      adds: fc.boolean(),
      recorded: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const stores = createTableStores(createMemoryTables());
        const ports = { ...stores, log, clock };
        await stores.tenants.create(aTenant());
        for (const { id, adds, recorded } of events) {
          if (adds) await stores.deadLetters.put(letter(id));
          else await stores.deadLetters.remove(letter(id));
          if (!recorded) continue;
          await recordDeadLetters(ports, tenantId);
          expect(await recordedBy(stores)).toBe(await stores.deadLetters.count(tenantId));
        }
        await createTrackDeadLetters({ ...ports, walkTenants: createTenantWalk(stores) })();
        expect(await recordedBy(stores)).toBe(await stores.deadLetters.count(tenantId));
      }),
      { numRuns: 50 },
    );
  });

  it('is counted again if somebody wrote the row meanwhile', async () => {
    const stores = createTableStores(createMemoryTables());
    await stores.tenants.create(aTenant());
    await stores.deadLetters.put(letter('a'));
    const ports = { ...stores, log, clock };
    let interrupted = false;
    const count = async (id: string): Promise<number> => {
      const counted = await stores.deadLetters.count(id);
      if (interrupted) return counted;
      interrupted = true;
      await stores.deadLetters.put(letter('b'));
      await recordDeadLetters(ports, tenantId);
      return counted;
    };
    await recordDeadLetters({ ...ports, deadLetters: { count } }, tenantId);
    expect(await recordedBy(stores)).toBe(2);
  });

  it('never makes the work fail that it is recorded after', async () => {
    const stores = createTableStores(createMemoryTables());
    await stores.tenants.create(aTenant());
    const count = (): Promise<number> => Promise.reject(new Unavailable('tables away'));
    await recordDeadLetters({ ...stores, log, clock, deadLetters: { count } }, tenantId);
    expect(await recordedBy(stores)).toBe(0);
  });
});
