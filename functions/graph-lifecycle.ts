import type { app as functionApp } from '@azure/functions';
import { z } from 'zod';
import type {
  AcceptLifecycleEvents,
  LifecycleClaim,
} from '../shared/use-cases/notifications/accept-lifecycle-events.js';
import { claimMembers, registerGraphWebhook } from './graph-webhook.js';

const lifecycleSchema = z.object({ ...claimMembers, lifecycleEvent: z.string().regex(/^[A-Za-z]{1,64}$/) });

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
  const { tenantId, subscriptionId, clientState, lifecycleEvent: event } = parsed.data;
  return { tenantId, subscriptionId, clientState, event };
}
