import { z } from 'zod';
import { holdsRole, sees, type Principal, type TenantSight } from '../../shared/core/access.js';
import type { DeadLetter } from '../../shared/core/dead-letter.js';
import { discardDeadLetter } from '../../shared/use-cases/discard-dead-letter.js';
import { listDeadLetters } from '../../shared/use-cases/list-dead-letters.js';
import { replayDeadLetter, type ReplayDeadLetterPorts } from '../../shared/use-cases/replay-dead-letter.js';
import { ApiError, retryAfter } from './errors.js';
import { instant } from './instant.js';
import { letterNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export type DeadLettersDependencies = ReplayDeadLetterPorts;

const letterResource = z.strictObject({
  id: z.string(),
  tenantId: z
    .string()
    .nullable()
    .describe('Null: it names no tenant that is known; only an Admin sees these.'),
  kind: z.enum(['job', 'element']),
  reason: z.string(),
  body: z.string().describe('What came, cut at 16,000 characters.'),
  messageId: z.string().nullable(),
  setAsideAt: instant,
});

export function deadLetterRoutes(dependencies: DeadLettersDependencies): Route[] {
  return [listRoute(dependencies), replayRoute(dependencies), discardRoute(dependencies)];
}

function listRoute(dependencies: DeadLettersDependencies): Route {
  return route({
    operationId: 'listDeadLetters',
    summary: 'What was set aside, over all tenants, with its reason.',
    method: 'GET',
    path: 'v1/dead-letters',
    role: 'Operator',
    target: 'anyTenant',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(letterResource),
    errors: [],
    async handle(call) {
      const page = await listDeadLetters(
        dependencies,
        listRequest(call),
        call.sight,
        holdsRole(call.principal, 'Admin', null),
      );
      return { body: toList(page, call, toLetterResource) };
    },
  });
}

function replayRoute(dependencies: DeadLettersDependencies): Route {
  return route({
    operationId: 'replayDeadLetter',
    summary: 'Sends a job that was set aside once more.',
    method: 'POST',
    path: 'v1/dead-letters/{letterId}/replay',
    role: 'Operator',
    target: 'anyTenant',
    query: null,
    body: null,
    status: 202,
    answer: z.strictObject({}),
    errors: ['DeadLetterNotFound', 'NotReplayable', 'QueueUnavailable'],
    async handle({ parameters, principal, sight }) {
      const outcome = await replayDeadLetter(dependencies, parameters.letterId, visibleTo(principal, sight));
      switch (outcome.kind) {
        case 'replayed':
          return { body: {} };
        case 'notFound':
          throw letterNotFound();
        case 'notReplayable':
          throw new ApiError('NotReplayable', outcome.reason);
        case 'queueUnavailable':
          throw new ApiError('QueueUnavailable', 'The queue cannot be reached now; ask again.', {
            headers: retryAfter(outcome.retryAfterMs),
            cause: outcome.cause,
          });
      }
    },
  });
}

function discardRoute(dependencies: DeadLettersDependencies): Route {
  return route({
    operationId: 'discardDeadLetter',
    summary: 'Removes what was set aside, for good.',
    method: 'POST',
    path: 'v1/dead-letters/{letterId}/discard',
    role: 'Operator',
    target: 'anyTenant',
    query: null,
    body: null,
    status: 204,
    answer: null,
    errors: ['DeadLetterNotFound'],
    async handle({ parameters, principal, sight }) {
      const found = await discardDeadLetter(dependencies, parameters.letterId, visibleTo(principal, sight));
      if (!found) throw letterNotFound();
      return { body: null };
    },
  });
}

/** A letter that names no tenant may hold anything: it is for an Admin of everything. */
function visibleTo(principal: Principal, sight: TenantSight): (tenantId: string | null) => boolean {
  return (tenantId) => (tenantId === null ? holdsRole(principal, 'Admin', null) : sees(sight, tenantId));
}

function toLetterResource(letter: DeadLetter): z.input<typeof letterResource> {
  const { id, tenantId, kind, reason, body, messageId, setAsideAt } = letter;
  return { id, tenantId, kind, reason, body, messageId, setAsideAt };
}
