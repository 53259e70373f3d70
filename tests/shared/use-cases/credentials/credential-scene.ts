import { createTableStores, type TableStores } from '../../../../shared/adapters/tables/table-stores.js';
import { CredentialRefused, type Failure } from '../../../../shared/core/failures.js';
import type { GivenCredential } from '../../../../shared/core/given-secret.js';
import { Secret } from '../../../../shared/core/secret.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import type { Directory } from '../../../../shared/ports/directory.js';
import type { QueuedJob } from '../../../../shared/ports/job-queue.js';
import { createTenantWalk } from '../../../../shared/use-cases/walk-tenants.js';
import { aTenant, credentialReference } from '../../../builders/tenant.js';
import { MemoryTables } from '../../../fakes/memory-tables.js';
import { MemoryVault } from '../../../fakes/memory-vault.js';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const CLIENT = '33333333-3333-4333-8333-333333333333';
export const MINUTE = 60_000;

/** Tables and vault in memory, and a directory that lets in whoever has one of the `good` secrets. */
export class CredentialScene {
  now = Date.parse('2026-05-04T10:00:00Z');
  readonly tables = new MemoryTables();
  readonly stores: TableStores = createTableStores(this.tables);
  readonly vault = new MemoryVault({ now: () => this.now });
  readonly good = new Set(['first']);
  /** Epoch milliseconds until when the login service does not know a good secret yet. */
  readonly unknownUntil = new Map<string, number>();
  /** What the directory answers instead. */
  refusal: Failure | null = null;
  /** Happens while a candidate is tried. */
  meanwhile: () => Promise<void> = () => Promise.resolve();
  readonly tried: string[] = [];
  readonly sent: QueuedJob[] = [];
  sendFailure: Failure | null = null;
  readonly lines: { level: string; message: string; facts: object }[] = [];
  #ids = 0;

  readonly directory: Pick<Directory, 'probe' | 'prove'> = {
    probe: async ({ tenant, secret }) => {
      await this.meanwhile();
      return this.#letIn(tenant, secret.reveal());
    },
    prove: async ({ tenantId, credential }) => {
      const secret = await this.vault.readSecret(credential.secretName, credential.secretVersion);
      return this.#letIn(tenantId, secret.reveal());
    },
  };

  get ports() {
    const note =
      (level: string) =>
      (message: string, facts: object = {}) =>
        void this.lines.push({ level, message, facts });
    const { tenants, secretExpiries, syncStates } = this.stores;
    return {
      ...{ tenants, secretExpiries, syncStates },
      ...{ vault: this.vault, directory: this.directory, newSecretRetryMs: 20_000 },
      walkTenants: createTenantWalk(this.stores),
      clock: {
        now: () => this.now,
        monotonic: () => this.now,
        wait: (milliseconds: number) => {
          this.now += milliseconds;
          return Promise.resolve();
        },
      },
      chance: { newId: () => `id-${(this.#ids += 1)}`, newToken: () => 'token', fraction: () => 0.5 },
      queue: {
        send: (jobs: readonly QueuedJob[]) => {
          if (this.sendFailure !== null) return Promise.reject(this.sendFailure);
          this.sent.push(...jobs);
          return Promise.resolve();
        },
      },
      log: { info: note('info'), warn: note('warn'), error: note('error') },
    };
  }

  /** A tenant whose secret is `first`, in the vault. */
  async connected(over: Partial<Tenant> = {}): Promise<Tenant> {
    const details = { expiresOn: null, tags: {} };
    const secretVersion = await this.vault.save('graph-1', new Secret('first'), details);
    const credential = credentialReference({ clientId: CLIENT, secretName: 'graph-1', secretVersion });
    const tenant = aTenant({ tenantId: TENANT, credential, ...over });
    await this.stores.tenants.create(tenant);
    return tenant;
  }

  async tenant(): Promise<Tenant> {
    return (await this.stores.tenants.get(TENANT))!.value;
  }

  async change(change: (tenant: Tenant) => Tenant): Promise<void> {
    const { value, tag } = (await this.stores.tenants.get(TENANT))!;
    await this.stores.tenants.save(change(value), tag);
  }

  /** The value that jobs log in with. */
  async inUse(): Promise<string> {
    const { credential } = await this.tenant();
    return (await this.vault.readSecret(credential!.secretName, credential!.secretVersion)).reveal();
  }

  /** Resources that are wanted. */
  async wanted(): Promise<string[]> {
    return (await this.stores.syncStates.wants(TENANT)).map(({ resource }) => resource).sort();
  }

  #letIn(tenantId: string, secret: string): { tenantId: string } {
    this.tried.push(secret);
    if (this.refusal !== null) throw this.refusal;
    const isKnown = (this.unknownUntil.get(secret) ?? 0) <= this.now;
    if (!this.good.has(secret) || !isKnown) throw new CredentialRefused('AADSTS7000215: wrong', 7000215);
    return { tenantId };
  }
}

export function given(secretValue: string, over: Partial<GivenCredential> = {}): GivenCredential {
  return { clientId: CLIENT, secretId: null, secretValue, expiresOn: null, ...over };
}

export const PARKED = {
  kind: 'parked',
  since: '2026-05-04T09:30:00.000Z',
  reason: 'It expired.',
  fix: 'Make a new one.',
  before: 'running',
} as const;

export const OUTAGE = {
  parkedAt: '2026-05-04T09:30:00.000Z',
  triedAt: null,
  backAt: null,
  reason: 'It expired.',
};
