import { z } from 'zod';
import type { Mirror } from '../../shared/ports/mirror.js';
import type { Tenants } from '../../shared/ports/registry.js';
import type { SyncStates } from '../../shared/ports/sync-state.js';
import { searchGroups } from '../../shared/use-cases/search-groups.js';
import { groupResource, toGroupResource } from './directory-objects.js';
import { tenantNotFound } from './not-found.js';
import { pageQuery } from './paging.js';
import { route, type Route } from './route.js';

export interface DirectoryGroupsDependencies {
  readonly tenants: Tenants;
  readonly mirror: Mirror;
  readonly syncStates: Pick<SyncStates, 'read'>;
}

const groupChoice = z.strictObject({
  value: z.array(groupResource).describe('Those first whose name, or a word of it, begins with the text.'),
  more: z.boolean().describe('Whether more groups fit: search for more of the name.'),
  complete: z
    .boolean()
    .describe('False while the groups of the tenant are read for the first time: then value is empty.'),
});

export function directoryGroupRoutes(dependencies: DirectoryGroupsDependencies): Route[] {
  return [
    route({
      operationId: 'searchGroups',
      summary: 'Groups to choose from, by any part of their names or by a pasted object id.',
      method: 'GET',
      path: 'v1/tenants/{tenantId}/directory/groups',
      role: 'Operator',
      query: pageQuery.omit({ after: true }).extend({
        search: z
          .string()
          .trim()
          .max(256)
          .optional()
          .describe('Part of a name without regard to case and accents, or an object id; without it any.'),
        types: z
          .enum(['security', 'all'])
          .default('security')
          .describe('security: only groups that are security-enabled.'),
      }),
      body: null,
      status: 200,
      answer: groupChoice,
      errors: [],
      async handle({ parameters, query: { search, types, top } }) {
        const text = search === undefined || search === '' ? null : search;
        const wish = { text, types, limit: top };
        const outcome = await searchGroups(dependencies, parameters.tenantId, wish);
        switch (outcome.kind) {
          case 'tenantNotFound':
            throw tenantNotFound();
          case 'notRead':
            return { body: { value: [], more: false, complete: false } };
          case 'found':
            return {
              body: { value: outcome.groups.map(toGroupResource), more: outcome.more, complete: true },
            };
        }
      },
    }),
  ];
}
