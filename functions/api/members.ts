import type { z } from 'zod';
import type { ListPage, Mirror } from '../../shared/ports/mirror.js';
import type { Tenants } from '../../shared/ports/registry.js';
import { listMembers, type Member } from '../../shared/use-cases/list-members.js';
import { listPeopleOfGroup } from '../../shared/use-cases/list-people-of-group.js';
import { memberResource, toGroupResource, toUserResource } from './directory-objects.js';
import { queryFlag } from './instant.js';
import { groupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList, unknownPosition } from './paging.js';
import { route, type Route } from './route.js';

export interface MembersDependencies {
  readonly tenants: Tenants;
  readonly mirror: Mirror;
}

export function memberRoutes(dependencies: MembersDependencies): Route[] {
  return [
    route({
      operationId: 'listMembers',
      summary: 'Direct members of a group, or with transitive=true its users through all nested groups.',
      method: 'GET',
      path: 'v1/tenants/{tenantId}/groups/{groupId}/members',
      role: 'Reader',
      query: pageQuery.extend({
        transitive: queryFlag.describe('Only users, each once, directly or through groups.'),
      }),
      body: null,
      status: 200,
      answer: listOf(memberResource),
      errors: ['GroupNotFound'],
      async handle(call) {
        const { tenantId, groupId } = call.parameters;
        const request = listRequest(call);
        if (call.query.transitive) {
          const people = await listPeopleOfGroup(dependencies, tenantId, groupId, request);
          return { body: toList(foundOrThrow(people), call, (user) => toMember({ kind: 'user', user })) };
        }
        const members = await listMembers(dependencies, tenantId, groupId, request);
        return { body: toList(foundOrThrow(members), call, toMember) };
      },
    }),
  ];
}

function foundOrThrow<Row>(
  outcome:
    | { readonly kind: 'found'; readonly page: ListPage<Row> }
    | { readonly kind: 'tenantNotFound' | 'groupNotFound' | 'unknownPosition' },
): ListPage<Row> {
  switch (outcome.kind) {
    case 'tenantNotFound':
      throw tenantNotFound();
    case 'groupNotFound':
      throw groupNotFound();
    case 'unknownPosition':
      throw unknownPosition();
    case 'found':
      return outcome.page;
  }
}

function toMember(member: Member): z.input<typeof memberResource> {
  switch (member.kind) {
    case 'user':
      return { '@odata.type': '#microsoft.graph.user', ...toUserResource(member.user) };
    case 'group':
      return { '@odata.type': '#microsoft.graph.group', ...toGroupResource(member.group) };
    case 'unmirrored':
      return { '@odata.type': `#microsoft.graph.${member.memberType}`, id: member.id };
  }
}
