import type { app as functionApp, HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { Failure } from '../shared/core/failures.js';
import type { NotificationClaim } from '../shared/core/notification.js';
import type { AcceptNotifications } from '../shared/use-cases/notifications/accept-notifications.js';
import { readBoundedBody } from './bounded-body.js';

const TOKEN = 'validationToken';
const LONGEST_TOKEN = 4_096;
const LARGEST_BODY_BYTES = 1024 * 1024;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const envelopeSchema = z.object({ value: z.array(z.unknown()) });

/** Ids are held to what may stand in a table key. Other members are Graph's concern. */
const notificationSchema = z.object({
  tenantId: z
    .string()
    .regex(GUID)
    .transform((id) => id.toLowerCase()),
  subscriptionId: z.string().regex(/^[0-9A-Za-z-]{1,64}$/),
  clientState: z.string().min(1).max(255),
  /** Lifecycle events belong to an address of their own. */
  lifecycleEvent: z.null().optional(),
});

/**
 * Where Graph posts change notifications. Answers 202 to whatever looks like notifications, so that a prober
 * learns nothing; 400 and 413 to what is none; 503 where they could not be queued, so that Graph tries again.
 * Source: concepts/change-notifications-delivery-webhooks.md.
 */
export function registerGraphNotifications(
  app: Pick<typeof functionApp, 'http'>,
  options: { readonly acceptNotifications: AcceptNotifications },
): void {
  app.http('graph-notifications', {
    methods: ['POST'],
    authLevel: 'anonymous',
    route: 'graph/notifications',
    handler: async (request, context) => {
      const token = request.query.get(TOKEN);
      if (token !== null) return echoToken(token, tokensIn(request.url));
      try {
        return await accept(request, options.acceptNotifications);
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        context.error(`Notifications could not be taken: ${failure.message}`);
        return problem(503, 'ServiceUnavailable', 'The notifications could not be taken; send them again.');
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

async function accept(request: HttpRequest, take: AcceptNotifications): Promise<HttpResponseInit> {
  const body = await readBoundedBody(request, LARGEST_BODY_BYTES);
  if (body === null) return problem(413, 'BodyTooLarge', 'Notifications are at most 1 MiB.');
  const items = itemsIn(body);
  if (items === null) {
    return problem(400, 'InvalidRequest', 'The body is not an object whose value is a list.');
  }
  if (items.length > 0) await take(items.map(claimIn));
  return { status: 202 };
}

function itemsIn(body: string): unknown[] | null {
  try {
    return envelopeSchema.parse(JSON.parse(body)).value;
  } catch {
    return null;
  }
}

function claimIn(item: unknown): NotificationClaim | null {
  const parsed = notificationSchema.safeParse(item);
  if (!parsed.success) return null;
  const { tenantId, subscriptionId, clientState } = parsed.data;
  return { tenantId, subscriptionId, clientState };
}

function problem(status: number, code: string, message: string): HttpResponseInit {
  return { status, jsonBody: { error: { code, message } } };
}
