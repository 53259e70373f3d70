import type { app as functionApp } from '@azure/functions';
import { z } from 'zod';
import type {
  AcceptLifecycleEvents,
  LifecycleClaim,
} from '../shared/use-cases/notifications/accept-lifecycle-events.js';
import { claimMembers, registerGraphWebhook } from './graph-webhook.js';

const { tenantId: tenant, ...members } = claimMembers;

/**
 * The documentation says `tenantId`; what Graph sends has `organizationId`, which holds the tenant's id too. Either only
 * says under which tenant the subscription is looked up: its id and its client state verify the event.
 * Source: github.com/microsoftgraph/msgraph-sdk-java/issues/1551.
 */
const lifecycleSchema = z.object({
  ...members,
  tenantId: tenant.nullish(),
  organizationId: tenant.nullish().catch(null),
  lifecycleEvent: z.string().regex(/^[A-Za-z]{1,64}$/),
});

/**
 * Where Graph posts what becomes of subscriptions.
 * Source: concepts/change-notifications-lifecycle-events.md.
 */
export function registerGraphLifecycle(
  app: Pick<typeof functionApp, 'http'>,
  options: { readonly acceptLifecycleEvents: AcceptLifecycleEvents },
): void {
  registerGraphWebhook(app, {
    name: 'graph-lifecycle',
    route: 'graph/lifecycle',
    take: (items) => options.acceptLifecycleEvents(items.map(claimIn)),
  });
}

function claimIn(item: unknown): LifecycleClaim | null {
  const parsed = lifecycleSchema.safeParse(item);
  if (!parsed.success) return null;
  const { subscriptionId, clientState, lifecycleEvent: event } = parsed.data;
  const tenantId = parsed.data.tenantId ?? parsed.data.organizationId ?? null;
  return tenantId === null ? null : { tenantId, subscriptionId, clientState, event };
}
