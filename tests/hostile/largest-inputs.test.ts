import { beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../functions/api/api-harness.js';
import { furnished, ROUTE_CASES } from '../functions/api/route-matrix.js';
import { hostileBodies } from './hostile-bodies.js';
import { longestStretch } from './longest-stretch.js';

/** Milliseconds for which one request may keep all others waiting. */
const LONGEST_PAUSE = 250;
/** Characters of an answer that refuses. */
const LONGEST_REFUSAL = 20_000;

let api: Api;
beforeAll(async () => {
  api = await furnished();
  // As the real tables do: whoever asks waits for at least one turn of the event loop.
  api.tables.beforeOperation = () => new Promise((resolve) => setImmediate(resolve));
});

const WITH_BODY = (await furnished()).routes.filter(({ body }) => body !== null);

describe('a hostile body is refused in little time, with a short answer', () => {
  it.each(WITH_BODY.map((route) => [route.operationId, route] as const))(
    'by %s',
    async (id, route) => {
      const { path, roles } = ROUTE_CASES[id]!;
      const as = roles?.includes('Product') === true ? 'product' : 'operator';
      const slow: string[] = [];
      for (const [name, body] of hostileBodies(route)) {
        const answers: string[] = [];
        const bytes = Buffer.from(body);
        const pause = await longestStretch(
          api,
          async () => {
            const { status, text } = await api.ask(route.method, path, { as, body: bytes });
            answers.push(`${status}`);
            expect(text.length).toBeLessThan(LONGEST_REFUSAL);
          },
          LONGEST_PAUSE,
        );
        expect(['400', '413'], name).toContain(answers[0]);
        if (pause >= LONGEST_PAUSE) slow.push(`${name}: ${Math.round(pause)} ms`);
      }
      expect(slow).toEqual([]);
    },
    240_000,
  );
});
