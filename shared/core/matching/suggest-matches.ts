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

/** Finds who may be whom among the records that it was given, by a word of the name, an address or a phone number. */
export class SuggestionFinder {
  /** Null for a clue that too many records have. */
  readonly #byClue = new Map<string, Prepared[] | null>();

  /** Gives it a record, once. */
  add(record: Candidate): void {
    const prepared = prepare(record);
    for (const clue of cluesOf(prepared)) {
      const known = this.#byClue.get(clue);
      if (known === undefined) this.#byClue.set(clue, [prepared]);
      else if (known?.length === COMMON) this.#byClue.set(clue, null);
      else known?.push(prepared);
    }
  }

  /** Returns all suggestions for a user without the records that it is apart from, the best first. */
  suggestionsFor(user: Candidate, apart: readonly string[]): Suggestion[] {
    const one = prepare(user);
    const found = new Set(cluesOf(one).flatMap((clue) => this.#byClue.get(clue) ?? []));
    return [...found]
      .filter(({ id }) => !apart.includes(id))
      .map((record) => judged(one, record))
      .filter(({ score }) => score >= LEAST_SCORE)
      .sort((a, b) => b.score - a.score || compare(a.recordId, b.recordId));
  }
}

/**
 * Finds the suggestions of at least a score that are the best of their user and of their record, each by itself: who
 * has two that are equally good keeps both as suggestions.
 */
export class UnambiguousMatches {
  readonly #bestOfRecord = new Map<string, Best>();
  readonly #onlyBest: { readonly suggestion: Suggestion; readonly ofUser: number }[] = [];
  #all = 0;

  constructor(private readonly minScore: number) {}

  /** @param ofUser the suggestions for one user, the best first; at least two if the user has two */
  add(ofUser: readonly Suggestion[]): void {
    const enough = ofUser.filter(({ score }) => score >= this.minScore);
    this.#all += enough.length;
    for (const { recordId, score } of enough) {
      const best = this.#bestOfRecord.get(recordId);
      if (best === undefined || best.score < score) this.#bestOfRecord.set(recordId, { score, count: 1 });
      else if (best.score === score) this.#bestOfRecord.set(recordId, { score, count: best.count + 1 });
    }
    const [first, second] = enough;
    if (first !== undefined && first.score !== second?.score)
      this.#onlyBest.push({ suggestion: first, ofUser: enough.length });
  }

  /** @returns them in the order of the users, and how many others of that score users without one of them have */
  found(): { readonly matches: readonly Suggestion[]; readonly ambiguous: number } {
    const clear = this.#onlyBest.filter(({ suggestion: { recordId, score } }) => {
      const best = this.#bestOfRecord.get(recordId);
      return best?.score === score && best.count === 1;
    });
    return {
      matches: clear.map(({ suggestion }) => suggestion),
      ambiguous: clear.reduce((left, { ofUser }) => left - ofUser, this.#all),
    };
  }
}

interface Best {
  readonly score: number;
  readonly count: number;
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
