import { aTenant, credentialReference } from '../../builders/tenant.js';
import { createHash } from 'node:crypto';
import { Failure, NotFound, RowConflict, Unavailable } from '../../../shared/core/failures.js';
import type { SyncJob } from '../../../shared/core/job.js';
import type { Mark } from '../../../shared/core/mark.js';
import { RESOURCES, type Resource } from '../../../shared/core/resource.js';
import { emptyResourceState, type ResourceState } from '../../../shared/core/round.js';
import { isActive, type Run } from '../../../shared/core/run.js';
import { ownerOfSecret, type SecretExpiry } from '../../../shared/core/secret-expiry.js';
import type { Subscription } from '../../../shared/core/subscription.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import type { ClientStateHasher } from '../../../shared/ports/client-state.js';
import type { Chance, Clock } from '../../../shared/ports/clock.js';
import type { Directory } from '../../../shared/ports/directory.js';
import type { JobQueue, QueuedJob } from '../../../shared/ports/job-queue.js';
import type { Log } from '../../../shared/ports/log.js';
import type { ListPage, ListRequest } from '../../../shared/ports/mirror.js';
import type {
  RunRequest,
  Runs,
  SecretExpiries,
  Stored,
  Subscriptions,
  Tenants,
} from '../../../shared/ports/registry.js';
import type { Setup } from '../../../shared/core/setup/setup.js';
import type { Setups } from '../../../shared/ports/setups.js';
import type { AttentionRows, Marks, SyncStates, Want } from '../../../shared/ports/sync-state.js';
import type { Vault } from '../../../shared/ports/vault.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** 32 tenants or fewer: GUIDs that end in the number. */
export function tenantId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function tenant(number: number, changes: Partial<Tenant> = {}): Tenant {
  return aTenant({
    tenantId: tenantId(number),
    displayName: `Tenant ${number}`,
    timeZone: 'Etc/UTC',
    credential: credentialReference({ clientId: 'client', secretName: `secret-${number}` }),
    createdAt: '2026-01-01T12:00:00.000Z',
    connectedAt: '2026-01-01T12:00:00.000Z',
    bucketCount: 64,
    ...changes,
  });
}

/** The part of the stores and services that triggers and upkeep touch; every map may be looked into. */
export class UpkeepPorts {
  now = Date.parse('2026-03-10T12:00:00Z');
  readonly tenantRows = new Map<string, Tenant>();
  readonly runRows = new Map<string, Run>();
  readonly setupRows: Setup[] = [];
  readonly subscriptionRows = new Map<string, Subscription>();
  readonly wantRows = new Map<string, Want>();
  readonly markRows = new Map<string, Mark[]>();
  readonly states = new Map<string, ResourceState>();
  readonly expiryRows = new Map<string, SecretExpiry>();
  readonly vaultDates = new Map<string, string | null>();
  readonly signals: string[] = [];
  readonly lines: { level: string; message: string; facts: object }[] = [];
  /** What the broker kept; it drops a second message of an id. */
  readonly messages = new Map<string, QueuedJob>();
  readonly sent: QueuedJob[] = [];
  /** What was asked, in order. */
  readonly calls: string[] = [];
  /** Throws where a call shall fail. */
  fail: (call: string) => void = () => undefined;
  /** The newest version of a secret that is read without naming one. */
  vaultVersion = 'version-1';
  #tags = 0;
  readonly #rowTags = new WeakMap<object, string>();

  addTenants(...tenants: readonly Tenant[]): void {
    for (const added of tenants) this.tenantRows.set(added.tenantId, added);
  }

  jobs(): SyncJob[] {
    return [...this.messages.values()].map(({ job }) => job);
  }

  call(call: string): void {
    this.calls.push(call);
    this.fail(call);
  }

  readonly clock: Clock = {
    now: () => this.now,
    monotonic: () => this.now,
    wait: () => Promise.resolve(),
  };

