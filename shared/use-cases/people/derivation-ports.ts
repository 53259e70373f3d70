import { assignmentsOfUsers } from '../../ports/assignments-of-users.js';
import type { Clock } from '../../ports/clock.js';
import type { MemberChains } from '../../ports/member-chains.js';
import type { Mirror } from '../../ports/mirror.js';
import type { OversizedPeople } from '../../ports/oversized-people.js';
import type { Hosts, People } from '../../ports/people.js';
import type { FactPorts } from '../../ports/read-facts.js';
import type { RecordMatching } from '../../ports/record-matching.js';
import type { Overrides, Removals } from '../../ports/removals.js';
import type { RoleAssignments } from '../../ports/role-assignments.js';
import type { CatalogEntries } from '../../ports/setups.js';
import type { SyncStates } from '../../ports/sync-state.js';
import type { SetupsInSight } from './setup-in-sight.js';

/** What people are worked out from where nothing is written. */
export interface DerivationPorts extends SetupsInSight {
  readonly clock: Clock;
  readonly catalogEntries: Pick<CatalogEntries, 'whole'>;
  readonly mirror: Mirror;
  readonly roleAssignments: Pick<RoleAssignments, 'holders' | 'groups' | 'lists'>;
  readonly syncStates: Pick<SyncStates, 'read'>;
  readonly memberChains: Pick<MemberChains, 'all'>;
  readonly people: People;
  readonly hosts: Pick<Hosts, 'read'>;
  readonly removals: Pick<Removals, 'read' | 'countSince'>;
  readonly overrides: Pick<Overrides, 'read'>;
  readonly oversizedPeople: Pick<OversizedPeople, 'get'>;
  readonly recordMatching: Pick<RecordMatching, 'standingsOf' | 'foresee' | 'hasNews'>;
}

export function factPorts({ mirror, roleAssignments }: DerivationPorts): FactPorts & {
  readonly mirror: Mirror;
} {
  return { mirror, roleAssignments: assignmentsOfUsers({ roleAssignments, mirror }) };
}
