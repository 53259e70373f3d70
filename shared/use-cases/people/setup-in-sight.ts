import type { Person } from '../../core/people/person.js';
import { shownPersonBy } from '../../core/people/shown-person.js';
import type { Setup } from '../../core/setup/setup.js';
import type { Tenants } from '../../ports/registry.js';
import type { TenantScope } from '../../ports/scope.js';
import type { SetupProgresses } from '../../ports/setup-progress.js';
import type { Setups } from '../../ports/setups.js';

export interface SetupsInSight {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly setups: Pick<Setups, 'get' | 'all'>;
  readonly setupProgresses: Pick<SetupProgresses, 'get' | 'all'>;
}

export interface NotInSight {
  readonly kind: 'tenantNotFound' | 'setupNotFound';
}

/** A setup whose people are looked at; `scope` is null where nothing of its tenant was ever mirrored. */
export interface FoundSetup {
  readonly kind: 'found';
  readonly setup: Setup;
  readonly scope: TenantScope | null;
}

export async function setupInSight(
  { tenants, setups }: SetupsInSight,
  tenantId: string,
  setupId: string,
): Promise<FoundSetup | NotInSight> {
  const tenant = await tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const stored = await setups.get(tenantId, setupId);
  if (stored === null) return { kind: 'setupNotFound' };
  return { kind: 'found', setup: stored.value, scope: scopeOf(tenantId, tenant.value.bucketCount) };
}

export function scopeOf(tenantId: string, bucketCount: number | null): TenantScope | null {
  return bucketCount === null ? null : { tenantId, bucketCount };
}

/** As what people of a setup are shown now. */
export async function shownPeopleOf(
  { setupProgresses }: Pick<SetupsInSight, 'setupProgresses'>,
  setup: Setup,
): Promise<(person: Person) => Person> {
  const progress = await setupProgresses.get(setup.tenantId, setup.setupId);
  return shownPersonBy(setup, progress?.asOf ?? null);
}
