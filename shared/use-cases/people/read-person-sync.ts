import type { PersonSync } from '../../core/person-sync.js';
import type { PersonSyncs } from '../../ports/person-syncs.js';
import { directoryIdIn } from './directory-id.js';
import { setupInSight, type NotInSight, type SetupsInSight } from './setup-in-sight.js';

export type ReadPersonSyncOutcome =
  { readonly kind: 'found'; readonly sync: PersonSync } | { readonly kind: 'syncNotFound' } | NotInSight;

/** One sync of a person, as far as it has come. */
export async function readPersonSync(
  ports: SetupsInSight & { readonly personSyncs: Pick<PersonSyncs, 'get'> },
  key: Record<'tenantId' | 'setupId' | 'personId' | 'requestId', string>,
): Promise<ReadPersonSyncOutcome> {
  const { tenantId, setupId, personId, requestId } = key;
  const found = await setupInSight(ports, tenantId, setupId);
  if (found.kind !== 'found') return found;
  const sync = await ports.personSyncs.get(tenantId, requestId);
  const isOfPerson = sync?.setupId === setupId && sync.directoryId === directoryIdIn(setupId, personId);
  return isOfPerson ? { kind: 'found', sync } : { kind: 'syncNotFound' };
}
