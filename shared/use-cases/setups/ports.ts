import type { Clock } from '../../ports/clock.js';
import type { MatchDecisions, MatchingStates } from '../../ports/matches.js';
import type { Mirror } from '../../ports/mirror.js';
import type { OversizedPeople } from '../../ports/oversized-people.js';
import type { RecordUploads } from '../../ports/records.js';
import type { Tenants } from '../../ports/registry.js';
import type { RoleAssignments } from '../../ports/role-assignments.js';
import type { SetupProgresses } from '../../ports/setup-progress.js';
import type { CatalogEntries, Setups, SetupTemplates } from '../../ports/setups.js';
import type { SetupWork } from '../../ports/setup-work.js';
import type { SyncStates } from '../../ports/sync-state.js';

/** What a document is judged by. */
export interface JudgingPorts {
  readonly catalogEntries: CatalogEntries;
  readonly mirror: Mirror;
  readonly syncStates: Pick<SyncStates, 'read'>;
}

/** What jobs found out about setups, the roles that they name and their people. */
export interface FindingPorts {
  readonly setupProgresses: Pick<SetupProgresses, 'get' | 'all'>;
  readonly roleAssignments: Pick<RoleAssignments, 'lists'>;
  readonly oversizedPeople: Pick<OversizedPeople, 'list'>;
}

export interface SetupPorts extends JudgingPorts, FindingPorts {
  readonly tenants: Tenants;
  readonly setups: Setups;
  readonly setupWork: SetupWork;
  readonly recordUploads: Pick<RecordUploads, 'open'>;
  readonly matchDecisions: Pick<MatchDecisions, 'news'>;
  readonly matchingStates: Pick<MatchingStates, 'get'>;
  readonly clock: Clock;
}

export interface TemplatePorts {
  readonly setupTemplates: SetupTemplates;
  readonly clock: Clock;
}

/** Whether the caller's precondition holds for that ETag; null where it made none. */
export type Precondition = ((tag: string) => boolean) | null;
