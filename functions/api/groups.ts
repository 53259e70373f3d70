import { z } from 'zod';
import { listGroups } from '../../shared/use-cases/list-groups.js';
import { readGroup, type ReadGroupPorts } from '../../shared/use-cases/read-group.js';
import { mirroredGroup, toMirroredGroup } from './directory-objects.js';
import { groupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export type GroupsDependencies = ReadGroupPorts;

const groupWithCount = mirroredGroup.extend({
  peopleCount: z
    .int()
    .min(0)
    .nullable()
    .describe(
      'Distinct users that are not soft-deleted, directly or through groups, guests and disabled too; null if membersState is none or hidden.',
    ),
});

export function groupRoutes(dependencies: GroupsDependencies): Route[] {
  return [
    route({
      operationId: 'listGroups',
      summary: "The tenant's groups as Graph tells them.",
      method: 'GET',
      path: 'v1/tenants/{tenantId}/groups',
      role: 'Reader',
      query: pageQuery,
      body: null,
      status: 200,
      answer: listOf(mirroredGroup),
      errors: [],
      async handle(call) {
        const page = await listGroups(dependencies, call.parameters.tenantId, listRequest(call));
        if (page === null) throw tenantNotFound();
        return { body: toList(page, call, toMirroredGroup) };
      },
    }),
    route({
      operationId: 'readGroup',
      summary: 'One group as Graph tells it, with the number of its people.',
      method: 'GET',
      path: 'v1/tenants/{tenantId}/groups/{groupId}',
      role: 'Reader',
      query: null,
      body: null,
      status: 200,
      answer: groupWithCount,
      errors: ['GroupNotFound'],
      async handle({ parameters }) {
        const outcome = await readGroup(dependencies, parameters.tenantId, parameters.groupId);
        switch (outcome.kind) {
          case 'tenantNotFound':
            throw tenantNotFound();
          case 'groupNotFound':
            throw groupNotFound();
          case 'found':
            return { body: { ...toMirroredGroup(outcome), peopleCount: outcome.peopleCount } };
        }
      },
    }),
  ];
}
