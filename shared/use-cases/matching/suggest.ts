import { UnambiguousMatches, type Suggestion } from '../../core/matching/suggest-matches.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import { setupPlace, type SetupPlace } from './api-ports.js';
import { choose } from './decide-match.js';
import { obstacleToWrite, type WriteObstacle } from './may-write.js';
import { whoIsLeft, type SuggestionPorts, type WhoIsLeft } from './who-is-left.js';

/** Choices that one request makes at most: it is to answer in good time. */
const MOST_ACCEPTED = 2_000;
const CHOICES_AT_ONCE = 8;

export interface SuggestedMatch extends Suggestion {
  readonly userName: string | null;
  readonly recordName: string | null;
}

export interface SuggestionWish {
  readonly minScore: number;
  /** Of phone numbers that are written without one, ISO 3166-1 alpha-2; null if unknown. */
  readonly country: string | null;
}

/** Pairs of who is left, by user. Who is left is read again for every page. Null if there is no such setup. */
export async function listSuggestions(
  ports: SuggestionPorts,
  { tenantId, setupId, minScore, country }: SuggestionWish & Pick<SetupPlace, 'tenantId' | 'setupId'>,
  request: ListRequest,
): Promise<ListPage<SuggestedMatch> | null> {
  const place = await setupPlace(ports, tenantId, setupId);
  if (place === null) return null;
  const left = await whoIsLeft(ports, place, country);
  const { rows, next } = await pageOf(left, minScore, request);
  const named = rows.map((one) => ({
    ...one,
    userName: left.users.get(one.directoryId)?.displayName ?? null,
    recordName: left.recordNames.get(one.recordId) ?? null,
  }));
  return { rows: named, next };
}

async function pageOf(
  left: WhoIsLeft,
  minScore: number,
  { after, limit }: ListRequest,
): Promise<ListPage<Suggestion>> {
  const rows: Suggestion[] = [];
  for await (const ofUser of left.suggestions(after?.split(' ')[0] ?? ''))
    for (const one of ofUser) {
      if (one.score < minScore || (after !== null && positionOf(one) <= after)) continue;
      const last = rows.at(-1);
      if (rows.length === limit && last !== undefined) return { rows, next: positionOf(last) };
      rows.push(one);
    }
  return { rows, next: null };
}

/** By user, and the better ones first: as they are listed. */
function positionOf({ directoryId, score, recordId }: Suggestion): string {
  return `${directoryId} ${(1 - score).toFixed(3)} ${recordId}`;
}

export interface AcceptedSuggestions {
  readonly kind: 'accepted';
  readonly accepted: readonly Suggestion[];
  /** Suggestions of that score that were left, since they are ambiguous. */
  readonly ambiguous: number;
  /** Whether others are left for another request. Only if this one accepted as many as it may. */
  readonly more: boolean;
}

/** Chooses every suggestion of at least that score that is the only best of its user and of its record. */
export async function acceptSuggestions(
  ports: SuggestionPorts,
  { tenantId, setupId, minScore, country }: SuggestionWish & Pick<SetupPlace, 'tenantId' | 'setupId'>,
): Promise<AcceptedSuggestions | { readonly kind: WriteObstacle }> {
  const place = await setupPlace(ports, tenantId, setupId);
  if (place === null) return { kind: 'setupNotFound' };
  const unambiguous = new UnambiguousMatches(minScore);
  const left = await whoIsLeft(ports, place, country);
  for await (const ofUser of left.suggestions('')) unambiguous.add(ofUser);
  const { matches, ambiguous } = unambiguous.found();
  const accepted: Suggestion[] = [];
  let looked = 0;
  // Pairs that somebody else decided about since are passed over.
  while (looked < matches.length && accepted.length < MOST_ACCEPTED) {
    const obstacle = await obstacleToWrite(ports, place);
    if (obstacle !== null) return { kind: obstacle };
    const some = matches.slice(looked, looked + CHOICES_AT_ONCE);
    const outcomes = await Promise.all(some.map((pair) => choose(ports, place, pair, false)));
    accepted.push(...some.filter((_, index) => outcomes[index]?.kind === 'chosen'));
    looked += some.length;
  }
  if (accepted.length > 0) await ports.setupWork.requested(tenantId, setupId);
  return { kind: 'accepted', accepted, ambiguous, more: looked < matches.length };
}
