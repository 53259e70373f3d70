import {
  suggestMatches,
  unambiguousMatches,
  type Candidate,
  type Suggestion,
} from '../../core/matching/suggest-matches.js';
import type { MatchUser, ProductRecord } from '../../core/matching/product-record.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import { setupPlace, type MatchingApiPorts, type SetupPlace } from './api-ports.js';
import { candidateOf } from './candidate.js';
import { choose } from './decide-match.js';

/** Suggestions that a user gets at most. */
const PER_USER = 5;
/** Choices that one request makes at most: it is to answer in good time. */
const MOST_ACCEPTED = 2_000;
const CHOICES_AT_ONCE = 8;

export interface SuggestedMatch extends Suggestion {
  readonly userName: string | null;
  readonly recordName: string | null;
}

export interface SuggestionWish {
  readonly minScore: number;
  /** Of phone numbers that are written without one, ISO 3166-1 alpha-2; null where nobody knows. */
  readonly country: string | null;
}

/**
 * Pairs of who is left, by user. Who is left is looked for anew for every page. Null where there is no
 * such setup.
 */
export async function listSuggestions(
  ports: MatchingApiPorts,
  { tenantId, setupId, minScore, country }: SuggestionWish & Pick<SetupPlace, 'tenantId' | 'setupId'>,
  { after, limit }: ListRequest,
): Promise<ListPage<SuggestedMatch> | null> {
  const place = await setupPlace(ports, tenantId, setupId);
  if (place === null) return null;
  const left = await whoIsLeft(ports, place, country);
  const rows: Suggestion[] = [];
  let next: string | null = null;
  for (const one of suggested(left, after?.split(' ')[0] ?? '')) {
    if (one.score < minScore || (after !== null && positionOf(one) <= after)) continue;
    const last = rows.at(-1);
    if (rows.length === limit && last !== undefined) {
      next = positionOf(last);
      break;
    }
    rows.push(one);
  }
  const named = rows.map((one) => ({
    ...one,
    userName: left.users.get(one.directoryId)?.displayName ?? null,
    recordName: left.records.get(one.recordId)?.displayName ?? null,
  }));
  return { rows: named, next };
}

/** By user, and the better ones first: as they are listed. */
function positionOf({ directoryId, score, recordId }: Suggestion): string {
  return `${directoryId} ${(1 - score).toFixed(3)} ${recordId}`;
}

export interface AcceptedSuggestions {
  readonly accepted: readonly Suggestion[];
  /** Suggestions of that score that were left, since they are ambiguous. */
  readonly ambiguous: number;
  /** Whether others could be accepted still: ask again. */
  readonly more: boolean;
}

/** Chooses every suggestion of at least that score that is the only best of its user and of its record. */
export async function acceptSuggestions(
  ports: MatchingApiPorts,
  { tenantId, setupId, minScore, country }: SuggestionWish & Pick<SetupPlace, 'tenantId' | 'setupId'>,
): Promise<AcceptedSuggestions | null> {
  const place = await setupPlace(ports, tenantId, setupId);
  if (place === null) return null;
  const suggestions = [...suggested(await whoIsLeft(ports, place, country), '')];
  const clear = unambiguousMatches(suggestions, minScore);
  const wanted = clear.slice(0, MOST_ACCEPTED);
  const accepted: Suggestion[] = [];
  for (let at = 0; at < wanted.length; at += CHOICES_AT_ONCE) {
    const some = wanted.slice(at, at + CHOICES_AT_ONCE);
    const outcomes = await Promise.all(some.map((pair) => choose(ports, place, pair, false)));
    accepted.push(...some.filter((_, index) => outcomes[index]?.kind === 'chosen'));
  }
  if (accepted.length > 0) await ports.setupWork.requested(tenantId, setupId);
  const users = new Set(clear.map(({ directoryId }) => directoryId));
  const ambiguous = suggestions.filter(
    ({ directoryId, score }) => score >= minScore && !users.has(directoryId),
  ).length;
  return { accepted, ambiguous, more: clear.length > wanted.length };
}

interface WhoIsLeft {
  readonly users: ReadonlyMap<string, Candidate>;
  readonly records: ReadonlyMap<string, Candidate>;
  readonly apart: ReadonlyMap<string, readonly string[]>;
}

/** Users in scope without a tie, records without one, as matching left them and decisions since. */
async function whoIsLeft(
  ports: MatchingApiPorts,
  { tenantId, setupId, scope }: SetupPlace,
  country: string | null,
): Promise<WhoIsLeft> {
  const users = new Map<string, Candidate>();
  const records = new Map<string, Candidate>();
  const apart = new Map<string, readonly string[]>();
  const tied = new Set<string>();
  if (scope === null) return { users, records, apart };
  const candidate = (id: string, of: MatchUser | ProductRecord): Candidate =>
    candidateOf(ports.phoneNumbers, country, id, of);
  for await (const page of ports.matches.scan(scope, setupId))
    for (const { directoryId, user, tie, decision } of page) {
      if (tie !== null) tied.add(tie.recordId);
      else if (user !== null) users.set(directoryId, candidate(directoryId, user));
      if (decision.apart.length > 0) apart.set(directoryId, decision.apart);
    }
  for (const directoryId of await newlyDecided(ports, tenantId, setupId)) {
    const { decision } = await ports.matchDecisions.read(tenantId, setupId, directoryId);
    if (decision.choice !== null) {
      users.delete(directoryId);
      tied.add(decision.choice.recordId);
    }
    apart.set(directoryId, decision.apart);
  }
  for await (const page of ports.records.scan(tenantId, setupId))
    for (const { record } of page)
      if (!tied.has(record.recordId)) records.set(record.recordId, candidate(record.recordId, record));
  return { users, records, apart };
}

/** @param first the user to begin with */
function suggested({ users, records, apart }: WhoIsLeft, first: string): Iterable<Suggestion> {
  const isApart = (directoryId: string, recordId: string): boolean =>
    apart.get(directoryId)?.includes(recordId) === true;
  const asked = [...users.values()].filter(({ id }) => id >= first);
  return suggestMatches(asked, [...records.values()], { perUser: PER_USER, isApart });
}

/** What no job has taken over yet; a thousand users at most, the rest is taken over within seconds. */
async function newlyDecided(
  { matchDecisions }: MatchingApiPorts,
  tenantId: string,
  setupId: string,
): Promise<readonly string[]> {
  return await matchDecisions.news(tenantId, setupId, 1_000);
}
