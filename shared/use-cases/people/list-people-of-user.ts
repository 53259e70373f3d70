import { shownPersonBy } from '../../core/people/shown-person.js';
import type { Person } from '../../core/people/person.js';
import type { People } from '../../ports/people.js';
import { scopeOf, type SetupsInSight } from './setup-in-sight.js';

/** What one user is over all setups of the tenant, in their order; null where the tenant is not connected. */
export async function listPeopleOfUser(
  { tenants, setups, setupProgresses, people }: SetupsInSight & { readonly people: Pick<People, 'ofUser'> },
  tenantId: string,
  userId: string,
): Promise<readonly Person[] | null> {
  const tenant = await tenants.get(tenantId);
  if (tenant === null) return null;
  const scope = scopeOf(tenantId, tenant.value.bucketCount);
  const all = (await setups.all(tenantId)).filter(({ state }) => state !== 'removing');
  if (scope === null || all.length === 0) return [];
  const asOf = new Map(
    (await setupProgresses.all(tenantId)).map((progress) => [progress.setupId, progress.asOf]),
  );
  const bySetup = new Map(
    all.map((setup) => [setup.setupId, shownPersonBy(setup, asOf.get(setup.setupId) ?? null)]),
  );
  const found = await people.ofUser(scope, [...bySetup.keys()], userId);
  return found
    .filter(({ status }) => status !== 'removed')
    .map((person) => bySetup.get(person.setupId)?.(person) ?? person);
}
