import type { Chance, Clock } from '../../ports/clock.js';
import type {
  Matches,
  MatchConflicts,
  MatchDecisions,
  MatchIndex,
  MatchingStates,
} from '../../ports/matches.js';
import type { Mirror } from '../../ports/mirror.js';
import type { People } from '../../ports/people.js';
import type { PhoneNumbers } from '../../ports/phone-numbers.js';
import type { Tenants } from '../../ports/registry.js';
import type { RecordClaims } from '../../ports/record-claims.js';
import type { Records, RecordUploads } from '../../ports/records.js';
import type { TenantScope } from '../../ports/scope.js';
import type { Setups } from '../../ports/setups.js';
import type { SetupWork } from '../../ports/setup-work.js';

/** What those who give records and decide about matches reach. */
export interface MatchingApiPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly setups: Pick<Setups, 'get'>;
  readonly setupWork: SetupWork;
  readonly clock: Pick<Clock, 'now'>;
  readonly chance: Pick<Chance, 'newId'>;
  readonly records: Records;
  readonly recordUploads: RecordUploads;
  readonly matches: Matches;
  readonly matchConflicts: MatchConflicts;
  readonly matchDecisions: MatchDecisions;
  readonly matchIndex: Pick<MatchIndex, 'find'>;
  readonly matchingStates: Pick<MatchingStates, 'get'>;
  readonly mirror: Pick<Mirror, 'readUsers'>;
  readonly recordClaims: Pick<RecordClaims, 'read'>;
  readonly people: Pick<People, 'read'>;
  readonly phoneNumbers: PhoneNumbers;
}

/** A setup and where its rows are; a null scope before the tenant's first sync. */
export interface SetupPlace {
  readonly tenantId: string;
  readonly setupId: string;
  readonly organizationId: string;
  readonly scope: TenantScope | null;
}

/** Null where there is no such setup. */
export async function setupPlace(
  ports: Pick<MatchingApiPorts, 'tenants' | 'setups'>,
  tenantId: string,
  setupId: string,
): Promise<SetupPlace | null> {
  const [tenant, setup] = await Promise.all([
    ports.tenants.get(tenantId),
    ports.setups.get(tenantId, setupId),
  ]);
  if (tenant === null || setup === null) return null;
  const { bucketCount } = tenant.value;
  const { organizationId } = setup.value.document;
  return {
    tenantId,
    setupId,
    organizationId,
    scope: bucketCount === null ? null : { tenantId, bucketCount },
  };
}
