/** What a user or a person is found by. */
export interface Searchable {
  readonly displayName: unknown;
  readonly mail: unknown;
  readonly userPrincipalName: unknown;
}

/** Beyond it nobody types on, and a key has a limit. UTF-16 units. */
const LONGEST_WORD = 64;
/** A name of more words is found by its first ones. */
const MOST_WORDS = 24;
const BETWEEN_WORDS = /[\s,;()[\]"]+/u;
const WITHIN_WORDS = /[-.'’_+]+/u;
const DIACRITICS = /\p{M}+/gu;

/**
 * Returns the words that a user is found by, in ascending order: those of the display name, the mail address and the
 * user name, each whole and by its parts. The domain is found only as the end of a whole address, since everybody
 * shares it. A word that begins another one is left out, since whoever finds it finds the other.
 */
export function searchWordsOf({ displayName, mail, userPrincipalName }: Searchable): string[] {
  const words = [
    ...wordsOf(displayName),
    ...[mail, userPrincipalName].flatMap((address) => [
      ...wordsOf(address),
      ...wordsOf(localPartOf(address)),
    ]),
  ];
  const sorted = [...new Set(words)].sort();
  const found = sorted.filter((word, index) => sorted[index + 1]?.startsWith(word) !== true);
  return found.slice(0, MOST_WORDS);
}

/** Returns what each word of a search has to begin with; empty when it has none. */
export function searchTokensOf(search: string): string[] {
  return [...new Set(folded(search).split(BETWEEN_WORDS).filter(isWord).map(cut))];
}

/** Whether every token begins one of the words. */
export function matchesSearch(words: readonly string[], tokens: readonly string[]): boolean {
  return tokens.every((token) => words.some((word) => word.startsWith(token)));
}

function wordsOf(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  const whole = folded(value).split(BETWEEN_WORDS);
  const parts = whole.filter((word) => !word.includes('@')).flatMap((word) => word.split(WITHIN_WORDS));
  return [...whole, ...parts].filter(isWord).map(cut);
}

function localPartOf(address: unknown): unknown {
  return typeof address === 'string' ? address.slice(0, Math.max(0, address.lastIndexOf('@'))) : null;
}

/** Upper and lower case are one, and a letter is found without its accent. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(DIACRITICS, '').toLowerCase();
}

function isWord(text: string): boolean {
  return text !== '';
}

function cut(word: string): string {
  return word.slice(0, LONGEST_WORD);
}
