import { setTimeout as delay } from 'node:timers/promises';
import { ProductApi } from '../local/commands/product-api.js';
import { GraphControlClient } from '../local/graph/control-client.js';
import { sampleRoles } from '../local/graph/samples/well-known.js';
import { startStack, type Stack } from '../local/stack/stack.js';

const POLL_MS = 250;
const DEADLINE_MS = 10 * 60_000;
const CONNECTED_AT_ONCE = 4;

/** A stack with running tenants that Graph tells of changes: each with a started setup and both subscriptions. */
export class NotifiedTenants {
  private constructor(
    private readonly stack: Stack,
    readonly api: ProductApi,
    readonly control: GraphControlClient,
    readonly tenantIds: readonly string[],
  ) {}

  /** @param users of each tenant */
  static async open(count: number, users: number, latencyMs: number): Promise<NotifiedTenants> {
    const stack = await startStack({ graph: { kind: 'emulator', settings: { latencyMs } } });
    try {
      const api = new ProductApi(stack.addresses.functionsUrl);
      const control = new GraphControlClient(stack.addresses.graphControlUrl ?? '');
      await until(async () => (await api.notReady()) === null);
      const tenantIds = Array.from({ length: count }, (_, n) => idOf('7e57', n));
      const opened = new NotifiedTenants(stack, api, control, tenantIds);
      await opened.connectAll(users);
      return opened;
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  get webhookUrl(): string {
    return `${this.stack.addresses.functionsUrl}/api/graph/notifications`;
  }

  userId(n: number): string {
    return idOf('a5e2', n);
  }

  async departmentOf(tenantId: string, n: number): Promise<unknown> {
    const user = await this.api.one(`/api/v1/tenants/${tenantId}/users/${this.userId(n)}`);
    return (user as Record<string, unknown>)['department'];
  }

  /** Answers when the directory has changed. */
  async move(tenantId: string, n: number, department: string): Promise<void> {
    const change = { kind: 'updateUser', id: this.userId(n), attributes: { department } } as const;
    const { skipped } = await this.control.applyChanges(tenantId, [change]);
    if (skipped.length > 0) throw new Error(`The directory refuses the change: ${skipped[0]?.reason ?? ''}`);
  }

  /** Does the work, and fails with the part's name and end if a part of the stack ends meanwhile. @throws PartFailed */
  async whileStackServes<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    return await Promise.race([work(), this.stack.failed.then((failure) => Promise.reject(failure))]);
  }

  close(): Promise<void> {
    return this.stack.close();
  }

  private async connectAll(users: number): Promise<void> {
    const waiting = [...this.tenantIds.entries()];
    const connector = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await this.connect(next[1], next[0], users);
    };
    await Promise.all(Array.from({ length: CONNECTED_AT_ONCE }, connector));
    for (const tenantId of this.tenantIds)
      await until(async () => (await this.control.subscriptions(tenantId)).length === 2);
  }

  private async connect(tenantId: string, n: number, users: number): Promise<void> {
    const { api, control } = this;
    const app = { clientId: idOf('c1e7', n), secrets: [{ value: `secret-${n}` }], roles: sampleRoles };
    await control.createTenant({ tenantId, domain: `tenant-${n}.example`, apps: [app] });
    const people = Array.from({ length: users }, (_, user) => ({
      kind: 'createUser' as const,
      id: this.userId(user),
      attributes: { displayName: `Person ${user}`, department: 'Before' },
    }));
    await control.applyChanges(tenantId, people);
    const credential = {
      clientId: app.clientId,
      secretValue: `secret-${n}`,
      secretId: null,
      expiresOn: null,
    };
    await api.connectTenant({ tenantId, displayName: `Tenant ${n}`, ...credential });
    await api.put(`/api/v1/organizations/o-${n}`, { designation: 'Measured', tenantIds: [tenantId] });
    const setup = `/api/v1/tenants/${tenantId}/setups/measured`;
    const document = { designation: 'Measured', organizationId: `o-${n}`, scope: { kind: 'directory' } };
    await api.put(setup, document);
    await api.post(`${setup}/start`);
    const { id } = await api.startRun(tenantId);
    await until(async () => (await api.run(tenantId, id)).status === 'Succeeded');
  }
}

export async function until(isTrue: () => Promise<boolean>, pollMs = POLL_MS): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('What the benchmark waits for does not come.');
    await delay(pollMs);
  }
}

function idOf(kind: string, n: number): string {
  return `${kind}0000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}
