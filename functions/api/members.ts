import type { z } from 'zod';
import type { ListPage } from '../../shared/ports/mirror.js';
import type { SyncStates } from '../../shared/ports/sync-state.js';
import { userAttributesShown } from '../../shared/use-cases/attributes-shown.js';
import { listMembers, type Member } from '../../shared/use-cases/list-members.js';
import {
  listPeopleOfGroup,
  type ListPeopleOfGroupPorts,
} from '../../shared/use-cases/list-people-of-group.js';
import { memberResource, toMirroredGroup, toUserResource } from './directory-objects.js';
import { queryFlag } from './instant.js';
import { groupNotFound, membersHidden, notMirrored, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList, unknownPosition } from './paging.js';
import { route, type Route } from './route.js';

export interface MembersDependencies extends ListPeopleOfGroupPorts {
  readonly syncStates: SyncStates;
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
      errors: ['GroupNotFound', 'NotMirrored'],
      async handle(call) {
        const { tenantId, groupId } = call.parameters;
        const request = listRequest(call);
        if (call.query.transitive) {
          const people = await listPeopleOfGroup(dependencies, tenantId, groupId, request);
          const page = foundOrThrow(people);
          const names = await userAttributesShown(dependencies, tenantId);
          return { body: toList(page, call, (user) => toMember({ kind: 'user', user }, names)) };
        }
        const page = foundOrThrow(await listMembers(dependencies, tenantId, groupId, request));
        const names = await userAttributesShown(dependencies, tenantId);
        return { body: toList(page, call, (member) => toMember(member, names)) };
      },
    }),
  ];
}

function foundOrThrow<Row>(
  outcome:
    | { readonly kind: 'found'; readonly page: ListPage<Row> }
    | {
        readonly kind:
          'tenantNotFound' | 'groupNotFound' | 'notMirrored' | 'membersHidden' | 'unknownPosition';
      },
): ListPage<Row> {
  switch (outcome.kind) {
    case 'tenantNotFound':
      throw tenantNotFound();
    case 'groupNotFound':
      throw groupNotFound();
    case 'notMirrored':
      throw notMirrored();
    case 'membersHidden':
      throw membersHidden();
    case 'unknownPosition':
      throw unknownPosition();
    case 'found':
      return outcome.page;
  }
}

function toMember(member: Member, userAttributes: readonly string[]): z.input<typeof memberResource> {
  switch (member.kind) {
    case 'user':
      return { '@odata.type': '#microsoft.graph.user', ...toUserResource(member.user, userAttributes) };
    case 'group':
      return { '@odata.type': '#microsoft.graph.group', ...toMirroredGroup(member) };
    case 'unmirrored':
      return { '@odata.type': `#microsoft.graph.${member.memberType}`, id: member.id };
  }
}
