import type { MatchUser, ProductRecord } from '../../core/matching/product-record.js';
import { SuggestionFinder, type Suggestion } from '../../core/matching/suggest-matches.js';
import type { Clock } from '../../ports/clock.js';
import type { MatchDecision } from '../../ports/matches.js';
import type { MatchingApiPorts, SetupPlace } from './api-ports.js';
import { candidateOf } from './candidate.js';
import { elsewhereOf } from './matching-round.js';
import { Stretches } from './stretches.js';

/** Suggestions that a user gets at most. */
const PER_USER = 5;
/** Records whose claims are read together. */
const RECORDS_AT_ONCE = 5_000;

/** What suggestions reach: they are long work. */
export type SuggestionPorts = MatchingApiPorts & { readonly clock: Pick<Clock, 'monotonic' | 'wait'> };

/** Users in scope and records without a tie, as matching left them and decisions since. */
export interface WhoIsLeft {
  readonly users: ReadonlyMap<string, MatchUser>;
  /** The names of the records that no setup of the organization has. */
  readonly recordNames: ReadonlyMap<string, string | null>;
  /** The suggestions for each user from the first one on, in the order of the users, the best first. */
  suggestions(first: string): AsyncIterable<readonly Suggestion[]>;
}

/** @param country of phone numbers that are written without one, if the user or record names none; null if unknown */
export async function whoIsLeft(
  ports: SuggestionPorts,
  place: SetupPlace,
  country: string | null,
): Promise<WhoIsLeft> {
  const stretches = new Stretches(ports.clock);
  const finder = new SuggestionFinder();
  const recordNames = new Map<string, string | null>();
  const { users, apart, tied } = await usersLeft(ports, place);
  if (place.scope !== null)
    for await (const some of recordsLeft(ports, place, tied))
      for (const record of some) {
        await stretches.giveWay();
        recordNames.set(record.recordId, record.displayName);
        finder.add(candidateOf(ports.phoneNumbers, country, record.recordId, record));
      }
  const suggestions: WhoIsLeft['suggestions'] = async function* (first) {
    for (const id of [...users.keys()].filter((one) => one >= first).sort()) {
      const user = users.get(id);
      if (user === undefined) continue;
      await stretches.giveWay();
      const one = candidateOf(ports.phoneNumbers, country, id, user);
      yield finder.suggestionsFor(one, apart.get(id) ?? []).slice(0, PER_USER);
    }
  };
  return { users, recordNames, suggestions };
}

async function usersLeft(ports: MatchingApiPorts, { tenantId, setupId, scope }: SetupPlace) {
  const users = new Map<string, MatchUser>();
  /** By user, the records that it was released from. */
  const apart = new Map<string, readonly string[]>();
  const tied = new Set<string>();
  if (scope === null) return { users, apart, tied };
  const decided = new Map<string, MatchDecision>();
  // Before the rows: what a job takes over while this reads is in the one or in the other.
  for await (const page of ports.matchDecisions.waiting(tenantId, setupId))
    for (const { directoryId, decision } of page) {
      decided.set(directoryId, decision);
      if (decision.choice !== null) tied.add(decision.choice.recordId);
    }
  for await (const page of ports.matches.scan(scope, setupId))
    for (const { directoryId, user, tie, decision } of page) {
      const latest = decided.get(directoryId) ?? decision;
      if (tie !== null) tied.add(tie.recordId);
      else if (user !== null && (decided.get(directoryId)?.choice ?? null) === null)
        users.set(directoryId, user);
      if (latest.apart.length > 0) apart.set(directoryId, latest.apart);
    }
  return { users, apart, tied };
}

/** Records that nobody is tied to, and that no other setup of the organization has. */
async function* recordsLeft(
  { records, recordClaims }: MatchingApiPorts,
  { tenantId, setupId, organizationId }: SetupPlace,
  tied: ReadonlySet<string>,
): AsyncIterable<readonly ProductRecord[]> {
  const unclaimedAmong = async (some: readonly ProductRecord[]): Promise<readonly ProductRecord[]> => {
    const ids = some.map(({ recordId }) => recordId);
    const claims = await recordClaims.read(organizationId, ids);
    const { taken } = elsewhereOf(claims.values(), { tenantId, setupId });
    return some.filter(({ recordId }) => !taken.has(recordId));
  };
  let untied: ProductRecord[] = [];
  for await (const page of records.scan(tenantId, setupId)) {
    for (const { record } of page) if (!tied.has(record.recordId)) untied.push(record);
    if (untied.length < RECORDS_AT_ONCE) continue;
    yield await unclaimedAmong(untied);
    untied = [];
  }
  if (untied.length > 0) yield await unclaimedAmong(untied);
}
