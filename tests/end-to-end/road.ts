import { readFile } from 'node:fs/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { expect, vi } from 'vitest';
import { comparePictures } from '../../local/commands/comparison/compare-pictures.js';
import { TableMirror } from '../../local/commands/comparison/table-mirror.js';
import { readTruthPicture } from '../../local/commands/comparison/truth-picture.js';
import { ProductApi, type RunView } from '../../local/commands/product-api.js';
import { connectStackClients, type StackClients } from '../../local/commands/stack-clients.js';
import type { DirectoryChange, GraphControl } from '../../local/graph/control-api.js';
import { GraphControlClient } from '../../local/graph/control-client.js';
import { sampleRoles } from '../../local/graph/samples/well-known.js';
import type { QueueCounts } from '../../local/service-bus/queue/queue.js';
import { startStack, type Stack } from '../../local/stack/stack.js';
import type { StackOptions } from '../../local/stack/stack-options.js';
import { trustAuthority } from '../contracts/trusted-authority.js';

/** Long enough for a busy machine; a condition that comes true ends the wait at once. */
export const patience = { timeout: 40_000, interval: 150 };

/** Production settings short enough that what takes minutes in production takes seconds here. */
export const quickSettings = {
  COALESCING_WINDOW_MS: '300',
  COALESCING_SKEW_MS: '100',
  TRAILING_DELAYS_MS: '1500,4000',
  TABLE_TIMEOUT_MS: '2000',
  LEASE_LENGTH_MS: '6000',
  REQUEST_TIMEOUT_MS: '2500',
  JOB_BUDGET_MS: '5000',
  CONTINUATION_DELAY_MS: '1200',
  RETRY_FIRST_MS: '200',
  RETRY_LONGEST_MS: '1500',
  RETRY_ATTEMPTS: '6',
  NEW_SECRET_RETRY_MS: '400',
};

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
  readonly headers: Headers;
}

export interface DeadLetterView {
  readonly id: string;
  readonly tenantId: string | null;
  readonly kind: string;
  readonly reason: string;
  readonly body: string;
  readonly messageId: string | null;
}

export interface TenantWish {
  /** Default: the next of this road. */
  readonly tenantId?: string;
  readonly secret?: string;
  readonly changes?: readonly DirectoryChange[];
}

/** The whole product on a running stack, and every way in which a test looks at it or disturbs it. */
export class Road {
  private connected = 0;
  private organizations = 0;

  private constructor(
    readonly stack: Stack,
    readonly clients: StackClients,
    readonly api: ProductApi,
    readonly control: GraphControl,
  ) {}

  static async open(options: StackOptions = {}): Promise<Road> {
    const stack = await startStack({ settings: quickSettings, lockDurationMs: 5_000, ...options });
    trustAuthority(await readFile(stack.certFile, 'utf8'));
    const api = new ProductApi(stack.addresses.functionsUrl);
    const control = new GraphControlClient(stack.addresses.graphControlUrl ?? '');
    const road = new Road(stack, await connectStackClients(stack), api, control);
    await vi.waitFor(async () => expect(await api.notReady()).toBeNull(), patience);
    return road;
  }

