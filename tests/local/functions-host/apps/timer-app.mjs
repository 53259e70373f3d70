import { app } from '@azure/functions';
import { setTimeout as wait } from 'node:timers/promises';

let running = 0;
const tick = (name) => async (timer, context) => {
  running += 1;
  context.log(JSON.stringify({ tick: name, at: Date.now(), running, timer }));
  await wait(300);
  running -= 1;
  context.log(JSON.stringify({ tock: name }));
};

app.timer('yearly', { schedule: '0 0 3 1 1 *', handler: tick('yearly') });
app.timer('everySecond', {
  schedule: '%EVERY_SECOND%',
  handler: (_timer, context) => context.log('a second'),
});
app.timer('atStart', {
  schedule: '0 0 3 1 1 *',
  runOnStartup: true,
  handler: () => console.log('ran at start'),
});
app.timer('failing', {
  schedule: '0 0 3 1 1 *',
  handler: () => {
    throw new Error('no luck tonight');
  },
});
app.http('page', { handler: () => ({ body: 'page' }) });
