import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../../shared/adapters/tables/tables.js';
import { beginDisconnection } from '../../shared/use-cases/disconnect-tenant/begin-disconnection.js';
import { history, hostFate, type History } from './arbitraries.js';
import { expected, mirrored } from './compare.js';
import { Crash, HostView, type HostFate } from './host-view.js';
import { drain, happen, HEALTHY, runJobs, tick, work } from './play.js';
import { NEIGHBOUR_ID, TENANT_ID, World } from './world.js';

const runs = Number(process.env['HISTORIES'] ?? 60);
const seed = process.env['HISTORY_SEED'];

/** What happens beside the removal. */
type Interlude = 'nothing' | 'tick' | 'change' | 'wish' | 'lateWrite' | 'pass';

interface Removal {
  readonly told: History;
  /** Of the host that is asked to disconnect; whoever asked asks again. */
  readonly asked: HostFate;
  readonly hosts: readonly {
    readonly fate: HostFate;
    readonly jobs: number;
    readonly interlude: Interlude;
  }[];
}

const removal: fc.Arbitrary<Removal> = fc.record({
  told: history,
  asked: hostFate,
  hosts: fc.array(
    fc.record({
      fate: hostFate,
      jobs: fc.integer({ min: 1, max: 3 }),
      interlude: fc.constantFrom<Interlude>('nothing', 'tick', 'change', 'wish', 'lateWrite', 'pass'),
    }),
    { maxLength: 6 },
  ),
});

async function disconnect(world: World, fate: HostFate = HEALTHY): Promise<void> {
  const view = new HostView(fate);
  const wish = { confirm: 'Contoso', accepts: null };
  try {
    await beginDisconnection(world.host(view).ports, TENANT_ID, wish);
  } catch (failure) {
    if (!(failure instanceof Crash)) throw failure;
    await beginDisconnection(world.host(new HostView(HEALTHY)).ports, TENANT_ID, wish);
  }
}

async function play(world: World, { told, asked, hosts }: Removal): Promise<void> {
  await world.connect(NEIGHBOUR_ID);
  await world.emulator.applyChanges(NEIGHBOUR_ID, told.before);
  await runJobs(world, false, NEIGHBOUR_ID);
  await world.connect();
  await world.emulator.applyChanges(TENANT_ID, told.before);
  await runJobs(world, false);
  if (told.syncedFirst) await drain(world, 600_000);
  for (const event of told.events) await happen(world, event);
  await disconnect(world, asked);
  // Let in a moment before: it writes although the tenant is disconnecting by now.
  await runJobs(world, false);
  for (const { fate, jobs, interlude } of hosts) {
    await happenBeside(world, interlude);
    await work(world, jobs, fate);
  }
  await calmDown(world);
}

async function happenBeside(world: World, interlude: Interlude): Promise<void> {
  switch (interlude) {
    case 'nothing':
      return;
    case 'tick':
      return tick(world);
    case 'change':
      await world.emulator.applyChanges(TENANT_ID, [
        {
          kind: 'createUser',
          id: `c0000000-0000-4000-8000-${String(world.clock.now()).slice(-12)}`,
          attributes: {},
        },
      ]);
      return;
    case 'wish':
      return disconnect(world);
    case 'lateWrite':
      return writeLate(world);
    case 'pass':
      return world.clock.advance(20_000);
  }
}

/** Somebody who saw the tenant run before it was disconnecting writes only now, as late as a request may take. */
async function writeLate({ stores, clock }: World): Promise<void> {
  const operation = (await stores.disconnections.get(TENANT_ID))?.value;
  if (operation === undefined || clock.now() - Date.parse(operation.startedAt) > 60_000) return;
  const since = new Date(clock.now()).toISOString();
  await stores.syncStates.want(TENANT_ID, 'users', { full: false, since });
  await stores.attention.signal(TENANT_ID, 'late');
}

async function calmDown(world: World): Promise<void> {
  await world.emulator.clearFaults();
  await world.emulator.setLag(TENANT_ID, 0);
  await drain(world);
  // What died too often has failed; whoever asked asks again. Else this finds nothing.
  await disconnect(world);
  await drain(world);
  await world.clock.advance(600_000);
  await tick(world);
  await drain(world);
}

/** The rows of all tables but that of operations, as text. */
function everythingWritten(world: World): string {
  return JSON.stringify(
    TABLES.filter((table) => table !== 'Disconnections').map((table) => [table, world.tables.rows(table)]),
  );
}

describe('any disconnection, whoever dies in the midst of it', () => {
  it('leaves nothing of the tenant, and its neighbour as it is', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(removal, async (given) => {
        const world = new World();
        try {
          await play(world, given);
          const operation = await world.stores.disconnections.get(TENANT_ID);
          expect(operation?.value).toMatchObject({ status: 'Succeeded', secret: { state: 'deleted' } });
          expect(everythingWritten(world)).not.toContain(TENANT_ID);
          expect(operation?.value.warnings).toEqual([]);
          expect(await world.emulator.subscriptions(TENANT_ID)).toEqual([]);
          expect([...world.secrets.live.values()]).toEqual([NEIGHBOUR_ID]);
          const neighbour = await world.stores.tenants.get(NEIGHBOUR_ID);
          const scope = { tenantId: NEIGHBOUR_ID, bucketCount: neighbour?.value.bucketCount ?? 0 };
          const truth = await world.emulator.truth(NEIGHBOUR_ID);
          expect(await mirrored(world.stores, scope)).toEqual(expected(truth));
        } catch (failure) {
          throw new Error(`${String(failure)}\n${world.lines.slice(-30).join('\n')}`, { cause: failure });
        } finally {
          await world.close();
        }
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  });
});
