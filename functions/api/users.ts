import type { Mirror } from '../../shared/ports/mirror.js';
import type { Tenants } from '../../shared/ports/registry.js';
import type { SyncStates } from '../../shared/ports/sync-state.js';
import { userAttributesShown } from '../../shared/use-cases/attributes-shown.js';
import { listUsers } from '../../shared/use-cases/list-users.js';
import { readUser } from '../../shared/use-cases/read-user.js';
import { toUserResource, userResource } from './directory-objects.js';
import { queryFlag } from './instant.js';
import { tenantNotFound, userNotFound } from './not-found.js';
import { listRequest, pageQuery, search, searchedListOf, toSearchedList } from './paging.js';
import { route, type Route } from './route.js';
import { z } from 'zod';

export interface UsersDependencies {
  readonly tenants: Tenants;
  readonly mirror: Mirror;
  readonly syncStates: SyncStates;
}

const deleted = queryFlag.describe('Only soft-deleted users; without it, only live ones.');

export function userRoutes(dependencies: UsersDependencies): Route[] {
  return [
    route({
      operationId: 'listUsers',
      summary: "The tenant's users as Graph tells them.",
      method: 'GET',
      path: 'v1/tenants/{tenantId}/users',
      role: 'Reader',
      query: pageQuery.extend({ deleted, search }),
      body: null,
      status: 200,
      answer: searchedListOf(userResource),
      errors: [],
      async handle(call) {
        const { deleted: wanted, search: text } = call.query;
        const request = { ...listRequest(call), deleted: wanted, search: text ?? null };
        const page = await listUsers(dependencies, call.parameters.tenantId, request);
        if (page === null) throw tenantNotFound();
        const names = await userAttributesShown(dependencies, call.parameters.tenantId);
        return { body: toSearchedList(page, call, (user) => toUserResource(user, names)) };
      },
    }),
    route({
      operationId: 'readUser',
      summary: 'One user as Graph tells it.',
      method: 'GET',
      path: 'v1/tenants/{tenantId}/users/{userId}',
      role: 'Reader',
      query: z.strictObject({ deleted }),
      body: null,
      status: 200,
      answer: userResource,
      errors: ['UserNotFound'],
      async handle({ parameters, query }) {
        const outcome = await readUser(dependencies, parameters.tenantId, parameters.userId, query.deleted);
        switch (outcome.kind) {
          case 'tenantNotFound':
            throw tenantNotFound();
          case 'userNotFound':
            throw userNotFound();
          case 'found':
            return {
              body: toUserResource(
                outcome.user,
                await userAttributesShown(dependencies, parameters.tenantId),
              ),
            };
        }
      },
    }),
  ];
}
