import { RowConflict } from '../core/failures.js';
import type { Tenant } from '../core/tenant.js';
import type { Stored, Tenants } from '../ports/registry.js';
import type { AttentionRows } from '../ports/sync-state.js';

export interface EditTenantPorts {
  readonly tenants: Tenants;
  readonly attention: AttentionRows;
}

/** What an operator may change; what is left out stays as it is. */
export type TenantEdit = Partial<
  Pick<
    Tenant,
    'displayName' | 'owner' | 'timeZone' | 'nightlyAt' | 'paused' | 'groupMembers' | 'organizationIds'
  >
>;

export type EditTenantOutcome =
  | { readonly kind: 'edited'; readonly tenant: Stored<Tenant> }
  | { readonly kind: 'notFound' }
  /** The caller saw another version of the tenant than the one that stands. */
  | { readonly kind: 'preconditionFailed' };

/** Jobs save the tenant's row too, at most every few seconds: more conflicts than this are no coincidence. */
const TRIES = 8;

/**
 * Changes a tenant, and calls the attention of its lease holder where pausing changed.
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
    try {
      const saved = await ports.tenants.save(edited, stored.tag);
      if (edited.paused !== stored.value.paused)
        await ports.attention.signal(tenantId, edited.paused ? 'paused' : 'resumed');
      return { kind: 'edited', tenant: saved };
    } catch (failure) {
      if (!(failure instanceof RowConflict) || tries === TRIES) throw failure;
    }
  }
}
