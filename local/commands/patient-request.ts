import { setTimeout as delay } from 'node:timers/promises';

/** An answer of the product that the commands did not expect. */
export class ProductApiError extends Error {
  override readonly name = 'ProductApiError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The product gave no answer; the message names its address and the last reason. */
export class ProductUnreachable extends Error {
  override readonly name = 'ProductUnreachable';
}

/** Milliseconds. */
export interface Patience {
  /** How long a request is tried again, counted from its first try. */
  readonly totalMs: number;
  /** How long one try may take. */
  readonly tryMs: number;
  /** Before the second try; every further pause is up to twice as long. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const usualPatience: Patience = {
  totalMs: 30_000,
  tryMs: 30_000,
  firstPauseMs: 100,
  longestPauseMs: 2_000,
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Busy or absent for a moment, by the status of the app or of what stands in front of it. */
const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Sends a request until its answer is one that lasts: connections that are refused, cut or silent, and answers that ask
 * to come back, are followed by another try, as long as there is patience. Returns the last answer.
 *
 * @throws {ProductUnreachable} if no try was answered at last
 */
export async function askPatiently(url: URL, request: RequestInit, patience: Patience): Promise<Answer> {
  const endMs = performance.now() + patience.totalMs;
  for (let pauseMs = patience.firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, patience.longestPauseMs)) {
    const outcome = await tryOnce(url, request, patience.tryMs);
    const isLast = performance.now() + pauseMs > endMs;
    if (outcome instanceof ProductUnreachable) {
      if (isLast) throw outcome;
    } else if (isLast || !mayPass(outcome)) return outcome;
    await delay(pauseMs * (0.5 + Math.random() / 2));
  }
}

async function tryOnce(url: URL, request: RequestInit, tryMs: number): Promise<Answer | ProductUnreachable> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(tryMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return new ProductUnreachable(`The app at ${url.origin} does not answer: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function mayPass({ status, text }: Answer): boolean {
  // The first try of this very request is still being answered.
  return passingStatuses.has(status) || (status === 409 && text.includes('"RequestUnderWay"'));
}

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as NodeJS.ErrnoException;
  return cause.message === '' ? (code ?? error.message) : cause.message;
}
