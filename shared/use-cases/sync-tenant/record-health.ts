import { roundOf, stillFailing, withFailure } from '../../core/issues/failing-work.js';
import { attentionBySetup, heldBySetup, waitingSetup } from '../../core/issues/setup-health.js';
import { withHealth } from '../../core/issues/tenant-health.js';
import type { Resource } from '../../core/resource.js';
import { setupAttention } from '../../core/setup/setup-attention.js';
import type { Setup } from '../../core/setup/setup.js';
import type { Tenant } from '../../core/tenant.js';
import { changeTenant } from '../../ports/change-tenant.js';
import { roleListsRead } from './people/people-warnings.js';
import type { StartedSetup } from './people/started-setup.js';
import type { SyncPorts } from './ports.js';
import type { Session } from './session.js';

/**
 * A job came to its end with nothing left to do: records on the tenant's row what its tables say now of its setups and
 * removals, and that its work does not fail any more. All of it is worked out again by every job, so that nothing that
 * a crash left behind outlives the next one.
 */
export async function recordHealth(
  session: Session,
  setups: readonly Setup[],
  started: readonly StartedSetup[],
): Promise<void> {
  const { ports, tenantId, fence, states } = session;
  const roleLists = await roleListsRead(session, started);
  const found = await Promise.all(
    started.map(async (one) => {
      const { missingGroups, hiddenGroups } = one.progress;
      const oversized = [...(await one.oversizedPeople()).values()];
      return {
        setup: one.setup,
        attention: setupAttention(one.setup, { missingGroups, hiddenGroups, roleLists, oversized }),
      };
    }),
  );
  const staged = await Promise.all(
    started.map(async (one) => ({
      setup: one.setup,
      removals: (await one.stagedRemovals()).values(),
    })),
  );
  const held = heldBySetup(staged);
  const recorded = (tenant: Tenant): Tenant => {
    // Whoever lost the lease knows no longer what the tables say.
    fence.assertHeld();
    const { health } = tenant;
    return withHealth(tenant, {
      held,
      attention: attentionBySetup(found, health, session.now()),
      waitingSetup: waitingSetup(setups),
      failing: stillFailing(health.failing, states),
    });
  };
  const seen = await ports.tenants.get(tenantId);
  // Nearly always nothing changes.
  if (seen !== null && recorded(seen.value) !== seen.value) await changeTenant(ports, tenantId, recorded);
}

/** Work that is given up for now. */
export interface GivenUp {
  /** Null if it failed before the tenant's lease was taken. */
  readonly session: Session | null;
  /** The resource whose round failed; null if it was something else. */
  readonly reading: Resource | null;
  /** The code of the failure, as the run that failed by it has it. */
  readonly failure: string;
  readonly runId: string;
}

/** Records that work of the tenant fails, until a job comes to its end that did it. */
export async function recordGivenUp(
  ports: Pick<SyncPorts, 'tenants' | 'clock'>,
  tenantId: string,
  { session, reading, failure, runId }: GivenUp,
): Promise<void> {
  const since = new Date(ports.clock.now()).toISOString();
  const lastRound = reading === null || session === null ? null : roundOf(session.states[reading]);
  const failed = { part: reading ?? 'work', since, failure, runId, lastRound } as const;
  await changeTenant(ports, tenantId, (tenant) =>
    withHealth(tenant, { failing: withFailure(tenant.health.failing, failed) }),
  );
}
