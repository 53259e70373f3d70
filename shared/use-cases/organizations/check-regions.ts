import { mayLieIn } from '../../core/organization.js';
import type { Organizations } from '../../ports/organizations.js';

/**
 * The first of these organizations whose data must not lie in this deployment; null where there is none. An id that
 * nobody has described as an organization yet asks for no region.
 */
export async function organizationElsewhere(
  ports: { readonly organizations: Pick<Organizations, 'get'> },
  organizationIds: readonly string[],
  dataRegion: string | null,
): Promise<{ readonly index: number; readonly region: string } | null> {
  if (dataRegion === null) return null;
  for (const [index, id] of organizationIds.entries()) {
    const organization = (await ports.organizations.get(id))?.value;
    if (organization !== undefined && !mayLieIn(dataRegion, organization))
      return { index, region: organization.region ?? '' };
  }
  return null;
}
