import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureConnected, syncTenant, type TenantSync } from '../../../local/commands/first-sync.js';
import { ProductApi, type RunView } from '../../../local/commands/product-api.js';
import { ProductApiError } from '../../../local/commands/patient-request.js';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A product that answers from a script, by method and path; the last answer of a list stays. */
class ScriptedProduct {
  readonly requests: { readonly what: string; readonly body: unknown }[] = [];
  private readonly script = new Map<string, Answer[]>();
  private server: Server | null = null;

  on(what: string, ...answers: Answer[]): void {
    this.script.set(what, answers);
  }

  async listen(): Promise<string> {
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const what = `${request.method ?? ''} ${request.url ?? ''}`;
        this.requests.push({ what, body: text === '' ? null : (JSON.parse(text) as unknown) });
        const answers = this.script.get(what) ?? [{ status: 404, body: { error: { code: 'NotFound' } } }];
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        response.writeHead(answer?.status ?? 500).end(JSON.stringify(answer?.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const server = this.server;
    await new Promise((resolve) => server?.close(resolve));
  }
}

let product: ScriptedProduct;
let api: ProductApi;

beforeEach(async () => {
  product = new ScriptedProduct();
  api = new ProductApi(await product.listen());
});
afterEach(async () => {
  await product.close();
});

const run = (status: RunView['status']): RunView => ({
  id: 'r1',
  trigger: 'manual',
  status,
  progress: {},
  counts: {},
  warnings: [],
});

const connection = {
  tenantId: 't1',
  displayName: 'Contoso',
  clientId: 'client',
  secretValue: 'value',
  secretId: null,
  expiresOn: null,
};

describe('connecting a sample tenant', () => {
  it('sends its credential for the local cloud', async () => {
    product.on('GET /api/v1/tenants', { status: 200, body: { value: [] } });
    product.on('POST /api/v1/tenants', { status: 201, body: {} });
    expect(await ensureConnected(api, connection)).toBe(true);
    expect(product.requests.at(-1)?.body).toEqual({
      tenantId: 't1',
      displayName: 'Contoso',
      cloud: 'local',
      credential: { kind: 'clientSecret', clientId: 'client', secretValue: 'value' },
    });
  });

  it('leaves a tenant that kept data has, on whichever page of the list it stands', async () => {
    product.on('GET /api/v1/tenants', {
      status: 200,
      body: { value: [], nextLink: '/api/v1/tenants?page=2' },
    });
    product.on('GET /api/v1/tenants?page=2', {
      status: 200,
      body: { value: [{ tenantId: 't1', displayName: 'Contoso' }] },
    });
    expect(await ensureConnected(api, connection)).toBe(false);
    expect(product.requests.map(({ what }) => what)).not.toContain('POST /api/v1/tenants');
  });

  it('fails with the finding where the credential is refused', async () => {
    product.on('GET /api/v1/tenants', { status: 200, body: { value: [] } });
    product.on('POST /api/v1/tenants', { status: 409, body: { error: { code: 'CredentialRefused' } } });
    await expect(ensureConnected(api, connection)).rejects.toThrow(/409.*CredentialRefused/);
    await expect(ensureConnected(api, connection)).rejects.toThrow(ProductApiError);
  });
});

describe('a first sync', () => {
  it.each(['Succeeded', 'Failed', 'Canceled', 'Held'] as const)(
    'is followed from its request until it is %s',
    async (end) => {
      product.on('POST /api/v1/tenants/t1/runs', { status: 202, body: run('NotStarted') });
      product.on(
        'GET /api/v1/tenants/t1/runs/r1',
        { status: 200, body: run('Running') },
        { status: 200, body: run(end) },
      );
      const seen: TenantSync[] = [];
      const sync = await syncTenant(api, connection, (progress) => void seen.push(progress));
      expect(sync.run.status).toBe(end);
      expect(seen.map((progress) => progress.run.status)).toEqual(['NotStarted', 'Running', end]);
      expect(sync.seconds).toBeGreaterThan(0);
    },
  );
});
