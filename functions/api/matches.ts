import { z } from 'zod';
import { answerRecord, chooseMatch, releaseMatch } from '../../shared/use-cases/matching/decide-match.js';
import type { Holder } from '../../shared/use-cases/matching/decide.js';
import type { NotReady } from '../../shared/use-cases/matching/ready-to-decide.js';
import { acceptSuggestions, listSuggestions } from '../../shared/use-cases/matching/suggest.js';
import type { SuggestionPorts } from '../../shared/use-cases/matching/who-is-left.js';
import { listConflicts } from '../../shared/use-cases/matching/list-records.js';
import { CONFLICT_REASONS } from '../../shared/core/matching/match-conflict.js';
import { MATCH_KEYS } from '../../shared/core/setup/setup.js';
import { directoryIdIn } from '../../shared/use-cases/people/directory-id.js';
import { cannotWrite } from './disconnecting.js';
import { ApiError } from './errors.js';
import { freeText } from './free-text.js';
import { setupNotFound, userNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export type MatchesDependencies = SuggestionPorts;

const SETUP = 'v1/tenants/{tenantId}/setups/{setupId}';
const recordId = z.string().trim().min(1).max(128);
const score = z.number().min(0).max(1);
const country = z
  .string()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code of two letters')
  .optional()
  .describe('Of phone numbers that are written without one.');

const conflictResource = z.strictObject({
  key: z
    .enum([...MATCH_KEYS, 'record'])
    .describe('By which it is shared; record if it is about one record, whatever the keys say.'),
  value: z.string().describe('As it is compared; of record its id.'),
  reasons: z.array(z.enum(CONFLICT_REASONS)),
  userIds: z.array(z.guid()).describe('The first thousand.'),
  recordIds: z.array(z.string()).describe('The first thousand.'),
});

const suggestionResource = z.strictObject({
  userId: z.guid(),
  recordId: z.string(),
  userName: z.string().nullable(),
  recordName: z.string().nullable(),
  score,
  because: z.strictObject({
    name: score,
    address: score.describe('1 if the record has the mail or an alias of the user.'),
    phone: score,
    jobTitle: score,
  }),
});

export function matchRoutes(dependencies: MatchesDependencies): Route[] {
  return [
    conflictsRoute(dependencies),
    suggestionsRoute(dependencies),
    chooseRoute(dependencies),
    acceptRoute(dependencies),
    releaseRoute(dependencies),
    answerRoute(dependencies),
  ];
}

function conflictsRoute(dependencies: MatchesDependencies): Route {
  return route({
    operationId: 'listConflicts',
    summary: 'Users and records that share a value and cannot be told apart by it.',
    method: 'GET',
    path: `${SETUP}/conflicts`,
    role: 'Operator',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(conflictResource),
    errors: [],
    async handle(call) {
      const { tenantId, setupId } = call.parameters;
      const page = await listConflicts(dependencies, tenantId, setupId, listRequest(call));
      if (page === null) throw setupNotFound();
      return {
        body: toList(page, call, ({ key, value, reasons, directoryIds, recordIds }) => ({
          ...{ key, value, reasons: [...reasons], userIds: [...directoryIds], recordIds: [...recordIds] },
        })),
      };
    },
  });
}

const suggestionQuery = pageQuery.extend({
  minScore: z.coerce.number().min(0).max(1).default(0).describe('The least score, 0 to 1.'),
  country,
});

function suggestionsRoute(dependencies: MatchesDependencies): Route {
  return route({
    operationId: 'listSuggestions',
    summary: 'Users and records without a match that may be the same person, by name, phone and job title.',
    method: 'GET',
    path: `${SETUP}/suggestions`,
    role: 'Operator',
    query: suggestionQuery,
    body: null,
    status: 200,
    answer: listOf(suggestionResource),
    errors: [],
    async handle(call) {
      const { tenantId, setupId } = call.parameters;
      const { minScore, country: fallback } = call.query;
      const wish = { tenantId, setupId, minScore, country: fallback ?? null };
      const page = await listSuggestions(dependencies, wish, listRequest(call));
      if (page === null) throw setupNotFound();
      return {
        body: toList(page, call, ({ directoryId: userId, because, ...one }) => ({
          ...{ userId, recordId: one.recordId, userName: one.userName, recordName: one.recordName },
          ...{ score: one.score, because: { ...because } },
        })),
      };
    },
  });
}

function chooseRoute(dependencies: MatchesDependencies): Route {
  return route({
    operationId: 'chooseMatch',
    summary: 'Ties a user to a record: it wins over every key, until it is released.',
    method: 'POST',
    path: `${SETUP}/matches`,
    role: 'Operator',
    query: null,
    body: z.strictObject({ userId: z.guid().toLowerCase(), recordId }),
    status: 200,
    answer: z.strictObject({ userId: z.guid(), recordId: z.string(), matchedBy: z.literal('chosen') }),
    errors: [
      ...(['UserNotFound', 'RecordNotFound', 'RecordTaken', 'NoRecords', 'RecordsPending'] as const),
      ...(['UserNotInScope', 'ChangedMeanwhile'] as const),
    ],
    async handle({ parameters: { tenantId, setupId }, body }) {
      const pair = { directoryId: body.userId, recordId: body.recordId };
      const outcome = await chooseMatch(dependencies, tenantId, setupId, pair);
      switch (outcome.kind) {
        case 'chosen':
          return { body: { ...body, matchedBy: 'chosen' } };
        case 'setupNotFound':
          throw setupNotFound();
        case 'recordTaken':
          throw recordTaken(outcome.holder, 'chosen');
        default:
          throw notReady(outcome.kind);
      }
    },
  });
}

function acceptRoute(dependencies: MatchesDependencies): Route {
  return route({
    operationId: 'acceptSuggestions',
    summary: 'Chooses every suggestion of at least a score that is unambiguous, some thousands at a time.',
    method: 'POST',
    path: `${SETUP}/matches/accept`,
    role: 'Operator',
    query: null,
    body: z.strictObject({ minScore: score, country }),
    status: 200,
    answer: z.strictObject({
      accepted: z.int(),
      ambiguous: z.int().describe('Suggestions of that score that were left.'),
      more: z.boolean().describe('This request accepted as many as it may: ask again for the rest.'),
    }),
    errors: ['ChangedMeanwhile'],
    async handle({ parameters: { tenantId, setupId }, body }) {
      const wish = { tenantId, setupId, minScore: body.minScore, country: body.country ?? null };
      const outcome = await acceptSuggestions(dependencies, wish);
      if (outcome.kind !== 'accepted') throw cannotWrite(outcome.kind);
      const { accepted, ambiguous, more } = outcome;
      return { body: { accepted: accepted.length, ambiguous, more } };
    },
  });
}

function releaseRoute(dependencies: MatchesDependencies): Route {
  return route({
    operationId: 'releaseMatch',
    summary: "Ends a user's match, whatever made it; no key makes the same one again.",
    method: 'DELETE',
    path: `${SETUP}/matches/{userId}`,
    role: 'Operator',
    query: null,
    body: null,
    status: 204,
    answer: null,
    errors: ['MatchNotFound', 'ChangedMeanwhile'],
    async handle({ parameters: { tenantId, setupId, userId } }) {
      switch (await releaseMatch(dependencies, tenantId, setupId, userId)) {
        case 'setupNotFound':
          throw setupNotFound();
        case 'notMatched':
          throw new ApiError('MatchNotFound', 'The user is tied to no record.', { target: 'userId' });
        case 'released':
          return { body: null };
      }
    },
  });
}

function answerRoute(dependencies: MatchesDependencies): Route {
  return route({
    operationId: 'answerRecord',
    summary: "The product's answer: the record that it made for a person, or why it refused.",
    method: 'PUT',
    path: `${SETUP}/people/{personId}/record`,
    role: 'Product',
    query: null,
    body: z
      .strictObject({ recordId: recordId.optional(), error: freeText(1024).optional() })
      .refine((body) => (body.recordId === undefined) !== (body.error === undefined), {
        error: 'must have either recordId or error',
      }),
    status: 204,
    answer: null,
    errors: ['RecordTaken', 'ChangedMeanwhile'],
    async handle({ parameters: { tenantId, setupId, personId }, body }) {
      const directoryId = directoryIdIn(setupId, personId);
      if (directoryId === null) throw personNotFound();
      const { recordId: made, error } = body;
      const answer = made === undefined ? { error: error ?? '' } : { recordId: made };
      const outcome = await answerRecord(dependencies, tenantId, setupId, directoryId, answer);
      switch (outcome.kind) {
        case 'setupNotFound':
          throw setupNotFound();
        case 'personNotFound':
          throw personNotFound();
        case 'recordTaken':
          throw recordTaken(outcome.holder, 'answered');
        case 'noted':
          return { body: null };
      }
    },
  });
}

function personNotFound(): ApiError {
  return new ApiError('PersonNotFound', 'The setup has no such person.', { target: 'personId' });
}

function notReady(kind: NotReady['kind']): ApiError {
  switch (kind) {
    case 'noRecords':
      return new ApiError('NoRecords', 'The setup has no records: upload them with POST …/records first.');
    case 'recordsPending': {
      const what = 'Records of the setup are still being matched: try again once their upload has Succeeded.';
      return new ApiError('RecordsPending', what);
    }
    case 'recordNotFound':
      return new ApiError('RecordNotFound', 'The setup has no such record.', { target: 'recordId' });
    case 'userNotInScope': {
      const what = 'The user is not in the scope of the setup: only people of the setup are tied to records.';
      return new ApiError('UserNotInScope', what, { target: 'userId' });
    }
    case 'userNotFound':
      return userNotFound();
  }
}

function recordTaken(holder: Holder | 'otherSetup', by: 'chosen' | 'answered'): ApiError {
  if (holder === 'otherSetup') {
    const what =
      'Another setup of the organization has tied somebody to the record: release that user there first.';
    return new ApiError('RecordTaken', what, { target: 'recordId' });
  }
  const { directoryId, presence } = holder;
  const mayMove = by === 'answered' && presence === 'softDeleted';
  const message = mayMove
    ? `The record is that of the user ${directoryId}, who is in deleted items: an operator may choose it for this user.`
    : `The record is that of the user ${directoryId}: release that user first.`;
  return new ApiError('RecordTaken', message, { target: 'recordId' });
}