  async ask(method: string, path: string, body?: unknown, host = 0): Promise<Answer> {
    const response = await fetch(new URL(path, this.stack.hostUrls[host]), {
      method,
      ...(body === undefined
        ? {}
        : {
            headers: { 'content-type': 'application/json' },
            body: typeof body === 'string' ? body : JSON.stringify(body),
          }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), headers: response.headers };
  }

  /** Makes a directory with these changes in the emulator and connects it as a tenant; answers its id. */
  async connect(wished: TenantWish = {}): Promise<string> {
    this.connected += 1;
    const { secret, changes = [] } = wished;
    const serial = String(this.connected).padStart(12, '0');
    const tenantId = wished.tenantId ?? `7e570000-0000-4000-8000-${serial}`;
    const clientId = `c1e70000-0000-4000-8000-${serial}`;
    const secretValue = secret ?? `secret~of~${serial}`;
    await this.control.createTenant({
      tenantId,
      displayName: `Tenant ${this.connected}`,
      domain: `tenant-${this.connected}.example`,
      apps: [{ clientId, secrets: [{ value: secretValue }], roles: sampleRoles }],
    });
    await this.control.applyChanges(tenantId, changes);
    const credential = { kind: 'clientSecret', clientId, secretValue };
    const wish = { tenantId, displayName: `Tenant ${this.connected}`, cloud: 'local', credential };
    expect(await this.ask('POST', '/api/v1/tenants', wish)).toMatchObject({ status: 201 });
    return tenantId;
  }

  /** Asks for a run and answers it as it is by then. */
  async start(tenantId: string, wish: unknown = {}): Promise<RunView> {
    const answer = await this.ask('POST', `/api/v1/tenants/${tenantId}/runs`, wish);
    expect(answer).toMatchObject({ status: 202 });
    return answer.body as RunView;
  }

  /** Waits until the run is over, whatever came of it. */
  async ended(tenantId: string, runId: string, within = patience): Promise<RunView> {
    return await vi.waitFor(async () => {
      const run = await this.api.run(tenantId, runId);
      expect(run.status).not.toMatch(/NotStarted|Running/);
      return run;
    }, within);
  }

  /** Asks for a run and follows it to its end. */
  async run(tenantId: string): Promise<RunView> {
    return this.ended(tenantId, (await this.start(tenantId)).id);
  }

  /** Makes a setup of everybody and starts it, so that the tenant is kept up to date by itself. */
  async startSetup(tenantId: string): Promise<void> {
    this.organizations += 1;
    const organizationId = `customer-${this.organizations}`;
    const organization = { designation: 'The customer', tenantIds: [tenantId] };
    const path = `/api/v1/tenants/${tenantId}/setups/everybody`;
    const guardOff = { maxCount: 100_000, maxShare: 1, minCount: 0, withinHours: 24 };
    const document = {
      ...{ designation: 'Everybody', organizationId, removalGuard: guardOff },
      scope: { kind: 'directory' },
    };
    const asked: [string, string, unknown?][] = [
      ['PUT', `/api/v1/organizations/${organizationId}`, organization],
      ['PUT', path, document],
      ['POST', `${path}/start`],
    ];
    for (const [method, to, body] of asked) {
      const { status, body: answer } = await this.ask(method, to, body);
      expect([status < 300, answer]).toEqual([true, answer]);
    }
  }

  /** Connected, synced once, kept up to date by itself and reached by notifications. */
  async running(wish: TenantWish): Promise<string> {
    const tenantId = await this.connect(wish);
    expect(await this.run(tenantId)).toMatchObject({ status: 'Succeeded' });
    await this.startSetup(tenantId);
    await vi.waitFor(
      async () => expect(await this.control.subscriptions(tenantId)).toHaveLength(2),
      patience,
    );
    return tenantId;
  }

  /** Every difference between the tables and the directory, in words. */
  async differences(tenantId: string): Promise<readonly string[]> {
    const directory = await readTruthPicture(this.control.truthRows(tenantId));
    const tables = await new TableMirror((name) => this.clients.table(name)).picture(tenantId);
    return comparePictures(tables, directory).reasons;
  }

  async becomesEqual(tenantId: string, within = patience): Promise<void> {
    await vi.waitFor(async () => expect(await this.differences(tenantId)).toEqual([]), within);
  }

  /** Row keys of the marks that nobody has consumed. */
  async marks(tenantId: string): Promise<string[]> {
    const filter = `PartitionKey ge '${tenantId}' and PartitionKey lt '${tenantId}}'`;
    const keys: string[] = [];
    for await (const row of this.clients.table('Pending').listEntities({ queryOptions: { filter } })) {
      if (row.rowKey !== undefined && row.rowKey !== 'head') keys.push(row.rowKey);
    }
    return keys;
  }

  deadLetters(): Promise<DeadLetterView[]> {
    return this.api.all<DeadLetterView>('/api/v1/dead-letters');
  }

  async queue(): Promise<QueueCounts> {
    const response = await fetch(`${this.stack.addresses.busControlUrl}/queues`);
    const { 'sync-jobs': counts } = (await response.json()) as Record<'sync-jobs', QueueCounts>;
    return counts;
  }

  /** Until no job is there, due, planned or in work, and no notification is on its way to become one. */
  async runsDry(tenantIds: readonly string[], within = patience): Promise<void> {
    await vi.waitFor(async () => {
      const pending = tenantIds.map(async (id) => (await this.control.notificationCounts(id)).pending);
      expect((await Promise.all(pending)).reduce((sum, count) => sum + count, 0)).toBe(0);
      expect(await this.queue()).toMatchObject({ active: 0, scheduled: 0, locked: 0 });
    }, within);
  }

  /** Fires a timer by hand and waits for nothing. */
  async fire(timer: string, host = 0): Promise<void> {
    expect(await this.ask('POST', `/admin/functions/${timer}`, {}, host)).toMatchObject({ status: 202 });
  }

  async breakSessionLock(sessionId: string): Promise<void> {
    const url = `${this.stack.addresses.busControlUrl}/break-session-lock`;
    await fetch(url, { method: 'POST', body: JSON.stringify({ queue: 'sync-jobs', sessionId }) });
  }

  /** The bus by its real client, as somebody with the right to send. */
  bus(): ServiceBusClient {
    const token = { token: 'sender', expiresOnTimestamp: Date.now() + 3_600_000 };
    return new ServiceBusClient(this.stack.addresses.busNamespace, { getToken: async () => token });
  }

  async close(): Promise<void> {
    await this.stack.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
