import { z } from 'zod';
import { personIdOf } from '../../shared/core/people/person.js';
import type { Override, Overrides } from '../../shared/ports/removals.js';
import type { DecidePorts } from '../../shared/use-cases/removals/decide-held.js';
import { listOverrides } from '../../shared/use-cases/removals/list-overrides.js';
import { releaseOverride } from '../../shared/use-cases/removals/release-override.js';
import { instant } from './instant.js';
import { overrideNotFound, setupNotFound, tenantNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { route, type Route } from './route.js';

export interface OverridesDependencies extends DecidePorts {
  readonly overrides: Overrides;
}

const overrideResource = z.strictObject({
  id: z.string(),
  personId: z.string(),
  directoryId: z.string(),
  kind: z.literal('keep').describe('The person stays although it would be removed.'),
  decidedBy: z.string(),
  decidedAt: instant,
});

const PATH = 'v1/tenants/{tenantId}/setups/{setupId}/overrides';

export function overrideRoutes(dependencies: OverridesDependencies): Route[] {
  return [
    route({
      operationId: 'listOverrides',
      summary:
        'What operators decided against the derivation; each lasts until the person is derived from something else.',
      method: 'GET',
      path: PATH,
      role: 'Operator',
      query: pageQuery,
      body: null,
      status: 200,
      answer: listOf(overrideResource),
      errors: [],
      async handle(call) {
        const { tenantId, setupId } = call.parameters;
        const outcome = await listOverrides(dependencies, tenantId, setupId, listRequest(call));
        switch (outcome.kind) {
          case 'tenantNotFound':
            throw tenantNotFound();
          case 'setupNotFound':
            throw setupNotFound();
          case 'found':
            return { body: toList(outcome.page, call, toOverrideResource) };
        }
      },
    }),
    releaseRoute(dependencies),
  ];
}

function releaseRoute(dependencies: OverridesDependencies): Route {
  return route({
    operationId: 'releaseOverride',
    summary: 'Releases an override: a job derives the person again, under the removal guard.',
    method: 'DELETE',
    path: `${PATH}/{overrideId}`,
    role: 'Operator',
    query: null,
    body: null,
    status: 204,
    answer: null,
    errors: ['QueueUnavailable'],
    async handle({ parameters, principal }) {
      const outcome = await releaseOverride(dependencies, parameters, principal.name);
      switch (outcome.kind) {
        case 'tenantNotFound':
          throw tenantNotFound();
        case 'setupNotFound':
          throw setupNotFound();
        case 'overrideNotFound':
          throw overrideNotFound();
        case 'released':
          return { body: null };
      }
    },
  });
}

function toOverrideResource(override: Override): z.input<typeof overrideResource> {
  const { overrideId: id, setupId, directoryId, kind, decidedBy, decidedAt } = override;
  return { id, personId: personIdOf(setupId, directoryId), directoryId, kind, decidedBy, decidedAt };
}
