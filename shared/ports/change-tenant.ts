import { RowConflict } from '../core/failures.js';
import type { Tenant } from '../core/tenant.js';
import type { Tenants } from './registry.js';

/** Changes a tenant's row though others may change it at the same time. Null where there is no such tenant. */
export async function changeTenant(
  ports: { readonly tenants: Pick<Tenants, 'get' | 'save'> },
  tenantId: string,
  change: (tenant: Tenant) => Tenant,
): Promise<Tenant | null> {
  for (;;) {
    const stored = await ports.tenants.get(tenantId);
    if (stored === null) return null;
    const changed = change(stored.value);
    if (changed === stored.value) return changed;
    try {
      return (await ports.tenants.save(changed, stored.tag)).value;
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
    }
  }
}
