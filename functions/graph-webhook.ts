import type { app as functionApp, HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { causeText } from '../shared/core/cause-text.js';
import { Failure, Unavailable } from '../shared/core/failures.js';
import { readBoundedBody } from './bounded-body.js';

const TOKEN = 'validationToken';
const LONGEST_TOKEN = 4_096;
const LARGEST_BODY_BYTES = 1024 * 1024;

/**
 * Graph takes an answer after more than 10 seconds for a slow one, delays and at last drops what it has to tell: a
 * broker that hangs is told to it in time, so that it tries again.
 * Source: concepts/change-notifications-delivery-webhooks.md.
 */
const ANSWER_WITHIN_MS = 8_000;

/**
 * So many requests at once are taken by one instance; whoever comes then is asked to come again, and Graph does. What
 * each may cost is bounded, so this bounds what anybody may cost.
 */
const MOST_AT_ONCE = 200;
const COME_AGAIN_SECONDS = '5';

const envelopeSchema = z.object({ value: z.array(z.unknown()) });

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What each item says, whatever it tells of. Ids are held to what may stand in a table key. */
export const claimMembers = {
  tenantId: z
    .string()
    .regex(GUID)
    .transform((id) => id.toLowerCase()),
  subscriptionId: z.string().regex(/^[0-9A-Za-z-]{1,64}$/),
  clientState: z.string().min(1).max(255),
};

export interface GraphWebhook {
  readonly name: string;
  readonly route: string;
  /** Takes the items of one request, each as it came. @throws Failure where they have to be sent again */
  readonly take: (items: readonly unknown[]) => Promise<unknown>;
}

/**
 * An address where Graph posts. Answers 202 to whatever is a list, so that a prober learns nothing; 400 and 413 to
 * what is none; 503 where it could not be taken in time, or too many come at once, so that Graph tries again.
 * Source: concepts/change-notifications-delivery-webhooks.md.
 */
export function registerGraphWebhook(app: Pick<typeof functionApp, 'http'>, webhook: GraphWebhook): void {
  let underWay = 0;
  app.http(webhook.name, {
    methods: ['POST'],
    authLevel: 'anonymous',
    route: webhook.route,
    handler: async (request, context) => {
      const token = request.query.get(TOKEN);
      if (token !== null) return echoToken(token, tokensIn(request.url));
      if (underWay >= MOST_AT_ONCE) return busy();
      underWay += 1;
      try {
        return await accept(request, webhook.take);
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        context.error(`What Graph sent could not be taken: ${causeText(failure)}`);
        return problem(503, 'ServiceUnavailable', 'The notifications could not be taken; send them again.');
      } finally {
        underWay -= 1;
      }
    },
  });
}

/** How many: the host joins parameters of one name before the function sees them, the address has them apart. */
function tokensIn(address: string): number {
  return new URL(address).searchParams.getAll(TOKEN).length;
}

/**
 * The handshake, which comes before the subscription is known. The token is never to be read as HTML.
 * Source: concepts/includes/change-notifications-delivery-notificationurl-validation.md.
 */
function echoToken(token: string, given: number): HttpResponseInit {
  if (given > 1) return problem(400, 'InvalidRequest', 'There is more than one validation token.');
  if (token === '' || token.length > LONGEST_TOKEN) {
    return problem(400, 'InvalidRequest', `A validation token has 1 to ${LONGEST_TOKEN} characters.`);
  }
  return {
    status: 200,
    headers: { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' },
    body: token,
  };
}

async function accept(request: HttpRequest, take: GraphWebhook['take']): Promise<HttpResponseInit> {
  const body = await readBoundedBody(request, LARGEST_BODY_BYTES);
  if (body === null) return problem(413, 'BodyTooLarge', 'Notifications are at most 1 MiB.');
  const items = itemsIn(body);
  if (items === null) {
    return problem(400, 'InvalidRequest', 'The body is not an object whose value is a list.');
  }
  if (items.length > 0) await inTime(take(items));
  return { status: 202 };
}

/** What is queued later all the same does no harm: the broker drops its double. */
async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooLate = new Unavailable('it took too long', null);
    timer = setTimeout(() => {
      reject(tooLate);
    }, ANSWER_WITHIN_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function itemsIn(body: string): unknown[] | null {
  try {
    return envelopeSchema.parse(JSON.parse(body)).value;
  } catch {
    return null;
  }
}

function busy(): HttpResponseInit {
  const answer = problem(503, 'ServiceUnavailable', 'Too many requests at once; send it again.');
  return { ...answer, headers: { 'Retry-After': COME_AGAIN_SECONDS } };
}

function problem(status: number, code: string, message: string): HttpResponseInit {
  return { status, jsonBody: { error: { code, message } } };
}
