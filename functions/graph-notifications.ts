import type { app as functionApp } from '@azure/functions';
import { z } from 'zod';
import type {
  AcceptNotifications,
  ChangeClaim,
} from '../shared/use-cases/notifications/accept-notifications.js';
import { claimMembers, registerGraphWebhook } from './graph-webhook.js';

/** Other members are Graph's concern. */
const notificationSchema = z.object({
  ...claimMembers,
  resourceData: z
    .object({ eventTime: z.string().max(64).nullish() })
    .nullish()
    .catch(null),
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

function claimIn(item: unknown): ChangeClaim | null {
  const parsed = notificationSchema.safeParse(item);
  if (!parsed.success) return null;
  const { tenantId, subscriptionId, clientState, resourceData } = parsed.data;
  return { tenantId, subscriptionId, clientState, eventAt: instantIn(resourceData?.eventTime) };
}

/** Told for measuring only: what is no instant since 1970 is none. */
function instantIn(text: string | null | undefined): number | null {
  const instant = Date.parse(text ?? '');
  return instant >= 0 ? instant : null;
}
