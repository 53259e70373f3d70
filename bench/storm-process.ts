import { setTimeout as delay } from 'node:timers/promises';
import { handOver } from './child-process.js';

/*
 * Posts notifications at the webhook at an even rate, several to a request as Graph does, and takes the time of each
 * answer from when the request was due, so that a webhook that makes others wait is not made to look quick.
 */
interface Target {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientState: string;
  readonly resource: string;
}

interface Storm {
  readonly url: string;
  readonly targets: readonly Target[];
  readonly notifications: number;
  readonly seconds: number;
  readonly perRequest: number;
}

const storm = JSON.parse(process.env['BENCH_STORM'] ?? '') as Storm;
const requests = Math.ceil(storm.notifications / storm.perRequest);
const times: number[] = [];
const failures: Record<string, number> = {};

function bodyOf(request: number): string {
  const first = request * storm.perRequest;
  const count = Math.min(storm.perRequest, storm.notifications - first);
  const value = Array.from({ length: count }, (_, n) => {
    const target = storm.targets[(first + n) % storm.targets.length];
    const eventTime = new Date().toISOString();
    return { ...target, changeType: 'updated', resourceData: { id: String(first + n), eventTime } };
  });
  return JSON.stringify({ value });
}

async function post(request: number, dueAt: number): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const status = await fetch(storm.url, { method: 'POST', headers, body: bodyOf(request) }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return String(answer.status);
    },
    (error: unknown) => String(error),
  );
  times.push(performance.now() - dueAt);
  if (status !== '202') failures[status] = (failures[status] ?? 0) + 1;
}

const begin = performance.now();
const under: Promise<void>[] = [];
for (let request = 0; request < requests; request += 1) {
  const dueAt = begin + (request / requests) * storm.seconds * 1_000;
  const early = dueAt - performance.now();
  if (early > 1) await delay(early);
  under.push(post(request, dueAt));
}
await Promise.all(under);
handOver({ times, failures, seconds: (performance.now() - begin) / 1_000 });
process.exit(0);
