import { afterEach, describe, expect, it } from 'vitest';
import { MONTHLY_TABLES, TABLES, type TableName } from '../../../../shared/adapters/tables/tables.js';
import { TENANT_ID } from '../../../histories/world.js';
import { move, userId, users } from '../sync-tenant/changes.js';
import { guardOff, startSetup } from '../sync-tenant/people-scene.js';
import { hostView, Scene } from '../sync-tenant/scene.js';

const DAY = 86_400_000;
const atOnce = { mode: 'delete', afterDays: 0 } as const;

let scene: Scene;
afterEach(() => scene.close());

function newcomer(day: number): string {
  return `b0000000-0000-4000-8000-${String(day).padStart(12, '0')}`;
}

/** Somebody joins each day and another leaves, managers and departments change, the timers tick and jobs run. */
async function day(number: number): Promise<void> {
  const hired = newcomer(number);
  await scene.change(
    { kind: 'createUser', id: hired, attributes: { displayName: `Newcomer ${number}` } },
    { kind: 'setManager', userId: userId(0), managerId: hired },
    move(1, number % 2 === 0 ? 'Research' : 'Sales'),
    ...(number >= 3 ? [{ kind: 'softDeleteUser', id: newcomer(number - 3) } as const] : []),
  );
  const { clock, queue } = scene.world;
  queue.put(`sweep:${number}`, TENANT_ID, { version: 1, kind: 'sweep', tenantId: TENANT_ID, attempt: 0 });
  for (const end = clock.now() + DAY; clock.now() < end;) {
    const host = scene.world.host(hostView());
    await host.startNightlyRuns();
    await host.scheduleSweeps();
    const next = clock.now() + DAY / 6;
    await scene.settle(0);
    await clock.advance(Math.max(0, next - clock.now()));
  }
  scene.forget();
}

/** Rows of every table, those of the journal apart, whose months are counted. */
function rows(): Record<string, number> {
  const ofTenant = (table: TableName): number => scene.world.tables.rows(table).length;
  return Object.fromEntries(TABLES.map((table) => [table, ofTenant(table)]));
}

describe('a small tenant', () => {
  it('has as many rows after a year of nights as after two months, and thirteen months of journal', async () => {
    scene = await Scene.synced(users(6), { started: false });
    await startSetup(scene, {
      removalGuard: guardOff,
      remove: { whenLeft: atOnce, whenDeleted: atOnce },
    });
    await scene.settle();
    let number = 0;
    for (; number < 75; number += 1) await day(number);
    const before = rows();
    for (; number < 365 + 75; number += 1) await day(number);
    const after = rows();
    const grown = TABLES.filter((table) => (after[table] ?? 0) > (before[table] ?? 0) * 1.2 + 3);
    expect(grown.map((table) => `${table}: ${before[table]} → ${after[table]}`)).toEqual([]);
    const months = await scene.world.tables.monthsOf(MONTHLY_TABLES[0]);
    expect(months.length).toBeLessThanOrEqual(14);
    const { journal } = scene.world.stores;
    expect((await journal.after(TENANT_ID, 0, 1)).at(0)?.sequence).toBeGreaterThan(1);
  }, 300_000);
});
