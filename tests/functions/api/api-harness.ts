import { HttpRequest, InvocationContext, type HttpHandler } from '@azure/functions';
import { expect } from 'vitest';
import { apiRoutes, registerApi, type ApiDependencies } from '../../../functions/api/index.js';
import { errorsOf } from '../../../functions/api/openapi.js';
import type { Route } from '../../../functions/api/route.js';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { principalHeaders } from '../../../local/functions-host/sign-in.js';
import { parseJob } from '../../../shared/adapters/bus/job-message.js';
import { sha256ClientStates } from '../../../shared/adapters/system/client-state-hasher.js';
import { answerSeal } from '../../../shared/adapters/system/answer-seal.js';
import { systemClock } from '../../../shared/adapters/system/system-clock.js';
import { phoneNumbers } from '../../../shared/adapters/phone/phone-numbers.js';
import { createTableStores, type TableStores } from '../../../shared/adapters/tables/table-stores.js';
import { createRecordMatching } from '../../../shared/use-cases/matching/record-matching.js';
import type { ConsentApp } from '../../../shared/core/bundle.js';
import type { Cloud } from '../../../shared/core/cloud.js';
import type { Failure } from '../../../shared/core/failures.js';
import type { MirrorGroup } from '../../../shared/core/mirror-rows.js';
import type { CandidateConnection } from '../../../shared/ports/directory.js';
import type { ExaminedLogin } from '../../../shared/ports/directory-examination.js';
import type { QueuedJob } from '../../../shared/ports/job-queue.js';
import type { TenantLookupAnswer } from '../../../shared/ports/tenant-lookup.js';
import { createMemoryTables, type MemoryTables } from '../../fakes/memory-tables.js';

export type Identity = keyof typeof localPrincipals | 'anonymous';

export interface Ask {
  readonly as?: Identity;
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** An empty object where there was none. */
  readonly body: AnswerBody;
  /** The body as it came. */
  readonly text: string;
}

export type Item = Readonly<Record<string, unknown>>;

/** What any answer may have; a test reads what the answer that it expects has. */
type AnswerBody = Item & {
  readonly value: readonly Item[];
  readonly nextLink?: string;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly target?: string;
    readonly details?: readonly Item[];
  };
};

const PUBLIC_URL = 'https://rollcall.example';
const NOW = Date.parse('2026-05-04T10:00:00Z');

/** What the outside world did and shall do. */
class World {
  now = NOW;
  readonly sent: QueuedJob[] = [];
  /** Setups that asked for a job, in order, as `tenant setup`. */
  readonly setupWork: string[] = [];
  queueFailure: Failure | null = null;
  readonly saved: { name: string; value: string; expiresOn: string | null; tags: object }[] = [];
  readonly discarded: string[] = [];
  readonly disabled: string[] = [];
  readonly probed: CandidateConnection[] = [];
  readonly searched: { tenantId: string; text: string; securityOnly: boolean; limit: number }[] = [];
  /** `silent`: no answer ever comes. */
  searchAnswer: readonly MirrorGroup[] | Failure | 'silent' = [];
  searchIsAll = true;
  readonly lookedUp: { tenant: string; cloud: Cloud }[] = [];
  /** Null: a GUID is itself, in the cloud that was asked, and a domain is the tenant that the probe answers. */
  lookupAnswer: TenantLookupAnswer | Failure | null = null;
  readonly consentApps: ConsentApp[] = [];
  probeAnswer: { tenantId: string } | Failure = { tenantId: '00000000-0000-4000-8000-00000000000a' };
  /** What an examination finds: everything as it should be. */
  login: ExaminedLogin | Failure = {
    permissions: ['User.Read.All', 'Group.Read.All'],
    organizationId: () => Promise.resolve('11111111-1111-4111-8111-111111111111'),
    readOne: () => Promise.resolve(),
    delegatedPermissions: () => Promise.resolve([]),
    subscriptions: () => Promise.resolve([]),
    follow: () => Promise.resolve(),
  };
  readonly logged: { level: string; message: string; facts: unknown }[] = [];
  readonly notReady = new Set<string>();
  dataRegion: string | null = null;
  /** Whoever waits does so for ever, unless a test lets time pass. */
  wait: (milliseconds: number) => Promise<void> = () => new Promise(() => undefined);
  probes = 0;

