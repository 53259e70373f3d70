import { app } from '@azure/functions';
import { setTimeout as wait } from 'node:timers/promises';

app.http('quick', { handler: () => ({ body: 'quick' }) });
app.http('slow', {
  handler: async (_request, context) => {
    await wait(600);
    context.log('slow has ended');
    return { body: 'too late' };
  },
});
app.http('never', { handler: () => new Promise(() => undefined) });
app.timer('nightly', {
  schedule: '%SCHEDULE%',
  handler: async (_timer, context) => {
    await wait(50);
    context.log('nightly is done');
  },
});
app.timer('failing', {
  schedule: '%SCHEDULE%',
  handler: () => {
    throw new Error('no luck tonight');
  },
});
