import type { ConsentApp } from '../core/bundle.js';
import { Failure } from '../core/failures.js';
import type { MirrorGroup } from '../core/mirror-rows.js';
import { appCredentialFor, type Tenant } from '../core/tenant.js';
import type { Clock } from '../ports/clock.js';
import type { Connection, Directory } from '../ports/directory.js';
import type { Mirror } from '../ports/mirror.js';

export interface NameGroupsPorts {
  readonly mirror: Pick<Mirror, 'readGroups'>;
  readonly directory: Pick<Directory, 'searchGroups'>;
  readonly clock: Pick<Clock, 'wait'>;
  readonly consentApps: readonly ConsentApp[];
}

/** Requests to the directory for one call. */
const MOST_ASKED = 20;
const ASKED_AT_ONCE = 5;
/** Somebody waits for the page. */
const PATIENCE_MS = 4_000;

/**
 * Returns the names of groups by their ids: from the mirror, those of deleted groups too, else from the directory.
 * At most 20 groups are asked for there, for at most 4 seconds; a group whose name is not known then, or that has
 * none, is left out.
 */
export async function nameGroups(
  ports: NameGroupsPorts,
  tenant: Tenant,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  const { tenantId, cloud, bucketCount } = tenant;
  const mirrored =
    bucketCount === null || wanted.length === 0
      ? new Map<string, MirrorGroup>()
      : await ports.mirror.readGroups({ tenantId, bucketCount }, wanted);
  const names = new Map<string, string>();
  for (const group of mirrored.values()) take(names, group);
  const unknown = wanted.filter((id) => !mirrored.has(id)).slice(0, MOST_ASKED);
  const credential = appCredentialFor(tenant, 'directory', ports.consentApps);
  if (unknown.length === 0 || credential === null) return names;
  const asking = askFor(ports, { tenantId, cloud, credential }, unknown, names);
  // Once the page has its answer, nobody waits for what fails after it.
  asking.catch(() => undefined);
  await Promise.race([asking, ports.clock.wait(PATIENCE_MS)]);
  unknown.length = 0;
  return new Map(names);
}

/** Takes the ids off the list as it asks for them; ends early if the directory does not answer. */
async function askFor(
  { directory }: NameGroupsPorts,
  connection: Connection,
  left: string[],
  names: Map<string, string>,
): Promise<void> {
  const askInTurn = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const { groups } = await directory.searchGroups(connection, id, { securityOnly: false, limit: 1 });
      for (const group of groups) take(names, group);
    }
  };
  try {
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askInTurn));
  } catch (failure) {
    left.length = 0;
    if (!(failure instanceof Failure)) throw failure;
  }
}

function take(names: Map<string, string>, { id, attributes }: MirrorGroup): void {
  const { displayName } = attributes;
  if (typeof displayName === 'string' && displayName.trim() !== '') names.set(id, displayName);
}
