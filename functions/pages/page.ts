import type { HttpFunctionOptions, HttpHandler, HttpRequest } from '@azure/functions';
import { causeText } from '../../shared/core/cause-text.js';
import { RequestRefused, Throttled, Unavailable } from '../../shared/core/failures.js';
import type { Log } from '../../shared/ports/log.js';
import { readBoundedBody } from '../bounded-body.js';
import type { Brand } from './brand.js';
import { cookiesIn } from './cookies.js';
import { createSender, type PageAnswer } from './html-answer.js';
import { PageProblem } from './page-problem.js';
import { problemAnswer } from './problem-page.js';

/** What a browser asked for. */
export interface PageCall {
  /** Of the path, as they came. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Parameters of the address; one that is given twice has no value here. */
  readonly query: ReadonlyMap<string, string>;
  /** Fields of the form; empty for GET. */
  readonly form: URLSearchParams;
  readonly cookies: ReadonlyMap<string, string>;
  readonly header: (name: string) => string | null;
}

/** A page of the app: no sign-in stands before it, what it may do is in the link. */
export interface Page {
  /** Also the name of its function. */
  readonly name: string;
  /** GET changes nothing. */
  readonly method: 'GET' | 'POST';
  /** Below /api/. */
  readonly path: string;
  answer(call: PageCall): Promise<PageAnswer>;
}

/** Bytes of a form. */
const LARGEST_FORM = 64 * 1024;

/** Registers pages as HTTP functions. */
export function registerPages(
  app: { http(name: string, options: HttpFunctionOptions): void },
  pages: readonly Page[],
  edge: { readonly log: Log; readonly brand: Brand },
): void {
  const send = createSender(edge.brand);
  for (const page of pages) {
    app.http(`page-${page.name}`, {
      methods: [page.method],
      authLevel: 'anonymous',
      route: page.path,
      handler: pageHandler(page, edge.log, send),
    });
  }
}

/** Form limits before the page, failures as pages after it. */
function pageHandler(page: Page, log: Log, send: ReturnType<typeof createSender>): HttpHandler {
  return async (request, context) => {
    try {
      return send(await page.answer(await callOf(page, request)));
    } catch (failure) {
      const problem = problemOf(failure) ?? unexpected(failure, page, log, context.invocationId);
      if (problem.status === 503) logUnavailable(problem, page, log, context.invocationId);
      return send(problemAnswer(problem));
    }
  };
}

async function callOf(page: Page, request: HttpRequest): Promise<PageCall> {
  return {
    parameters: request.params,
    query: singleValues(request.url),
    form: page.method === 'GET' ? new URLSearchParams() : await readForm(request),
    cookies: cookiesIn(request.headers.get('cookie')),
    header: (name) => request.headers.get(name),
  };
}

function singleValues(address: string): Map<string, string> {
  const given = new URL(address).searchParams;
  return new Map([...given].filter(([name]) => given.getAll(name).length === 1));
}

/** Browsers say where a form comes from; where they do, it must be a page of ours. */
async function readForm(request: HttpRequest): Promise<URLSearchParams> {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    throw new PageProblem(
      403,
      'This form was sent from another site.',
      'Open the link again and send it there.',
    );
  const type = request.headers.get('content-type') ?? 'application/x-www-form-urlencoded';
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type))
    throw new PageProblem(415, 'What was sent is not a form of this page.', 'Open the link again.');
  const text = await readBoundedBody(request, LARGEST_FORM);
  if (text === null)
    throw new PageProblem(
      413,
      'What was sent is too long.',
      'Open the link again and shorten what you enter.',
    );
  return new URLSearchParams(text);
}

const LATER_MS = 5_000;

function problemOf(failure: unknown): PageProblem | null {
  if (failure instanceof PageProblem) return failure;
  if (failure instanceof RequestRefused && failure.code === 'CloudNotServed')
    return new PageProblem(
      409,
      'The cloud of this directory is not served here any more.',
      'Ask the person who sent you the link.',
    );
  if (failure instanceof RequestRefused && failure.code === 'InvalidPosition')
    return new PageProblem(400, 'This is no part of the list.', 'Go back and look at it from the beginning.');
  if (failure instanceof Throttled || failure instanceof Unavailable) {
    const seconds = Math.max(1, Math.ceil((failure.retryAfterMs ?? LATER_MS) / 1000));
    const headers = { 'retry-after': String(seconds) };
    return new PageProblem(503, 'A part that this needs is not available now.', 'Try again in a minute.', {
      headers,
      cause: failure,
    });
  }
  return null;
}

function logUnavailable(problem: PageProblem, page: Page, log: Log, correlationId: string): void {
  const cause = problem.cause === undefined ? problem.message : causeText(problem.cause);
  log.warn('A page was answered 503', { operation: page.name, correlationId, cause });
}

function unexpected(failure: unknown, page: Page, log: Log, correlationId: string): PageProblem {
  const { name, message, stack } = failure instanceof Error ? failure : new Error('Not an error');
  const at = stack?.split('\n').slice(1, 4).join(' ').replaceAll(/\s+/g, ' ') ?? '';
  log.error('A page failed', { operation: page.name, correlationId, name, message, at });
  return new PageProblem(
    500,
    'Something went wrong here.',
    `Try again. If it happens again, send this number to the person who sent you the link: ${correlationId}.`,
  );
}
