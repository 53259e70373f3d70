import type { SetupPagesDependencies } from './ports.js';

/** Returns what organizations are called, by their ids; one that is not there is called by its id. */
export async function namesOfOrganizations(
  { organizations }: Pick<SetupPagesDependencies, 'organizations'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    ids.map(async (id): Promise<[string, string]> => [
      id,
      (await organizations.get(id))?.value.designation ?? id,
    ]),
  );
  return new Map(found);
}
