import { Failure, RowConflict, Throttled, Unavailable } from '../core/failures.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type {
  AnswerSeal,
  RepeatableRequest,
  RepeatableRequests,
  StoredRequest,
} from '../ports/repeatable-requests.js';

export interface AnswerOncePorts {
  readonly repeatableRequests: RepeatableRequests;
  readonly answerSeal: AnswerSeal;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who asks what, under the id that they chose for it. */
export interface RepeatedAsk {
  readonly requestId: string;
  /** Null where the route names no tenant. */
  readonly tenantId: string | null;
  readonly principalId: string;
  readonly method: string;
  readonly path: string;
  /** Everything else that makes it this request: its query and its body. */
  readonly content: string;
}

export interface GivenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export type AnswerOnceOutcome =
  /** `repeated`: as it was answered before. */
  | { readonly kind: 'answered'; readonly answer: GivenAnswer; readonly repeated: boolean }
  /** The id belongs to another request. */
  | { readonly kind: 'otherContent' }
  /** The first one is still being answered. */
  | { readonly kind: 'underWay' }
  /** The first one set out and left no answer: it died, or its answer could not be kept. It may have been done. */
  | { readonly kind: 'outcomeUnknown' };

/** How long an answer is kept. */
export const KEPT_MS = 24 * 60 * 60 * 1000;

/** No request is answered longer than the host lets a function run: 15 minutes. Later no answer comes any more. */
const LONGEST_RUN_MS = 15 * 60 * 1000;

const LOOKS = 10;
const LOOK_AGAIN_MS = 200;

/** Between the tries to keep an answer; whoever asked waits for them. */
const KEEP_AGAIN_MS = [200, 400, 800];

/** Characters of a sealed answer; a row holds 1 MiB of UTF-16. */
const LARGEST_KEPT = 450_000;

/**
 * Answers a request once, however often it comes: the first one runs, and what it was answered is given again for a day.
 * One that failed on our side (5xx), or met nothing (404), leaves no trace and may be tried anew. Where nobody knows
 * what became of the first one, it does not run again that day either.
 * @param run answers the request; it does not throw
 */
export async function answerOnce(
  ports: AnswerOncePorts,
  ask: RepeatedAsk,
  run: () => Promise<GivenAnswer>,
): Promise<AnswerOnceOutcome> {
  const claim = claimOf(ports, ask);
  for (let looks = 1; ; looks += 1) {
    const before = await ports.repeatableRequests.get(claim.tenantId, claim.name);
    const now = ports.clock.now();
    if (before !== null && Date.parse(before.request.expiresAt) > now) {
      const { content, answer, claimedAt } = before.request;
      if (content !== claim.content) return { kind: 'otherContent' };
      if (answer !== null)
        return { kind: 'answered', answer: opened(ports, ask, claim, answer), repeated: true };
      if (Date.parse(claimedAt) + LONGEST_RUN_MS <= now) return { kind: 'outcomeUnknown' };
      if (looks >= LOOKS) return { kind: 'underWay' };
      await ports.clock.wait(LOOK_AGAIN_MS);
      continue;
    }
    const ours = await claimed(ports, claim, before?.tag ?? null);
    if (ours !== null)
      return { kind: 'answered', answer: await runOnce(ports, ask, ours, run), repeated: false };
    if (looks >= LOOKS) return { kind: 'underWay' };
  }
}

function claimOf({ answerSeal, clock }: AnswerOncePorts, ask: RepeatedAsk): RepeatableRequest {
  const name = answerSeal.name([ask.principalId, ask.method, ask.path, ask.requestId]);
  const now = clock.now();
  return {
    tenantId: ask.tenantId,
    name,
    content: answerSeal.digest(ask.content, ask.requestId, name),
    claimedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + KEPT_MS).toISOString(),
    answer: null,
  };
}

/** Null where somebody else was quicker. */
async function claimed(
  { repeatableRequests }: AnswerOncePorts,
  claim: RepeatableRequest,
  tag: string | null,
): Promise<StoredRequest | null> {
  try {
    return await repeatableRequests.save(claim, tag);
  } catch (failure) {
    if (failure instanceof RowConflict) return null;
    throw failure;
  }
}

function opened(
  { answerSeal }: AnswerOncePorts,
  { requestId }: RepeatedAsk,
  { name }: RepeatableRequest,
  sealed: string,
): GivenAnswer {
  return JSON.parse(answerSeal.open(sealed, requestId, name)) as GivenAnswer;
}

async function runOnce(
  ports: AnswerOncePorts,
  ask: RepeatedAsk,
  claim: StoredRequest,
  run: () => Promise<GivenAnswer>,
): Promise<GivenAnswer> {
  const answer = await run();
  try {
    await settledAtLast(ports.clock, () => settle(ports, ask, claim, answer));
  } catch (failure) {
    // What was asked is done; that it is remembered must not make a failure of it.
    if (!(failure instanceof Failure)) throw failure;
    ports.log.warn('An answer could not be kept for a repetition', { status: answer.status });
  }
  return answer;
}

/** Passing faults are tried again: what is not settled is refused for a day. */
async function settledAtLast(clock: Clock, settling: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await settling();
      return;
    } catch (failure) {
      // Nobody else writes the row of a claim: an earlier try of ours arrived, and only its answer was lost.
      if (failure instanceof RowConflict && tries > 0) return;
      const wait = KEEP_AGAIN_MS[tries];
      const passes = failure instanceof Unavailable || failure instanceof Throttled;
      if (!passes || wait === undefined) throw failure;
      await clock.wait(wait);
    }
  }
}

/** An answer that no row holds leaves the claim as it is: what was done must not be done again. */
async function settle(
  { repeatableRequests, answerSeal, log }: AnswerOncePorts,
  { requestId }: RepeatedAsk,
  claim: StoredRequest,
  answer: GivenAnswer,
): Promise<void> {
  if (answer.status >= 500 || answer.status === 404) {
    await repeatableRequests.forget(claim);
    return;
  }
  const sealed = answerSeal.seal(JSON.stringify(answer), requestId, claim.request.name);
  if (sealed.length <= LARGEST_KEPT)
    await repeatableRequests.save({ ...claim.request, answer: sealed }, claim.tag);
  else log.warn('An answer is too large to be kept for a repetition', { characters: sealed.length });
}
