import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureConnected, syncTenant } from '../../local/commands/first-sync.js';
import { ProductApi } from '../../local/commands/product-api.js';
import { connectionOf } from '../../local/commands/sample-tenants.js';
import { newcomer } from '../../local/graph/samples/well-known.js';
import { GraphControlClient } from '../../local/graph/control-client.js';
import { makeSampleSetups } from '../../local/commands/setups/make-sample-setups.js';
import { startStack, type Stack } from '../../local/stack/stack.js';
import { parseCurl } from '../functions/api/curl-command.js';
import { documentationFiles, fencedBlocks, readDocument } from './markdown.js';

/** The API's own documentation has a suite of its own, which knows runs and letters to ask for. */
const files = (await documentationFiles()).filter((file) => file !== 'docs/api.md');

interface Example {
  readonly file: string;
  readonly status: number;
  readonly command: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The curl commands of a document in their order, with the variables that were set above them. */
async function examplesOf(file: string): Promise<Example[]> {
  const variables: Record<string, string> = {};
  const examples: Example[] = [];
  for (const { language, text } of fencedBlocks(await readDocument(file))) {
    if (language !== 'sh') continue;
    for (const part of text.split(/^(?=# →)/m)) {
      for (const [, name = '', value = ''] of part.matchAll(/^([A-Z]+)=(\S+)$/gm)) variables[name] = value;
      const [, status, command] = /^# → (\d{3})\n(curl [^]*)$/.exec(part.trim()) ?? [];
      if (command !== undefined) {
        examples.push({ file, status: Number(status), command, variables: { ...variables } });
      }
    }
  }
  return examples;
}

const examples = (await Promise.all(files.map(examplesOf))).flat();
/** Its commands rest on each other: a test of its own runs them. */
const RECIPE = 'docs/matching.md';
const patience = { timeout: 40_000, interval: 250 };
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    graph: { kind: 'emulator', settings: { samples: { tenants: 1, newcomer: true } } },
  });
  const api = new ProductApi(stack.addresses.functionsUrl);
  await vi.waitFor(async () => expect(await api.notReady()).toBeNull(), patience);
  const tenants = await new GraphControlClient(stack.addresses.graphControlUrl ?? '').listTenants();
  const sample = tenants.filter(({ tenantId }) => tenantId !== newcomer.tenantId);
  for (const tenant of sample) await ensureConnected(api, connectionOf(tenant));
  // As `npm start` does: a tenant is told of changes once a setup of it is started.
  await makeSampleSetups(api, new Set(sample.map(({ tenantId }) => tenantId)));
  for (const tenant of sample) {
    const connection = connectionOf(tenant);
    const { run } = await syncTenant(api, connection, () => undefined);
    expect(run).toMatchObject({ status: 'Succeeded' });
  }
});
afterAll(async () => {
  await stack.close();
});

/** What steps of the recipe answer, each some of it. */
interface RecipeAnswer {
  readonly value: readonly unknown[];
  readonly matching: Readonly<Record<'tied' | 'suggested' | 'conflict' | 'new', number>>;
  readonly counts: { readonly create: number };
}

/** Sends the request that the command would send, to this stack in place of the documented ports. */
async function run({ command, variables }: Example): Promise<Response> {
  const { method, url, headers, body } = parseCurl(command, variables);
  const address = url
    .replace('http://localhost:7071', stack.addresses.functionsUrl)
    .replace('http://127.0.0.1:20001', stack.addresses.graphControlUrl ?? '');
  return fetch(address, { method, headers, ...(body !== undefined && { body }) });
}

describe('the examples of the documentation', () => {
  it('are all found', async () => {
    const texts = await Promise.all(files.map(readDocument));
    const written = texts.join('\n').match(/^ *curl /gm)?.length;
    expect(examples).toHaveLength(written ?? 0);
    expect(examples.length).toBeGreaterThan(20);
  });

  it('show a change arriving within seconds, as the README says', async () => {
    const [before, change, after] = examples.filter(({ file }) => file === 'README.md');
    expect(await (await run(before!)).text()).not.toContain('Chief Listener');
    // A tenant is told of changes once its subscriptions stand, which are made once a setup is started.
    const control = new GraphControlClient(stack.addresses.graphControlUrl ?? '');
    await vi.waitFor(
      async () => expect(await control.subscriptions(before!.variables['TENANT'] ?? '')).toHaveLength(2),
      patience,
    );
    expect((await run(change!)).status).toBe(200);
    await vi.waitFor(
      async () => expect(await (await run(after!)).text()).toContain('Chief Listener'),
      patience,
    );
  });

  it('connect a directory as the first one of the API says', async () => {
    const first = (await examplesOf('docs/api.md')).find(({ command }) =>
      command.includes('contoso.example'),
    );
    const api = { API: 'http://localhost:7071/api/v1' };
    const response = await run({ ...first!, variables: api });
    expect([response.status, await response.json()]).toMatchObject([201, { displayName: 'Contoso' }]);
  });

  it('review records before a setup is started, as docs/matching.md says', async () => {
    const steps = examples.filter(({ file }) => file === RECIPE);
    const answer = async (index: number) => {
      const step = steps[index];
      if (step === undefined) throw new Error(`The recipe has no step ${index}.`);
      const response = await run(step);
      const text = await response.text();
      expect([step.command, response.status, text]).toEqual([step.command, step.status, expect.anything()]);
      return { body: JSON.parse(text) as RecipeAnswer, headers: response.headers };
    };
    await answer(0);
    const location = (await answer(1)).headers.get('operation-location') ?? '';
    const upload = async () => (await (await fetch(location)).json()) as unknown;
    await vi.waitFor(async () => expect(await upload()).toMatchObject({ status: 'Succeeded' }), patience);
    expect((await answer(2)).body.matching).toMatchObject({ tied: 1, conflict: 1 });
    const conflict = { reasons: ['severalRecords'], recordIds: ['P-2', 'P-3'] };
    expect((await answer(3)).body.value).toMatchObject([conflict]);
    const suggestion = { recordId: 'P-4', userName: 'Ana María Conceição' };
    expect((await answer(4)).body.value).toContainEqual(expect.objectContaining(suggestion));
    await answer(5);
    expect((await answer(6)).body).toMatchObject({ accepted: 1, more: false });
    const { matching, counts } = (await answer(7)).body;
    expect(matching).toMatchObject({ tied: 3, conflict: 0 });
    expect(counts.create).toBe(matching.tied + matching.suggested + matching.new);
    await answer(8);
    const people = `/api/v1/tenants/${steps[0]?.variables['TENANT'] ?? ''}/setups/review/people`;
    const api = new ProductApi(stack.addresses.functionsUrl);
    await vi.waitFor(async () => {
      const all = await api.all<{ recordId: string | null }>(people);
      const records = all.flatMap(({ recordId }) => recordId ?? []).sort();
      expect([all.length, records]).toEqual([counts.create, ['P-1', 'P-3', 'P-4']]);
    }, patience);
  });

  it.each(examples.filter(({ file }) => file !== RECIPE))(
    'answer $status in $file: $command',
    async (example) => {
      const response = await run(example);
      expect([response.status, await response.text()]).toEqual([example.status, expect.anything()]);
    },
  );
});
