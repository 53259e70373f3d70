import { nameLikeness, nameTokens } from './name-likeness.js';

/** Who is left without a tie; phones as E.164 and addresses as keys, so that equal ones are equal texts. */
export interface Candidate {
  readonly id: string;
  readonly displayName: string | null;
  readonly addresses: readonly string[];
  readonly phones: readonly string[];
  readonly jobTitle: string | null;
}

/** A user and a record that may be the same person. Everything from 0 to 1. */
export interface Suggestion {
  readonly directoryId: string;
  readonly recordId: string;
  readonly score: number;
  readonly because: Readonly<Record<'name' | 'address' | 'phone' | 'jobTitle', number>>;
}

/** What likeness is worth: of name and address the greater counts, so that all together are 1 at most. */
export const WEIGHTS = { name: 0.6, address: 0.6, phone: 0.3, jobTitle: 0.1 } as const;
/** Less is no suggestion. */
export const LEAST_SCORE = 0.3;
/** A word, address or number that more records have tells nobody apart, and finds nobody by itself. */
const COMMON = 500;
/** Decimals of a score. */
const PRECISION = 1_000;

interface Prepared extends Candidate {
  readonly tokens: readonly string[];
  readonly title: readonly string[];
}

/**
 * Pairs of those left that have a word of the name, an address or a phone number in common, the best first for each
 * user, at most `perUser` of each, users in their order, each worked out when it is asked for. Deterministic; who is
 * apart is left out.
 */
export function* suggestMatches(
  users: readonly Candidate[],
  records: readonly Candidate[],
  { perUser, isApart }: { perUser: number; isApart: (directoryId: string, recordId: string) => boolean },
): Iterable<Suggestion> {
  const suggestionsFor = suggestionsAmong(records, isApart);
  for (const user of [...users].sort(byId)) yield* suggestionsFor(user).slice(0, perUser);
}

/** Returns what finds all suggestions for a user among these records, the best first. */
export function suggestionsAmong(
  records: readonly Candidate[],
  isApart: (directoryId: string, recordId: string) => boolean,
): (user: Candidate) => Suggestion[] {
  const finder = indexOf(records.map(prepare));
  return (user) => {
    const one = prepare(user);
    const found = new Set(cluesOf(one).flatMap((clue) => finder.get(clue) ?? []));
    return [...found]
      .filter((record) => !isApart(user.id, record.id))
      .map((record) => judged(one, record))
      .filter(({ score }) => score >= LEAST_SCORE)
      .sort((a, b) => b.score - a.score || compare(a.recordId, b.recordId));
  };
}

/**
 * Those of at least that score that are the best of their user and of their record, each by itself: who has two that
 * are equally good keeps both as suggestions. Needs at least two suggestions of each user who has them.
 */
export function unambiguousMatches(suggestions: readonly Suggestion[], minScore: number): Suggestion[] {
  const ofUser = bestScores(suggestions, ({ directoryId }) => directoryId);
  const ofRecord = bestScores(suggestions, ({ recordId }) => recordId);
  return suggestions.filter(({ directoryId, recordId, score }) => {
    const [user, record] = [ofUser.get(directoryId), ofRecord.get(recordId)];
    return score >= minScore && isOnlyBest(user, score) && isOnlyBest(record, score);
  });
}

interface Best {
  readonly score: number;
  readonly count: number;
}

function bestScores(
  suggestions: readonly Suggestion[],
  keyOf: (suggestion: Suggestion) => string,
): Map<string, Best> {
  const best = new Map<string, Best>();
  for (const suggestion of suggestions) {
    const { score } = suggestion;
    const known = best.get(keyOf(suggestion));
    if (known === undefined || known.score < score) best.set(keyOf(suggestion), { score, count: 1 });
    else if (known.score === score) best.set(keyOf(suggestion), { score, count: known.count + 1 });
  }
  return best;
}

function isOnlyBest(best: Best | undefined, score: number): boolean {
  return best?.score === score && best.count === 1;
}

function judged(user: Prepared, record: Prepared): Suggestion {
  const name = nameLikeness(user.tokens, record.tokens);
  const address = haveInCommon(user.addresses, record.addresses) ? 1 : 0;
  const phone = haveInCommon(user.phones, record.phones) ? 1 : 0;
  const jobTitle = nameLikeness(user.title, record.title);
  const who = Math.max(WEIGHTS.name * name, WEIGHTS.address * address);
  const score = rounded(who + WEIGHTS.phone * phone + WEIGHTS.jobTitle * jobTitle);
  const because = { name: rounded(name), address, phone, jobTitle: rounded(jobTitle) };
  return { directoryId: user.id, recordId: record.id, score, because };
}

function haveInCommon(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.includes(one));
}

function rounded(value: number): number {
  return Math.round(value * PRECISION) / PRECISION;
}

function prepare(candidate: Candidate): Prepared {
  const { displayName, jobTitle } = candidate;
  return { ...candidate, tokens: nameTokens(displayName), title: nameTokens(jobTitle) };
}

/** Words of at least two letters, addresses and numbers. */
function cluesOf({ tokens, addresses, phones }: Prepared): string[] {
  const words = tokens.filter((token) => Array.from(token).length > 1);
  return [...new Set([...words, ...addresses, ...phones])];
}

function indexOf(records: readonly Prepared[]): ReadonlyMap<string, readonly Prepared[]> {
  const index = new Map<string, Prepared[]>();
  for (const record of records)
    for (const clue of cluesOf(record)) {
      const known = index.get(clue);
      if (known === undefined) index.set(clue, [record]);
      else known.push(record);
    }
  for (const [clue, found] of index) if (found.length > COMMON) index.delete(clue);
  return index;
}

function byId(a: Candidate, b: Candidate): number {
  return compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
