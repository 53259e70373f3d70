import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Tenants } from '../../ports/registry.js';
import type { Override, Overrides } from '../../ports/removals.js';
import type { Setups } from '../../ports/setups.js';

export type ListOverridesOutcome =
  | { readonly kind: 'found'; readonly page: ListPage<Override> }
  | { readonly kind: 'tenantNotFound' | 'setupNotFound' };

/** What operators decided against the derivation of a setup, in the order of the directory ids. */
export async function listOverrides(
  ports: {
    readonly tenants: Pick<Tenants, 'get'>;
    readonly setups: Pick<Setups, 'get'>;
    readonly overrides: Pick<Overrides, 'list'>;
  },
  tenantId: string,
  setupId: string,
  request: ListRequest,
): Promise<ListOverridesOutcome> {
  if ((await ports.tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
  if ((await ports.setups.get(tenantId, setupId)) === null) return { kind: 'setupNotFound' };
  return { kind: 'found', page: await ports.overrides.list(tenantId, setupId, request) };
}