  /** From now on waiting ends immediately, and the clock has moved on by as much. */
  letTimePass(): void {
    this.wait = (milliseconds) => {
      this.now += milliseconds;
      return Promise.resolve();
    };
  }

  logIn(): Promise<ExaminedLogin> {
    return this.login instanceof Error ? Promise.reject(this.login) : Promise.resolve(this.login);
  }

  find(tenant: string, cloud: Cloud): Promise<TenantLookupAnswer> {
    this.lookedUp.push({ tenant, cloud });
    if (this.lookupAnswer instanceof Error) return Promise.reject(this.lookupAnswer);
    if (this.lookupAnswer !== null) return Promise.resolve(this.lookupAnswer);
    const byDomain = this.probeAnswer instanceof Error ? '' : this.probeAnswer.tenantId;
    const tenantId = tenant.includes('.') ? byDomain : tenant;
    return Promise.resolve({ kind: 'found', tenantId, cloud, serverTime: this.now });
  }
}

/** The API on table stores in memory, asked through the very functions that the app registers. */
export class Api {
  readonly world = new World();
  readonly tables: MemoryTables;
  readonly stores: TableStores;
  readonly dependencies: ApiDependencies;
  readonly routes: Route[];
  /** What is done around the answering of each request, as measuring it. */
  around: <Answer>(answering: () => Promise<Answer>) => Promise<Answer> = (answering) => answering();
  /** By function name. */
  readonly registered = new Map<string, { method: string; route: string; handler: HttpHandler }>();
  #ids = 0;

