import { nameLikeness, nameTokens } from './name-likeness.js';

/** Who is left without a tie; phones as E.164, so that equal numbers are equal texts. */
export interface Candidate {
  readonly id: string;
  readonly displayName: string | null;
  readonly phones: readonly string[];
  readonly jobTitle: string | null;
}

/** A user and a record that may be the same person. Everything from 0 to 1. */
export interface Suggestion {
  readonly directoryId: string;
  readonly recordId: string;
  readonly score: number;
  readonly because: { readonly name: number; readonly phone: number; readonly jobTitle: number };
}

/** What likeness is worth; together 1. */
export const WEIGHTS = { name: 0.6, phone: 0.3, jobTitle: 0.1 } as const;
/** Less is no suggestion. */
export const LEAST_SCORE = 0.3;
/** A word or number that more records have tells nobody apart, and finds nobody by itself. */
const COMMON = 500;
/** Decimals of a score. */
const PRECISION = 1_000;

interface Prepared extends Candidate {
  readonly tokens: readonly string[];
  readonly title: readonly string[];
}

/**
 * Pairs of those left that have a word of the name or a phone number in common, the best first for each user, at
 * most `perUser` of each, users in their order, each worked out when it is asked for. Deterministic; who is apart is left out.
 */
export function* suggestMatches(
  users: readonly Candidate[],
  records: readonly Candidate[],
  { perUser, isApart }: { perUser: number; isApart: (directoryId: string, recordId: string) => boolean },
): Iterable<Suggestion> {
  const prepared = records.map(prepare);
  const finder = indexOf(prepared);
  for (const user of [...users].sort(byId)) {
    const one = prepare(user);
    const found = new Set(cluesOf(one).flatMap((clue) => finder.get(clue) ?? []));
    yield* [...found]
      .filter((record) => !isApart(user.id, record.id))
      .map((record) => judged(one, record))
      .filter(({ score }) => score >= LEAST_SCORE)
      .sort((a, b) => b.score - a.score || compare(a.recordId, b.recordId))
      .slice(0, perUser);
  }
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
  const phone = user.phones.some((number) => record.phones.includes(number)) ? 1 : 0;
  const jobTitle = nameLikeness(user.title, record.title);
  const score = rounded(WEIGHTS.name * name + WEIGHTS.phone * phone + WEIGHTS.jobTitle * jobTitle);
  const because = { name: rounded(name), phone, jobTitle: rounded(jobTitle) };
  return { directoryId: user.id, recordId: record.id, score, because };
}

function rounded(value: number): number {
  return Math.round(value * PRECISION) / PRECISION;
}

function prepare(candidate: Candidate): Prepared {
  const { displayName, jobTitle } = candidate;
  return { ...candidate, tokens: nameTokens(displayName), title: nameTokens(jobTitle) };
}

/** Words of at least two letters, and numbers. */
function cluesOf({ tokens, phones }: Prepared): string[] {
  const words = new Set(tokens.filter((token) => Array.from(token).length > 1));
  return [...words, ...new Set(phones)];
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
