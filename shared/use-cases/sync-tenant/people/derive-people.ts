import { asOfAll } from '../../../core/freshness/as-of.js';
import { holdsHidden } from '../../../core/hidden-membership.js';
import { subjectOf } from '../../../core/matching/match-subject.js';
import type { PersonFacts } from '../../../core/people/facts.js';
import type { ChangeCause } from '../../../core/people/person-change.js';
import type { Host, Person } from '../../../core/people/person.js';
import { windowBegin } from '../../../core/removal-guard.js';
import { doubtfulGivers } from '../../../ports/doubtful-givers.js';
import type { Session } from '../session.js';
import { matchingJob } from './match-setup.js';
import { presentEach, type PresentedFacts } from '../../../ports/present-each.js';
import { PeopleBatch, type Gathered } from './people-batch.js';
import type { StartedSetup } from './started-setup.js';

/** What is known of people before they are derived; read by id where it is left out. */
export interface Known {
  readonly people?: ReadonlyMap<string, Person>;
  readonly hosts?: ReadonlyMap<string, readonly Host[]>;
  /** Everybody was matched already. */
  readonly isMatched?: boolean;
}

/** Derives people of one setup and writes what differs. Answers whether anything was written. */
export async function derivePeople(
  session: Session,
  setup: StartedSetup,
  facts: readonly PersonFacts[],
  cause: ChangeCause,
  known: Known = {},
): Promise<boolean> {
  if (setup.readiness === 'waiting' || facts.length === 0) return false;
  const presented = await presentEach(session.ports.clock, setup.compiled, facts);
  if (known.isMatched !== true) await matchPresented(session, setup, presented);
  const gathered = await gather(session, setup, facts, known);
  const { grants, setup: stored } = setup.compiled;
  const givers = await doubtfulGivers(session.ports.mirror, session.fence, {
    grants,
    presented,
    people: gathered.people,
    hosts: gathered.hosts,
    since: windowBegin(stored.document.removalGuard, cause.at),
    showsHidden: holdsHidden(session.states.groups),
  });
  const batch = new PeopleBatch(setup, { ...gathered, givers }, cause, asOfAll(session.states));
  for (const one of presented) batch.derive(one);
  return batch.write(session);
}

/** Matches users, and whom they concern, without deriving anybody. */
export async function matchUsers(
  session: Session,
  setup: StartedSetup,
  facts: readonly PersonFacts[],
): Promise<void> {
  const presented = await presentEach(session.ports.clock, setup.compiled, facts);
  await matchPresented(session, setup, presented);
}

/** Ties follow who is in scope; whoever else is concerned by that is marked. */
async function matchPresented(
  session: Session,
  setup: StartedSetup,
  presented: readonly PresentedFacts[],
): Promise<void> {
  const users = presented.map(({ facts, presented: now }) => subjectOf(facts, now));
  await session.ports.recordMatching.matchUsers(
    session.fence,
    setup.setup,
    users,
    matchingJob(session, setup),
  );
}

async function gather(
  session: Session,
  setup: StartedSetup,
  facts: readonly PersonFacts[],
  known: Known,
): Promise<Omit<Gathered, 'givers'>> {
  const { ports, fence } = session;
  const ids = facts.map(({ directoryId }) => directoryId);
  const people = known.people ?? (await ports.people.read(fence, setup.id, ids));
  const hostIds = ids.filter((id) => setup.givesHosts || (people.get(id)?.hostsOf.length ?? 0) > 0);
  const [hosts, standings, awaitsRecords, removals, overrides, oversized, lastVersion] = await Promise.all([
    known.hosts ??
      (hostIds.length > 0 ? ports.hosts.read(fence, setup.id, hostIds) : new Map<string, Host[]>()),
    ports.recordMatching.standingsOf(fence, setup.setup, ids, recordsShown(people.values())),
    setup.awaitsRecords(),
    setup.stagedRemovals(),
    setup.keptPeople(),
    setup.oversizedPeople(),
    setup.lastVersion(),
  ]);
  return { people, hosts, standings, awaitsRecords, removals, overrides, oversized, lastVersion };
}

function recordsShown(people: Iterable<Person>): ReadonlyMap<string, string> {
  const shown = [...people].filter(({ status }) => status !== 'removed');
  return new Map(
    shown.flatMap(({ directoryId, recordId }) => (recordId === null ? [] : [[directoryId, recordId]])),
  );
}
