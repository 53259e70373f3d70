import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { People } from '../../ports/people.js';
import type { Tenants } from '../../ports/registry.js';
import type { Removals, StagedRemoval } from '../../ports/removals.js';
import type { Setups } from '../../ports/setups.js';

export interface HeldRemoval extends StagedRemoval {
  readonly displayName: string | null;
  readonly mail: string | null;
}

export interface HeldPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly setups: Pick<Setups, 'get'>;
  readonly removals: Pick<Removals, 'list' | 'tagOf'>;
  readonly people: Pick<People, 'read'>;
}

export type ListHeldOutcome =
  | {
      readonly kind: 'found';
      readonly page: ListPage<HeldRemoval>;
      /** Of the whole list, as it was before the page was read. */
      readonly tag: string;
    }
  | { readonly kind: 'tenantNotFound' | 'setupNotFound' };

/** The removals of a setup that the guard holds, in the order of the directory ids. */
export async function listHeld(
  ports: HeldPorts,
  tenantId: string,
  setupId: string,
  request: ListRequest,
): Promise<ListHeldOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  if ((await ports.setups.get(tenantId, setupId)) === null) return { kind: 'setupNotFound' };
  const tag = await ports.removals.tagOf(tenantId, setupId);
  const page = await ports.removals.list(tenantId, setupId, request);
  const held = page.rows.filter(({ kind }) => kind === 'held');
  const { bucketCount } = tenant.value;
  const ids = held.map(({ directoryId }) => directoryId);
  const people =
    bucketCount === null || ids.length === 0
      ? new Map<string, never>()
      : await ports.people.read({ tenantId, bucketCount }, setupId, ids);
  const rows = held.map((removal): HeldRemoval => {
    const { displayName = null, mail = null } = people.get(removal.directoryId) ?? {};
    return { ...removal, displayName, mail };
  });
  return { kind: 'found', page: { rows, next: page.next }, tag };
}
