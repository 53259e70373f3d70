import { RowConflict } from '../core/failures.js';
import { JOB_VERSION } from '../core/job.js';
import { RESOURCES } from '../core/resource.js';
import type { Tenant } from '../core/tenant.js';
import { keepsItself } from '../core/tenant-state.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { JobQueue } from '../ports/job-queue.js';
import type { Stored, Tenants } from '../ports/registry.js';
import { setupsInOrganizations, type SetupInOrganization } from '../ports/setups-in-organizations.js';
import type { Setups } from '../ports/setups.js';
import type { AttentionRows, SyncStates } from '../ports/sync-state.js';

export interface EditTenantPorts {
  readonly tenants: Tenants;
  readonly setups: Pick<Setups, 'all'>;
  readonly attention: AttentionRows;
  readonly syncStates: SyncStates;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** What an operator may change; what is left out stays as it is. */
export type TenantEdit = Partial<
  Pick<
    Tenant,
    | 'displayName'
    | 'owner'
    | 'timeZone'
    | 'nightlyAt'
    | 'pollEveryMinutes'
    | 'paused'
    | 'groupMembers'
    | 'organizationIds'
  >
>;

export type EditTenantOutcome =
  | { readonly kind: 'edited'; readonly tenant: Stored<Tenant> }
  | { readonly kind: 'notFound' }
  /** Setups give people to an organization that the tenant would belong to no longer. */
  | { readonly kind: 'organizationInUse'; readonly uses: readonly SetupInOrganization[] }
  /** The caller saw another version of the tenant than the one that stands. */
  | { readonly kind: 'preconditionFailed' };

/** Jobs save the tenant's row too, at most every few seconds: more conflicts than this are no coincidence. */
const TRIES = 8;

/**
 * Changes a tenant. A pause calls the attention of the lease holder; a tenant that is resumed goes on at once, and
 * what was announced meanwhile is read. Where the members of other groups are asked for than before, a running tenant
 * reads its groups anew at once, any other with its next job.
 * @param accepts whether the caller's precondition holds for that ETag; null where it made none
 * @throws RowConflict where others kept changing the row
 */
export async function editTenant(
  ports: EditTenantPorts,
  tenantId: string,
  edit: TenantEdit,
  accepts: ((tag: string) => boolean) | null,
): Promise<EditTenantOutcome> {
  for (let tries = 1; ; tries += 1) {
    const stored = await ports.tenants.get(tenantId);
    if (stored === null) return { kind: 'notFound' };
    if (accepts !== null && !accepts(stored.tag)) return { kind: 'preconditionFailed' };
    const edited: Tenant = { ...stored.value, ...edit };
    const lost = stored.value.organizationIds.filter((id) => !edited.organizationIds.includes(id));
    const uses = await setupsInOrganizations(ports.setups, tenantId, lost);
    if (uses.length > 0) return { kind: 'organizationInUse', uses };
    try {
      const resumes = stored.value.paused && !edited.paused;
      if (resumes) await wantWhatWasMissed(ports, stored.value);
      const saved = await ports.tenants.save(edited, stored.tag);
      const late = await setupsInOrganizations(ports.setups, tenantId, lost);
      if (late.length > 0) return await givenBack(ports, tenantId, late);
      if (edited.paused !== stored.value.paused)
        await ports.attention.signal(tenantId, edited.paused ? 'paused' : 'resumed');
      const asksOtherwise = edited.groupMembers !== stored.value.groupMembers;
      if (asksOtherwise) await ports.attention.signal(tenantId, `groupMembers:${ports.chance.newId()}`);
      if (resumes) await wakeUp(ports, tenantId, 'resumed');
      else if (asksOtherwise && keepsItself(edited.state)) await wakeUp(ports, tenantId, 'groupMembers');
      return { kind: 'edited', tenant: saved };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}

/**
 * A setup was saved at the same time: the tenant keeps the organizations that it names, and the rest of the edit stays.
 * The row is read again for each try: whoever saved it in between left the organizations out as well.
 */
async function givenBack(
  { tenants }: EditTenantPorts,
  tenantId: string,
  uses: readonly SetupInOrganization[],
): Promise<EditTenantOutcome> {
  const named = uses.map(({ organizationId }) => organizationId);
  for (let tries = 1; ; tries += 1) {
    const stored = await tenants.get(tenantId);
    if (stored === null) return { kind: 'notFound' };
    const organizationIds = [...new Set([...stored.value.organizationIds, ...named])];
    try {
      await tenants.save({ ...stored.value, organizationIds }, stored.tag);
      return { kind: 'organizationInUse', uses };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}

/** While a tenant was paused its notifications were refused: whatever they announced is asked for. */
async function wantWhatWasMissed(ports: EditTenantPorts, tenant: Tenant): Promise<void> {
  if (!keepsItself(tenant.state)) return;
  const since = new Date(ports.clock.now()).toISOString();
  for (const resource of RESOURCES)
    await ports.syncStates.want(tenant.tenantId, resource, { full: false, since });
}

/** Also goes on with a round that the pause cut short. Where the queue is down, the timer `nightly-run` wakes it. */
async function wakeUp(
  ports: EditTenantPorts,
  tenantId: string,
  reason: 'resumed' | 'groupMembers',
): Promise<void> {
  const job = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason } as const;
  const messageId = `${reason}:${tenantId}:${ports.chance.newId()}`;
  await ports.queue.send([{ messageId, job, dueAt: null }]);
}
