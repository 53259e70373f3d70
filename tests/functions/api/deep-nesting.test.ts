import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from './api-harness.js';
import { edge, group, idOf, seedMirror, tenant, TENANT, user } from './sample-rows.js';

const GROUPS = `/v1/tenants/${TENANT}/groups`;
const FIRST_USER = 10_000;

let api: Api;
beforeEach(async () => {
  api = new Api();
  await api.stores.tenants.create(tenant());
});

/** Groups each of which is in the one before, with one user in each. */
async function chainOf(depth: number): Promise<void> {
  const numbers = [...Array(depth).keys()];
  await seedMirror(api, {
    users: numbers.map((number) => user(FIRST_USER + number)),
    groups: numbers.map((number) => group(number)),
    edges: numbers.flatMap((number) => [
      edge(number, FIRST_USER + number, 'user'),
      ...(number + 1 < depth ? [edge(number, number + 1, 'group')] : []),
    ]),
  });
}

/** Sizes of the pages of a list, and whom they show. */
async function pagesOf(address: string): Promise<{ sizes: number[]; ids: string[] }> {
  const sizes: number[] = [];
  const ids: string[] = [];
  for (let next: string | undefined = address; next !== undefined;) {
    const { body } = await api.get(next);
    sizes.push(body.value.length);
    ids.push(...body.value.map(({ id }) => String(id)));
    next = body.nextLink;
  }
  return { sizes, ids };
}

describe('the people of 2,000 groups, each in the one before', () => {
  beforeEach(async () => await chainOf(2_000));

  it('are listed on full pages', async () => {
    const { sizes, ids } = await pagesOf(`${GROUPS}/${idOf(0)}/members?transitive=true&top=1000`);
    expect(sizes.filter((size) => size > 0)).toEqual([1000, 1000]);
    expect(sizes.length).toBeLessThanOrEqual(3);
    expect(new Set(ids).size).toBe(2_000);
  });

  it('are counted in rounds of requests that do not grow with the depth', async () => {
    let rounds = 0;
    let round: Promise<void> | null = null;
    api.tables.beforeOperation = () => {
      round ??= new Promise((resolve) => {
        setImmediate(() => {
          rounds += 1;
          round = null;
          resolve();
        });
      });
      return round;
    };
    const { status, body } = await api.get(`/v1/tenants/${TENANT}/numbers?group=${idOf(0)}`);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('2000');
    expect(rounds).toBeLessThan(500);
  });
});

it('the people beneath a group are each listed once and none is missed, wherever a page runs out of time', async () => {
  const graph = fc.record({
    nestings: fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 }),
    memberships: fc.array(fc.tuple(fc.nat(29), fc.nat(8)), { maxLength: 40 }),
    top: fc.integer({ min: 1, max: 12 }),
    pause: fc.constantFrom(0, 100, 3_000),
  });
  await fc.assert(
    fc.asyncProperty(graph, async ({ nestings, memberships, top, pause }) => {
      api = new Api();
      await api.stores.tenants.create(tenant());
      await seedMirror(api, {
        users: [...Array(9).keys()].map((number) => user(100 + number)),
        groups: [...Array(30).keys()].map((number) => group(number)),
        edges: [
          ...nestings.map(([outer, inner]) => edge(outer, inner, 'group')),
          ...memberships.map(([owner, member]) => edge(owner, 100 + member, 'user')),
        ],
      });
      api.tables.beforeOperation = () => {
        api.world.now += pause;
      };
      const reached = new Set([0]);
      for (const each of reached)
        for (const [outer, inner] of nestings) if (outer === each) reached.add(inner);
      const beneath = memberships.filter(([owner]) => reached.has(owner));
      const { ids } = await pagesOf(`${GROUPS}/${idOf(0)}/members?transitive=true&top=${top}`);
      expect(ids.sort()).toEqual([...new Set(beneath.map(([, member]) => idOf(100 + member)))].sort());
    }),
    { numRuns: 40 },
  );
});
