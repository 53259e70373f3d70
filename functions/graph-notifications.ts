import type { app as functionApp } from '@azure/functions';
import { z } from 'zod';
import type { NotificationClaim } from '../shared/core/notification.js';
import type { AcceptNotifications } from '../shared/use-cases/notifications/accept-notifications.js';
import { claimMembers, registerGraphWebhook } from './graph-webhook.js';

/** Other members are Graph's concern. */
const notificationSchema = z.object({
  ...claimMembers,
  /** Lifecycle events belong to an address of their own. */
  lifecycleEvent: z.null().optional(),
});

/** Where Graph posts change notifications. */
export function registerGraphNotifications(
  app: Pick<typeof functionApp, 'http'>,
  options: { readonly acceptNotifications: AcceptNotifications },
): void {
  registerGraphWebhook(app, {
    name: 'graph-notifications',
    route: 'graph/notifications',
    take: (items) => options.acceptNotifications(items.map(claimIn)),
  });
}

function claimIn(item: unknown): NotificationClaim | null {
  const parsed = notificationSchema.safeParse(item);
  if (!parsed.success) return null;
  const { tenantId, subscriptionId, clientState } = parsed.data;
  return { tenantId, subscriptionId, clientState };
}
