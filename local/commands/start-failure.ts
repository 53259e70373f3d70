import { FolderUnusable } from '../stack/data-folder.js';
import { PartFailed } from '../stack/part.js';
import { PortTaken } from '../stack/ports.js';
import { ProductApiError, ProductUnreachable } from './patient-request.js';

/** A start that cannot go on; the message is for the person at the terminal. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
}

const expected = [FolderUnusable, PortTaken, PartFailed, StartFailed, ProductApiError, ProductUnreachable];

/**
 * What ended a start, for the person at the terminal: the message of a failure that can happen to a program without a
 * mistake, and the stack of one that cannot.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (expected.some((kind) => error instanceof kind)) return error.message;
  if (isLostConnection(error)) return `A part of the stack did not answer: ${reasonOf(error)}.`;
  return error.stack ?? error.message;
}

/** Those of `fetch`, of Node's own sockets, and of the clients of Azure's services. */
function isLostConnection(error: Error): boolean {
  return (
    (error instanceof TypeError && error.message === 'fetch failed') ||
    error.name === 'RestError' ||
    'syscall' in error
  );
}

function reasonOf(error: Error): string {
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return reason.split('\n', 1).join();
}
