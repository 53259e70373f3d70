import { z } from 'zod';
import { holdsRole } from '../../shared/core/access.js';
import type { Mirror } from '../../shared/ports/mirror.js';
import { listPeopleOfSegment } from '../../shared/use-cases/people/list-people-of-segment.js';
import { listSegments, type Segment } from '../../shared/use-cases/people/list-segments.js';
import { segmentNotFound, setupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList, unknownPosition } from './paging.js';
import type { PeopleDependencies } from './people.js';
import { personResource } from './person-schemas.js';
import { route, type Route } from './route.js';

export interface SegmentsDependencies extends PeopleDependencies {
  readonly mirror: Mirror;
}

const segmentResource = z.strictObject({
  id: z.string().describe('group:{groupId} or rule:{id}'),
  name: z.string().nullable().describe('Null for a group that is not mirrored.'),
  source: z.union([
    z.strictObject({ kind: z.literal('group'), groupId: z.string() }),
    z.strictObject({
      kind: z.literal('rule'),
      where: z.string().nullable().describe('The condition, which a Product is not told.'),
    }),
  ]),
  count: z.int().min(0).describe('People in it now.'),
});

export function segmentRoutes(dependencies: SegmentsDependencies): Route[] {
  return [listRoute(dependencies), peopleRoute(dependencies)];
}

function listRoute(dependencies: SegmentsDependencies): Route {
  return route({
    operationId: 'listSegments',
    summary: 'Segments of a setup with their source and live count, those of rules first.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/setups/{setupId}/segments',
    role: 'Reader',
    orRole: 'Product',
    query: pageQuery.extend({
      source: z.enum(['group', 'rule']).optional().describe('Only those of groups, or of rules.'),
    }),
    body: null,
    status: 200,
    answer: listOf(segmentResource),
    errors: [],
    async handle(call) {
      const { source } = call.query;
      const outcome = await listSegments(dependencies, call.parameters, source ?? null, listRequest(call));
      const isReader = holdsRole(call.principal, 'Reader', call.parameters.tenantId);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'setupNotFound':
          throw setupNotFound();
        case 'unknownPosition':
          throw unknownPosition();
        case 'found':
          return { body: toList(outcome.page, call, (segment) => toSegmentResource(segment, isReader)) };
      }
    },
  });
}

function peopleRoute(dependencies: SegmentsDependencies): Route {
  return route({
    operationId: 'listPeopleOfSegment',
    summary: 'The people of a segment.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/setups/{setupId}/segments/{segmentId}/people',
    role: 'Reader',
    orRole: 'Product',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(personResource),
    errors: [],
    async handle(call) {
      const outcome = await listPeopleOfSegment(dependencies, call.parameters, listRequest(call));
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'setupNotFound':
          throw setupNotFound();
        case 'segmentNotFound':
          throw segmentNotFound();
        case 'found':
          return { body: toList(outcome.page, call, (person) => person) };
      }
    },
  });
}

/** A condition may tell values of fields that are not visible. */
function toSegmentResource(segment: Segment, isReader: boolean): z.input<typeof segmentResource> {
  const { id, name, source, count } = segment;
  if (source.kind === 'group') return { id, name, source, count };
  return { id, name, source: { kind: 'rule', where: isReader ? source.where : null }, count };
}
