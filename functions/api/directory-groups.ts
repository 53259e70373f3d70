import { z } from 'zod';
import { searchGroups, type SearchGroupsPorts } from '../../shared/use-cases/search-groups.js';
import { groupResource, toGroupResource } from './directory-objects.js';
import { tenantNotFound } from './not-found.js';
import { pageQuery } from './paging.js';
import { route, type Route } from './route.js';

export type DirectoryGroupsDependencies = SearchGroupsPorts;

const groupChoice = z.strictObject({
  value: z.array(groupResource).describe('Those first whose name, or a word of it, begins with the text.'),
  more: z.boolean().describe('Whether more groups fit: search for more of the name.'),
  complete: z
    .boolean()
    .describe(
      'False if others may be there: not all groups were read yet, or Graph did not answer. A group that is newer than the last sync is found by the beginnings of words, or by id.',
    ),
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
        const found = await searchGroups(dependencies, parameters.tenantId, wish);
        if (found === null) throw tenantNotFound();
        const { groups, more, complete } = found;
        return { body: { value: groups.map(toGroupResource), more, complete } };
      },
    }),
  ];
}
