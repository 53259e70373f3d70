import type { Organizations } from '../../shared/ports/organizations.js';
import { organizationElsewhere } from '../../shared/use-cases/organizations/check-regions.js';
import { ApiError } from './errors.js';

export interface DataRegionDependencies {
  readonly organizations: Organizations;
  /** Where this deployment keeps its data (DATA_REGION); null where it does not say. */
  readonly dataRegion: string | null;
}

/** @throws ApiError WrongRegion where one of the organizations wants its data in another region */
export async function refuseWrongRegion(
  dependencies: DataRegionDependencies,
  organizationIds: readonly string[] | undefined,
): Promise<void> {
  const { dataRegion } = dependencies;
  const elsewhere = await organizationElsewhere(dependencies, organizationIds ?? [], dataRegion);
  if (elsewhere === null) return;
  throw wrongRegion(elsewhere.region, dataRegion, `organizationIds[${elsewhere.index}]`);
}

export function wrongRegion(region: string | null, dataRegion: string | null, target: string): ApiError {
  return new ApiError(
    'WrongRegion',
    `The organization's data belongs into ${region ?? ''}; this deployment keeps its data in ${dataRegion ?? ''}.`,
    { target },
  );
}
