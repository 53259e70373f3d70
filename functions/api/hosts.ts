import type { Hosts } from '../../shared/ports/people.js';
import { listHosts } from '../../shared/use-cases/people/list-hosts.js';
import type { SetupsInSight } from '../../shared/use-cases/people/setup-in-sight.js';
import { setupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { catalogId } from './parameters.js';
import { hostResource } from './person-schemas.js';
import { route, type Route } from './route.js';

export interface HostsDependencies extends SetupsInSight {
  readonly hosts: Hosts;
}

export function hostRoutes(dependencies: HostsDependencies): Route[] {
  return [
    route({
      operationId: 'listHosts',
      summary: 'Hosts of the receptions of a setup, whether or not they are people of it.',
      method: 'GET',
      path: 'v1/tenants/{tenantId}/setups/{setupId}/hosts',
      role: 'Reader',
      orRole: 'Product',
      query: pageQuery.extend({ reception: catalogId.optional().describe('Only those of this reception.') }),
      body: null,
      status: 200,
      answer: listOf(hostResource),
      errors: [],
      async handle(call) {
        const { reception } = call.query;
        const outcome = await listHosts(dependencies, call.parameters, reception ?? null, listRequest(call));
        switch (outcome.kind) {
          case 'tenantNotFound':
            throw tenantNotFound();
          case 'setupNotFound':
            throw setupNotFound();
          case 'found':
            return { body: toList(outcome.page, call, (host) => host) };
        }
      },
    }),
  ];
}
