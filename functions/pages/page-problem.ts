/** Thrown by a page that cannot be given: shown as one sentence of what is wrong and one of what mends it. */
export class PageProblem extends Error {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: 400 | 403 | 404 | 409 | 410 | 413 | 415 | 429 | 500 | 502 | 503,
    /** What is wrong, a sentence. */
    message: string,
    /** The one thing to do, a sentence. */
    readonly fix: string,
    more: {
      readonly headers?: Readonly<Record<string, string>>;
      /** For the log alone; never shown. */
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'PageProblem';
    this.headers = more.headers ?? {};
  }
}
