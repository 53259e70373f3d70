import type { Clock } from '../../ports/clock.js';
import type {
  Matches,
  MatchConflicts,
  MatchDecisions,
  MatchIndex,
  MatchingStates,
} from '../../ports/matches.js';
import type { Mirror } from '../../ports/mirror.js';
import type { RecordClaims, RecordNews } from '../../ports/record-claims.js';
import type { Records, RecordUploads } from '../../ports/records.js';
import type { PhoneNumbers } from '../../ports/phone-numbers.js';
import type { Tenants } from '../../ports/registry.js';
import type { Setups } from '../../ports/setups.js';
import type { SetupWork } from '../../ports/setup-work.js';

/** What the jobs' part of matching reaches. */
export interface RecordMatchingPorts {
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'wait'>;
  readonly records: Records;
  readonly recordUploads: RecordUploads;
  readonly matches: Matches;
  readonly matchIndex: MatchIndex;
  readonly matchConflicts: MatchConflicts;
  readonly matchDecisions: MatchDecisions;
  readonly matchingStates: MatchingStates;
  readonly mirror: Pick<Mirror, 'readUsers'>;
  readonly recordClaims: RecordClaims;
  readonly recordNews: RecordNews;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly setups: Pick<Setups, 'get'>;
  readonly setupWork: SetupWork;
  readonly phoneNumbers: PhoneNumbers;
}
