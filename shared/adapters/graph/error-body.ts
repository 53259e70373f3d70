/** What an error answer of Graph says about itself. */
export interface ErrorBody {
  /** The outermost code that is not empty; '' where there is none. */
  readonly code: string;
  /** All codes in lower case, nested ones included. */
  readonly codes: ReadonlySet<string>;
  readonly message: string;
  readonly requestId: string | null;
}

const DEEPEST = 10;

/**
 * Reads Graph's error body as hostile input: codes nest in `innerError` or `innererror`, may be empty, and the
 * body may be anything at all. Source: concepts/errors.md.
 */
export function readErrorBody(text: string): ErrorBody {
  const error = asRecord(asRecord(parseJson(text))?.['error']);
  const codes: string[] = [];
  let message = '';
  let requestId: string | null = null;
  let level = error;
  for (let depth = 0; level !== null && depth < DEEPEST; depth += 1) {
    const code = level['code'];
    if (typeof code === 'string' && code !== '') codes.push(code);
    if (message === '' && typeof level['message'] === 'string') message = level['message'];
    if (requestId === null && typeof level['request-id'] === 'string') requestId = level['request-id'];
    level = innerOf(level);
  }
  return {
    code: presentable(codes[0] ?? '', 100),
    codes: new Set(codes.map((code) => code.toLowerCase())),
    message: presentable(message, 300),
    requestId: requestId === null ? null : presentable(requestId, 100),
  };
}

function innerOf(level: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
  const name = Object.keys(level).find((key) => key.toLowerCase() === 'innererror');
  return name === undefined ? null : asRecord(level[name]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

/** One line, of bounded length, without anything long enough to be a token. */
function presentable(text: string, length: number): string {
  return text
    .slice(0, 4 * length)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/[\w.~+/=-]{60,}/g, '…')
    .trim()
    .slice(0, length);
}
