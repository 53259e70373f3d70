import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';
import { app } from '@azure/functions';

/** Answers the milliseconds for which this process was busy since the call. */
function startWatch() {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(performance.now() - wall, (user + system) / 1000);
  };
}

let longest = 0;
let watch = startWatch();
function turn() {
  longest = Math.max(longest, watch());
  watch = startWatch();
  setImmediate(turn);
}
turn();

/** The longest stretch between two turns of the event loop of the host, in milliseconds, since it was last asked. */
app.http('longestStretch', {
  handler: () => {
    const answer = longest;
    longest = 0;
    return { jsonBody: answer };
  },
});
app.http('refuses', { methods: ['POST'], handler: () => ({ status: 413 }) });
app.http('reads', {
  methods: ['POST'],
  handler: async (request) => {
    let length = 0;
    for await (const chunk of request.body) length += chunk.byteLength;
    return { jsonBody: length };
  },
});
