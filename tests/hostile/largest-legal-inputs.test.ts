import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Api } from '../functions/api/api-harness.js';
import { furnished, ROUTE_CASES } from '../functions/api/route-matrix.js';
import { edge, group, idOf, seedMirror, tenant, user } from '../functions/api/sample-rows.js';
import { LARGEST_BODIES } from './largest-legal.js';
import { longestStretch } from './longest-stretch.js';

/** Milliseconds for which one request may keep all others waiting. */
const LONGEST_PAUSE = 250;
const GROUPS = 20_000;
const USERS = 1_000;
const TENANTS = 1_000;

let api: Api;
beforeAll(async () => {
  api = await furnished();
  const users = [...Array(USERS).keys()].map((number) => 50_000 + number);
  const security = { displayName: 'Group', securityEnabled: true, groupTypes: [] };
  await seedMirror(api, {
    users: users.map((number) => user(number)),
    groups: [...Array(GROUPS).keys()].map((number) => group(number, { attributes: security })),
    edges: users.map((number) => edge(2, number, 'user')),
  });
  for (let number = 0; number < TENANTS; number += 1)
    await api.stores.tenants.create(tenant({ tenantId: idOf(number), displayName: `Tenant ${number}` }));
  // Whoever gives way to others looks at the clock.
  const began = api.world.now;
  Object.defineProperty(api.world, 'now', { get: () => began + Math.floor(performance.now()) });
  api.world.wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  // As the real tables do: whoever asks waits for at least one turn of the event loop.
  api.tables.beforeOperation = () => new Promise((resolve) => setImmediate(resolve));
});

const ROUTES = (await furnished()).routes;
const callerOf = (id: string) =>
  ROUTE_CASES[id]?.roles?.includes('Product') === true ? 'product' : 'operator';

describe('the largest legal body', () => {
  it('is known of every route whose body has a list or a larger limit than others', () => {
    const large = ROUTES.filter(({ body, largestBody }) => {
      if (largestBody !== undefined || body === null) return body !== null;
      const schema = JSON.stringify(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }));
      return [...schema.matchAll(/"maxItems":(\d+)/g)].some(([, most]) => Number(most) > 100);
    });
    expect(large.map(({ operationId }) => operationId).filter((id) => !(id in LARGEST_BODIES))).toEqual([]);
  });

  it.each(Object.keys(LARGEST_BODIES))(
    'of %s keeps nobody waiting',
    async (id) => {
      const route = ROUTES.find(({ operationId }) => operationId === id)!;
      const slow: string[] = [];
      for (const [name, body] of LARGEST_BODIES[id]!()) {
        const statuses: string[] = [];
        const ask = async () => {
          const answer = await api.ask(route.method, ROUTE_CASES[id]!.path, {
            as: callerOf(id),
            body: Buffer.from(body),
          });
          statuses.push(`${answer.status} ${answer.text.slice(0, 300)}`);
        };
        const pause = await longestStretch(api, ask, LONGEST_PAUSE);
        expect(statuses[0], name).toMatch(/^2/);
        if (pause >= LONGEST_PAUSE) slow.push(`${name}: ${Math.round(pause)} ms`);
      }
      expect(slow).toEqual([]);
    },
    120_000,
  );
});

describe('records as CSV', () => {
  const headers = { 'content-type': 'text/csv' };
  const { method } = ROUTES.find(({ operationId }) => operationId === 'uploadRecords')!;
  const rows = (count: number, cell: number): string =>
    `id,Display Name\n${Array.from({ length: count }, (_, at) => `r${at},${'x'.repeat(cell)}\n`).join('')}`;

  const wide = (count: number): string => {
    const names = Array.from({ length: 90 }, (_, at) => `value ${at}`);
    const cells = names.map(() => 'x'.repeat(4_000)).join(',');
    return `id,${names.join(',')}\n${Array.from({ length: count }, (_, at) => `r${at},${cells}\n`).join('')}`;
  };

  it.each([
    ['many short rows', rows(100_000, 20), /^202/],
    ['rows of almost the greatest length', wide(20), /^202/],
    ['one line of 60 MB', 'x'.repeat(60_000_000), /^400/],
    ['one line of 60 MB of separators', ','.repeat(60_000_000), /^400/],
  ])(
    'keep nobody waiting (%s)',
    async (_, text, expected) => {
      const body = Buffer.from(text);
      const answers: string[] = [];
      const ask = async () => {
        const { status, text: answer } = await api.ask(method, ROUTE_CASES['uploadRecords']!.path, {
          as: 'operator',
          body,
          headers,
        });
        answers.push(`${status} ${answer}`);
      };
      expect(await longestStretch(api, ask, LONGEST_PAUSE)).toBeLessThan(LONGEST_PAUSE);
      expect(answers[0]).toMatch(expected);
    },
    120_000,
  );
});

describe('the largest page', () => {
  const lists = ROUTES.filter(({ query }) => query instanceof z.ZodObject && 'top' in query.shape);
  it.each(lists.map(({ operationId }) => operationId))('of %s keeps nobody waiting', async (id) => {
    const address = `${ROUTE_CASES[id]!.path}${ROUTE_CASES[id]!.path.includes('?') ? '&' : '?'}top=1000`;
    const statuses: number[] = [];
    const ask = async () => void statuses.push((await api.get(address, { as: callerOf(id) })).status);
    expect(await longestStretch(api, ask, LONGEST_PAUSE)).toBeLessThan(LONGEST_PAUSE);
    expect([200, 404]).toContain(statuses[0]);
  });
});
