import { app, output } from '@azure/functions';

app.http('sends', {
  extraOutputs: [output.storageQueue({ queueName: 'q', connection: 'C' })],
  handler: () => ({ body: 'sent' }),
});
