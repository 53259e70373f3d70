import { z } from 'zod';
import { RESOURCES } from '../../shared/core/resource.js';
import type { Subscriptions, Tenants } from '../../shared/ports/registry.js';
import { listSubscriptions } from '../../shared/use-cases/list-subscriptions.js';
import { instant } from './instant.js';
import { tenantNotFound } from './not-found.js';
import { listOf } from './paging.js';
import { route, type Route } from './route.js';

export interface SubscriptionsDependencies {
  readonly tenants: Tenants;
  readonly subscriptions: Subscriptions;
}

const subscriptionResource = z.strictObject({
  id: z.string(),
  resource: z.enum(RESOURCES),
  expiresAt: instant,
  renewedAt: instant,
  /** With its client state; null for one made before that was kept. */
  madeAt: instant.nullable(),
  /** Whether Graph can tell what becomes of it. */
  lifecycleEvents: z.boolean(),
});

export function subscriptionRoutes(dependencies: SubscriptionsDependencies): Route[] {
  return [
    route({
      operationId: 'listSubscriptions',
      summary: "The tenant's Graph subscriptions; all on one page.",
      method: 'GET',
      path: 'v1/tenants/{tenantId}/subscriptions',
      role: 'Reader',
      query: null,
      body: null,
      status: 200,
      answer: listOf(subscriptionResource),
      errors: [],
      async handle({ parameters }) {
        const subscriptions = await listSubscriptions(dependencies, parameters.tenantId);
        if (subscriptions === null) throw tenantNotFound();
        const value = subscriptions.map(({ subscriptionId: id, lifecycleUrl, ...row }) => {
          const { resource, expiresAt, renewedAt, madeAt } = row;
          return { id, resource, expiresAt, renewedAt, madeAt, lifecycleEvents: lifecycleUrl !== null };
        });
        return { body: { value } };
      },
    }),
  ];
}