  /** @param options `tables`: those of a world in which jobs run, too */
  constructor(options: { readonly signInTrusted?: boolean; readonly tables?: MemoryTables } = {}) {
    const { world } = this;
    this.tables = options.tables ?? createMemoryTables();
    this.stores = createTableStores(this.tables);
    const note = (level: string) => (message: string, facts?: unknown) =>
      void world.logged.push({ level, message, facts });
    this.dependencies = {
      ...this.stores,
      recordMatching: createRecordMatching({
        ...this.stores,
        clock: { ...systemClock, now: () => world.now },
        setupWork: { requested: () => Promise.resolve() },
        phoneNumbers,
      }),
      publicUrl: PUBLIC_URL,
      answerSeal,
      phoneNumbers,
      signInTrusted: options.signInTrusted ?? true,
      servedClouds: ['global', 'local'],
      get dataRegion() {
        return world.dataRegion;
      },
      consentApps: world.consentApps,
      tenantLookup: { find: (tenant, cloud) => world.find(tenant, cloud) },
      newSecretRetryMs: 20_000,
      parseJob,
      log: { info: note('info'), warn: note('warn'), error: note('error') },
      clock: {
        now: () => world.now,
        monotonic: () => world.now,
        wait: (milliseconds) => world.wait(milliseconds),
      },
      chance: {
        newId: () => (this.#ids += 1).toString(16).padStart(8, '0').repeat(4),
        newToken: () => `token-${(this.#ids += 1)}`,
        fraction: () => 0.5,
      },
      clientStates: sha256ClientStates,
      queue: {
        send: (jobs) => {
          if (world.queueFailure !== null) return Promise.reject(world.queueFailure);
          world.sent.push(...jobs);
          return Promise.resolve();
        },
      },
      setupWork: {
        requested: (tenantId, setupId) => {
          if (world.queueFailure !== null) return Promise.reject(world.queueFailure);
          world.setupWork.push(`${tenantId} ${setupId}`);
          return Promise.resolve();
        },
      },
      vault: {
        save: (name, secret, { expiresOn, tags }) => {
          world.saved.push({ name, value: secret.reveal(), expiresOn, tags });
          return Promise.resolve(`saved-${world.saved.length}`);
        },
        discard: (name) => {
          world.discarded.push(name);
          return Promise.resolve();
        },
        disable: (name, version) => {
          world.disabled.push(`${name} ${version}`);
          return Promise.resolve();
        },
        expiryOf: () => Promise.resolve({ version: '1', expiresOn: null }),
      },
      directoryExamination: { logIn: () => world.logIn() },
      directory: {
        searchGroups: (connection, text, wish) => {
          world.searched.push({ tenantId: connection.tenantId, text, ...wish });
          const answer = world.searchAnswer;
          if (answer === 'silent') return new Promise(() => undefined);
          if (answer instanceof Error) return Promise.reject(answer);
          return Promise.resolve({ groups: answer, isAll: world.searchIsAll });
        },
        probe: (candidate) => {
          world.probed.push(candidate);
          const answer = world.probeAnswer;
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      },
      healthProbes: ['tables', 'queue', 'vault'].map((name) => ({
        name,
        check: () => {
          world.probes += 1;
          return world.notReady.has(name) ? Promise.reject(new Error('no answer')) : Promise.resolve();
        },
      })),
    };
    this.routes = apiRoutes(this.dependencies);
    registerApi(
      {
        http: (name, { methods, route, handler }) =>
          void this.registered.set(name, { method: methods?.[0] ?? '', route: route ?? '', handler }),
      },
      this.dependencies,
    );
  }

  /** @param address path below /api/v1 or /api, or a whole address */
  async ask(method: string, address: string, options: Ask = {}): Promise<Answered> {
    const url = new URL(address.startsWith('/v1') ? `/api${address}` : address, PUBLIC_URL);
    const { name, parameters } = this.#functionFor(method, url.pathname);
    const { handler } = this.registered.get(name)!;
    const { as = 'operator', body, headers = {} } = options;
    const request = new HttpRequest({
      method,
      url: url.href,
      params: parameters,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, ...(as === 'anonymous' ? {} : principalHeaders(localPrincipals[as])) },
      ...(body === undefined
        ? {}
        : body instanceof Uint8Array
          ? { body: { bytes: body } }
          : { body: { string: typeof body === 'string' ? body : JSON.stringify(body) } }),
    });
    const context = new InvocationContext({ invocationId: 'invocation-1', functionName: name });
    const answered = readAnswer(await this.around(async () => await handler(request, context)));
    this.#checkAgainstDescription(name, answered);
    return answered;
  }

  get(address: string, options: Ask = {}): Promise<Answered> {
    return this.ask('GET', address, options);
  }

  post(address: string, body?: unknown, options: Ask = {}): Promise<Answered> {
    return this.ask('POST', address, { ...options, body });
  }

  patch(address: string, body?: unknown, options: Ask = {}): Promise<Answered> {
    return this.ask('PATCH', address, { ...options, body });
  }

  #functionFor(method: string, pathname: string): { name: string; parameters: Record<string, string> } {
    for (const [name, each] of this.registered) {
      const pattern = new RegExp(`^/api/${each.route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
      const match = pattern.exec(pathname);
      if (match === null || each.method !== method) continue;
      const parameters = Object.entries({ ...match.groups });
      return {
        name,
        parameters: Object.fromEntries(parameters.map(([key, value]) => [key, decodeURIComponent(value)])),
      };
    }
    throw new Error(`No function answers ${method} ${pathname}`);
  }

  /** No answer may be one that the OpenAPI document does not tell of. */
  #checkAgainstDescription(name: string, { status, body, headers }: Answered): void {
    const described = this.routes.find((route) => `api-${route.operationId}` === name)!;
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    if (status >= 400) expect(errorsOf(described)).toContain(body.error.code);
    else {
      expect(status).toBe(described.status);
      if (described.answer === null || headers['content-type']?.startsWith('text/csv') === true)
        expect(body).toEqual({});
      else described.answer.parse(body);
    }
  }
}

function readAnswer(response: unknown): Answered {
  const { status, headers, body } = response as {
    status: number;
    headers: Record<string, string>;
    body?: string;
  };
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  return {
    status,
    headers,
    body: JSON.parse(isJson ? (body ?? '{}') : '{}') as AnswerBody,
    text: body ?? '',
  };
}
