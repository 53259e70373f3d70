import type { ConditionFault, ConditionValue } from './condition.js';

/** White space of every kind, and control characters. */
const SPACES = /[\s\p{Cc}]*/uy;
const WORD = /\p{L}[\p{L}0-9_.]*/uy;
/** At most 15 digits and 6 decimals, so that every number is exact, and no name may follow without a space. */
const NUMBER = /-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?(?![\p{L}0-9_.-])/uy;
/** In quotes of one kind; whether there is such a day is another question. */
const MOMENT = /(["'])(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)\1/y;

/** The text of a condition ended being one. */
export class Misread extends Error {
  constructor(readonly fault: ConditionFault) {
    super(fault.message);
  }
}

/**
 * A text that is taken piece by piece from its beginning, with the white space before each piece. Nothing is ever put
 * back, so that reading takes time in proportion to the text.
 */
export class ConditionReader {
  #at = 0;

  constructor(private readonly text: string) {
    this.#skipSpaces();
  }

  /** Where the next piece begins. */
  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.text.length;
  }

  /** The word that is next, in small letters; null where none is. It is not taken. */
  get nextWord(): string | null {
    return this.#found(WORD)?.[0].toLowerCase() ?? null;
  }

  /** The word that is next, as it is written. */
  takeName(): string | null {
    return this.#taken(WORD)?.[0] ?? null;
  }

  /** @param word in small letters */
  takesWord(word: string): boolean {
    if (this.nextWord !== word) return false;
    this.#move(word.length);
    return true;
  }

  takesMark(mark: string): boolean {
    if (!this.text.startsWith(mark, this.#at)) return false;
    this.#move(mark.length);
    return true;
  }

  takeNumber(): ConditionValue | null {
    const at = this.#at;
    const found = this.#taken(NUMBER);
    // One way to write naught.
    return found === null ? null : { value: Number(found[0]) + 0, at };
  }

  /** A day or an instant in quotes, as it is written within them. */
  takeMoment(): { readonly value: string; readonly at: number } | null {
    const at = this.#at;
    const value = this.#taken(MOMENT)?.[2];
    return value === undefined ? null : { value, at };
  }

  /** What stands in quotes of either kind; a quote within is written twice. */
  takeText(): ConditionValue | null {
    const at = this.#at;
    const quote = this.text.charAt(at);
    if (quote !== '"' && quote !== "'") return null;
    let end = this.text.indexOf(quote, at + 1);
    while (end >= 0 && this.text.charAt(end + 1) === quote) end = this.text.indexOf(quote, end + 2);
    if (end < 0) return null;
    const value = this.text.slice(at + 1, end).replaceAll(quote + quote, quote);
    this.#move(end + 1 - at);
    return { value, at };
  }

  /** @throws Misread at the next piece */
  expected(what: string): never {
    throw new Misread({ at: this.#at, message: `Expected ${what}.` });
  }

  #found(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.text);
  }

  #taken(pattern: RegExp): RegExpExecArray | null {
    const found = this.#found(pattern);
    if (found !== null) this.#move(found[0].length);
    return found;
  }

  #move(length: number): void {
    this.#at += length;
    this.#skipSpaces();
  }

  #skipSpaces(): void {
    this.#at += this.#found(SPACES)?.[0].length ?? 0;
  }
}
