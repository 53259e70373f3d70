import type { app as functionApp, InvocationContext } from '@azure/functions';
import type { ReceiveJob } from '../shared/use-cases/receive-job.js';

/** The trigger of the one queue. A throw lets the broker serve the message again. */
export function registerSyncJobs(
  app: Pick<typeof functionApp, 'serviceBusQueue'>,
  options: { readonly receiveJob: ReceiveJob },
): void {
  app.serviceBusQueue('sync-jobs', {
    connection: 'SERVICE_BUS',
    queueName: 'sync-jobs',
    isSessionsEnabled: true,
    handler: async (body: unknown, context: InvocationContext) => {
      const { messageId, deliveryCount } = context.triggerMetadata ?? {};
      await options.receiveJob({
        body,
        messageId: typeof messageId === 'string' ? messageId : null,
        deliveries: typeof deliveryCount === 'number' ? deliveryCount : 1,
      });
    },
  });
}
