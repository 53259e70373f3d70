/** A customer of the operator. Which tenants belong to it stands in the tenants (`organizationIds`), nowhere else. */
export interface Organization {
  readonly id: string;
  readonly designation: string;
  /** What the operator's other systems call it. */
  readonly externalId: string | null;
  /** Where its data must lie; null where that is all one. */
  readonly region: string | null;
}

/**
 * Whether an organization's data may lie in a deployment. Azure's regions are written in two ways, `westeurope` and
 * `West Europe`: these are the same.
 * @param dataRegion where the deployment keeps its data; null where it does not say
 */
export function mayLieIn(dataRegion: string | null, { region }: Pick<Organization, 'region'>): boolean {
  return region === null || dataRegion === null || plain(region) === plain(dataRegion);
}

function plain(region: string): string {
  return region.toLowerCase().replaceAll(/[\s_-]/g, '');
}
