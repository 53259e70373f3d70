import { z } from 'zod';
import { MEMBERSHIP_KINDS } from '../../shared/core/catalog/catalog.js';
import type { People } from '../../shared/ports/people.js';
import type { SyncStates } from '../../shared/ports/sync-state.js';
import { listPeople } from '../../shared/use-cases/people/list-people.js';
import { listPeopleOfUser } from '../../shared/use-cases/people/list-people-of-user.js';
import { readPerson } from '../../shared/use-cases/people/read-person.js';
import type { SetupsInSight } from '../../shared/use-cases/people/setup-in-sight.js';
import { personNotFound, setupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, search, searchedListOf, toSearchedList } from './paging.js';
import { catalogId, segmentId } from './parameters.js';
import { PERSON_STATUSES, personResource } from './person-schemas.js';
import { route, type Route } from './route.js';

export interface PeopleDependencies extends SetupsInSight {
  readonly people: People;
  readonly syncStates: Pick<SyncStates, 'read'>;
}

const membership = z
  .string()
  .max(160)
  .regex(
    new RegExp(`^(${MEMBERSHIP_KINDS.join('|')}):.+$`),
    `must be the kind and the id, such as ${MEMBERSHIP_KINDS[0]}:12`,
  )
  .describe('Kind and id in the catalog: costCenter:12.');

export function peopleRoutes(dependencies: PeopleDependencies): Route[] {
  return [listRoute(dependencies), readRoute(dependencies), ofUserRoute(dependencies)];
}

function listRoute(dependencies: PeopleDependencies): Route {
  return route({
    operationId: 'listPeople',
    summary: 'People of a setup as the product sees them; of several filters all hold.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/setups/{setupId}/people',
    role: 'Reader',
    orRole: 'Product',
    query: pageQuery.extend({
      role: catalogId.optional().describe('Id of a role in the catalog.'),
      membership: membership.optional(),
      organizationalUnit: catalogId.optional().describe('Id of the unit itself, not of one above.'),
      segment: segmentId.optional().describe('group:{groupId} or rule:{id}.'),
      status: z
        .enum(PERSON_STATUSES)
        .optional()
        .describe('Removed people, without personal values, are listed only where asked for.'),
      search,
    }),
    body: null,
    status: 200,
    answer: searchedListOf(personResource),
    errors: [],
    async handle(call) {
      const { top: _top, after: _after, ...wanted } = call.query;
      const outcome = await listPeople(dependencies, call.parameters, wanted, listRequest(call));
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'setupNotFound':
          throw setupNotFound();
        case 'found':
          return { body: toSearchedList(outcome.page, call, (person) => person) };
      }
    },
  });
}

function readRoute(dependencies: PeopleDependencies): Route {
  return route({
    operationId: 'readPerson',
    summary: 'One person of a setup as the product sees it, removed ones without personal values.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/setups/{setupId}/people/{personId}',
    role: 'Reader',
    orRole: 'Product',
    query: null,
    body: null,
    status: 200,
    answer: personResource,
    errors: [],
    async handle({ parameters: { tenantId, setupId, personId } }) {
      const outcome = await readPerson(dependencies, tenantId, setupId, personId);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'setupNotFound':
          throw setupNotFound();
        case 'personNotFound':
          throw personNotFound();
        case 'found':
          return { body: outcome.person };
      }
    },
  });
}

function ofUserRoute(dependencies: PeopleDependencies): Route {
  return route({
    operationId: 'listPeopleOfUser',
    summary: 'What one user of the directory is over all setups of the tenant.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/people',
    role: 'Reader',
    orRole: 'Product',
    query: z.strictObject({ userId: z.guid().toLowerCase().describe('Object id of the user.') }),
    body: null,
    status: 200,
    answer: listOf(personResource),
    errors: [],
    async handle({ parameters: { tenantId }, query: { userId } }) {
      const people = await listPeopleOfUser(dependencies, tenantId, userId);
      if (people === null) throw tenantNotFound();
      return { body: { value: [...people] } };
    },
  });
}
