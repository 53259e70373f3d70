import { Failure } from './failures.js';

const MOST_CAUSES = 5;
const LONGEST_TEXT = 300;

/**
 * Returns what a failure was caused by, for the log: `Unavailable: Table Storage answered nothing ECONNRESET < RestError
 * ECONNRESET`. Messages are shown of our own failures and of faults of the system alone: an SDK's may hold a request, an
 * answer or a secret, so that of these only the name, code and status are shown.
 */
export function causeText(failure: unknown): string {
  const texts: string[] = [];
  let each: unknown = failure;
  while (each !== undefined && each !== null && texts.length < MOST_CAUSES) {
    texts.push(textOf(each));
    each = each instanceof Error ? each.cause : undefined;
  }
  return texts.join(' < ');
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (error instanceof Failure) return `${error.name}: ${error.message.slice(0, LONGEST_TEXT)}`;
  if ('syscall' in error) return `${error.name}: ${error.message.slice(0, LONGEST_TEXT)}`;
  return [error.name, code, statusCode]
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(' ')
    .slice(0, LONGEST_TEXT);
}