  readonly chance: Chance = {
    newId: () => String(++this.#tags).padStart(32, '0'),
    newToken: () => `token-${++this.#tags}`,
    fraction: () => 0.5,
  };

  readonly clientStates: ClientStateHasher = {
    hash: (clientState) => createHash('sha256').update(clientState).digest('hex'),
    equal: (a, b) => a === b,
  };

  readonly log: Log = {
    info: (message, facts = {}) => this.lines.push({ level: 'info', message, facts }),
    warn: (message, facts = {}) => this.lines.push({ level: 'warn', message, facts }),
    error: (message, facts = {}) => this.lines.push({ level: 'error', message, facts }),
  };

  readonly queue: JobQueue = {
    send: async (jobs) => {
      this.call(`send ${jobs.map(({ messageId }) => messageId).join(' ')}`);
      this.sent.push(...jobs);
      for (const job of jobs) {
        if (!this.messages.has(job.messageId)) this.messages.set(job.messageId, job);
      }
    },
  };

  readonly tenants: Tenants = {
    get: async (id) => {
      this.call(`tenants.get ${id}`);
      const found = this.tenantRows.get(id);
      return found === undefined ? null : this.#tagged(found);
    },
    list: async (request) => {
      this.call(`tenants.list ${request.after ?? ''}`);
      const page = pageOf([...this.tenantRows.values()], { ...request, limit: 3 });
      return { ...page, rows: page.rows.map((row) => this.#tagged(row)) };
    },
    readMany: async (ids) =>
      new Map(
        [...this.tenantRows.values()]
          .filter(({ tenantId: id }) => ids.includes(id))
          .map((row) => [row.tenantId, row]),
      ),
    create: () => Promise.reject(new RowConflict('not for upkeep')),
    save: async (changed, tag) => {
      this.call(`tenants.save ${changed.tenantId}`);
      const before = this.tenantRows.get(changed.tenantId);
      if (before === undefined || this.#tagOf(before) !== tag) throw new RowConflict('changed meanwhile');
      this.tenantRows.set(changed.tenantId, changed);
      return this.#tagged(changed);
    },
    remove: () => Promise.reject(new RowConflict('not for upkeep')),
  };

  readonly runs: Runs = {
    request: async (run): Promise<RunRequest> => {
      this.call(`runs.request ${run.tenantId}`);
      const key = `${run.tenantId}|${run.runId}`;
      const known = this.runRows.get(key);
      if (known !== undefined) return { kind: 'active', run: known };
      this.runRows.set(key, run);
      return { kind: 'created', run };
    },
    get: async (id, runId) => {
      this.call(`runs.get ${id}`);
      const run = this.runRows.get(`${id}|${runId}`);
      return run === undefined ? null : stored(run);
    },
    active: async (id) => (await this.runs.open(id)).active,
    removeEndedBefore: () => Promise.resolve(false),
    open: async (id) => {
      const runs = [...this.runRows.values()].filter((run) => run.tenantId === id);
      const held = runs.filter(({ status }) => status === 'Held').map(({ runId }) => runId);
      return { active: runs.filter(isActive).map(stored), held };
    },
    list: async (id, request) =>
      pageOf(
        [...this.runRows.values()].filter((run) => run.tenantId === id),
        request,
      ),
    save: async (run) => {
      this.runRows.set(`${run.tenantId}|${run.runId}`, run);
      return stored(run);
    },
  };

  readonly setups: Pick<Setups, 'all'> = {
    all: async (id) => {
      this.call(`setups ${id}`);
      return this.setupRows.filter((row) => row.tenantId === id);
    },
  };

  readonly syncStates: SyncStates = {
    read: async (id) => ({ users: this.#state(id, 'users'), groups: this.#state(id, 'groups') }),
    save: () => Promise.resolve(),
    wants: async (id) => {
      this.call(`wants ${id}`);
      return RESOURCES.flatMap((resource) => this.wantRows.get(`${id}|${resource}`) ?? []);
    },
    want: async (id, resource, { full, since }) => {
      this.call(`want ${id} ${resource}`);
      this.wantRows.set(`${id}|${resource}`, { resource, full, since, tag: String(++this.#tags) });
    },
    clearWant: async (id, resource) => this.wantRows.delete(`${id}|${resource}`),
  };

  readonly marks: Marks = {
    put: () => Promise.resolve(),
    ensure: () => Promise.resolve(),
    list: async (id, limit) =>
      (this.markRows.get(id) ?? []).slice(0, limit).map((mark) => ({ mark, tag: '1' })),
    savePosition: () => Promise.resolve(null),
    consume: () => Promise.resolve(true),
  };

  readonly attention: AttentionRows = {
    signal: async (id, reason) => {
      this.call(`signal ${id}`);
      this.signals.push(`${id} ${reason}`);
    },
    look: () => Promise.resolve(null),
  };

  readonly subscriptions: Subscriptions = {
    get: async (id, subscriptionId) => {
      this.call(`subscriptions.get ${id} ${subscriptionId}`);
      return this.subscriptionRows.get(`${id}|${subscriptionId}`) ?? null;
    },
    list: async (id) => {
      this.call(`subscriptions.list ${id}`);
      return [...this.subscriptionRows.values()].filter((row) => row.tenantId === id);
    },
    put: async (row) => {
      this.call(`subscriptions.put ${row.subscriptionId}`);
      this.subscriptionRows.set(`${row.tenantId}|${row.subscriptionId}`, row);
    },
    remove: async (id, subscriptionId) => {
      this.call(`subscriptions.remove ${subscriptionId}`);
      this.subscriptionRows.delete(`${id}|${subscriptionId}`);
    },
  };

  readonly secretExpiries: SecretExpiries = {
    get: async (owner) => {
      const found = this.expiryRows.get(owner);
      return found === undefined ? null : this.#tagged(found);
    },
    put: async (expiry) => {
      this.call(`expiry.put ${ownerOfSecret(expiry)}`);
      this.expiryRows.set(ownerOfSecret(expiry), expiry);
    },
    save: async (expiry, tag) => {
      const owner = ownerOfSecret(expiry);
      this.call(`expiry.save ${owner}`);
      const before = this.expiryRows.get(owner);
      if ((before === undefined ? null : this.#tagOf(before)) !== tag)
        throw new RowConflict('changed meanwhile');
      this.expiryRows.set(owner, expiry);
    },
    remove: async (owner) => this.expiryRows.delete(owner),
    list: async (request) => pageOf([...this.expiryRows.values()], { ...request, limit: 2 }),
  };

  readonly vault: Vault = {
    save: () => Promise.reject(new Unavailable('not for upkeep')),
    discard: () => Promise.reject(new Unavailable('not for upkeep')),
    disable: () => Promise.reject(new Unavailable('not for upkeep')),
    versionsBefore: () => Promise.reject(new Unavailable('not for upkeep')),
    expiryOf: async (name, version) => {
      this.call(`vault ${name}`);
      const date = this.vaultDates.get(name);
      if (date === undefined) throw new NotFound(`No secret ${name}`);
      return { version: version ?? this.vaultVersion, expiresOn: date };
    },
  };

  /** Whatever Graph tells of the end of a secret; null where it was not granted. */
  secretEnd: string | null | Failure = null;
  readonly directory: Pick<Directory, 'secretEnd'> = {
    secretEnd: async (connection, secretId) => {
      this.call(`graph ${connection.tenantId} ${secretId}`);
      if (this.secretEnd instanceof Failure) throw this.secretEnd;
      return this.secretEnd;
    },
  };

  /** A row's ETag: every row that was written has one of its own. */
  #tagOf(row: object): string {
    const tag = this.#rowTags.get(row) ?? String(++this.#tags);
    this.#rowTags.set(row, tag);
    return tag;
  }

  #tagged<Row extends object>(value: Row): Stored<Row> {
    return { value, tag: this.#tagOf(value) };
  }

  #state(id: string, resource: Resource): ResourceState {
    return this.states.get(`${id}|${resource}`) ?? emptyResourceState(resource);
  }
}

function stored<Value>(value: Value): Stored<Value> {
  return { value, tag: '1' };
}

function pageOf<Row>(rows: readonly Row[], request: ListRequest): ListPage<Row> {
  const from = Number(request.after ?? 0);
  const to = from + request.limit;
  return { rows: rows.slice(from, to), next: to < rows.length ? String(to) : null };
}
