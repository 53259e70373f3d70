/**
 * A small function app in place of the real one: it uses every store of the stack through the real SDKs, with
 * the settings that the stack gives, and counts the jobs that it handles in a table.
 */
import { TableClient } from '@azure/data-tables';
import { app } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { ServiceBusClient } from '@azure/service-bus';

const settings = process.env;
const credential = new ManagedIdentityCredential();
const table = new TableClient(settings.TABLES_ENDPOINT, 'Jobs', credential);
const secrets = new SecretClient(settings.KEY_VAULT_URL, credential, {
  disableChallengeResourceVerification: settings.KEY_VAULT_VERIFY_CHALLENGE === 'false',
});

app.http('health', { methods: ['GET'], handler: () => ({ status: 200 }) });

app.http('settings', {
  methods: ['GET'],
  handler: () => ({
    jsonBody: { names: Object.keys(settings), publicUrl: settings.PUBLIC_URL, extra: settings.EXTRA },
  }),
});

app.http('jobs', {
  methods: ['POST'],
  handler: async (request) => {
    const { id, dueInMs } = await request.json();
    await secrets.setSecret(`secret-${id}`, `value of ${id}`);
    const bus = new ServiceBusClient(settings.SERVICE_BUS__fullyQualifiedNamespace, credential);
    await bus.createSender('sync-jobs').sendMessages({
      body: { id },
      sessionId: 'tenant',
      messageId: id,
      scheduledEnqueueTimeUtc: new Date(Date.now() + dueInMs),
    });
    await bus.close();
    return { status: 202 };
  },
});

app.serviceBusQueue('sync-jobs', {
  connection: 'SERVICE_BUS',
  queueName: 'sync-jobs',
  isSessionsEnabled: true,
  handler: async ({ id }) => {
    const { value } = await secrets.getSecret(`secret-${id}`);
    await table.createTable();
    await table.upsertEntity({ partitionKey: 'tenant', rowKey: id, value });
  },
});
