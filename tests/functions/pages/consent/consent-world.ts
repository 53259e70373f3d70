import { beginDisconnection } from '../../../../shared/use-cases/disconnect-tenant/begin-disconnection.js';
import type { ConsentBehaviour } from '../../../../local/graph/control-api.js';
import { VirtualClock } from '../../../../local/graph/clock.js';
import { GraphEmulator } from '../../../../local/graph/emulator.js';
import {
  allSampleApps,
  consentAppsAt,
  sampleAppsByBundle,
  sampleConsentApps,
  type SampleConsentApp,
} from '../../../../local/graph/samples/consent-apps.js';
import { consentPages } from '../../../../functions/pages/consent/consent-pages.js';
import { createDirectory } from '../../../../shared/adapters/graph/directory.js';
import { createAdministratorLogin } from '../../../../shared/adapters/identity/administrator-login.js';
import { createGraphTokens } from '../../../../shared/adapters/identity/graph-tokens.js';
import { sha256ClientStates } from '../../../../shared/adapters/system/client-state-hasher.js';
import { systemChance } from '../../../../shared/adapters/system/system-chance.js';
import { createTableStores } from '../../../../shared/adapters/tables/table-stores.js';
import type { Bundle, ConsentApp } from '../../../../shared/core/bundle.js';
import { PROOF_PATIENCE } from '../../../../shared/core/consent-proof.js';
import { NotFound } from '../../../../shared/core/failures.js';
import type { SyncJob } from '../../../../shared/core/job.js';
import { Secret } from '../../../../shared/core/secret.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import {
  offerConsent,
  offerConsentToUnknown,
} from '../../../../shared/use-cases/obtain-consent/offer-consent.js';
import { createProveConsent } from '../../../../shared/use-cases/obtain-consent/prove-consent.js';
import { aTenant } from '../../../builders/tenant.js';
import { fetchHttpClient } from '../../../contracts/fetch-http-client.js';
import { MemoryQueue } from '../../../fakes/memory-queue.js';
import { createMemoryTables } from '../../../fakes/memory-tables.js';
import { Browser, PAGES_AT, type PageAnswer } from '../browse.js';

export const CONTOSO = '11111111-aaaa-4bbb-8ccc-000000000001';
export const FABRIKAM = '11111111-aaaa-4bbb-8ccc-000000000002';

function asSettings(samples: readonly SampleConsentApp[]): readonly ConsentApp[] {
  return samples.map(({ bundle, clientId, secretName }) => {
    return { bundle: bundle as Bundle, clientId, secretName, cloud: null };
  });
}

/** An application per bundle, or one for users and groups and for changes within seconds. */
const APPS = { apart: asSettings(sampleConsentApps), together: asSettings(sampleAppsByBundle) } as const;

/** The pages, the job and the emulated login service and Graph, all in this process and on one virtual clock. */
export class ConsentWorld {
  readonly clock = new VirtualClock();
  readonly emulator = new GraphEmulator({ clock: this.clock });
  readonly tables = createMemoryTables();
  readonly stores = createTableStores(this.tables);
  readonly queue = new MemoryQueue({ now: () => this.clock.now() });
  readonly lines: string[] = [];
  /** Jobs of other kinds that were sent. */
  readonly others: SyncJob[] = [];
  readonly #write = (message: string, facts?: unknown): void =>
    void this.lines.push(`${message} ${JSON.stringify(facts ?? {})}`);
  readonly #clouds = () => ({ login: this.emulator.loginUrl, graph: this.emulator.graphUrl });
  readonly #readSecret = (name: string): Promise<Secret> => {
    const app = allSampleApps.find(({ secretName }) => secretName === name);
    return app === undefined
      ? Promise.reject(new NotFound(name))
      : Promise.resolve(new Secret(app.secretValue));
  };
  readonly #tokens = createGraphTokens({
    clouds: this.#clouds,
    requestTimeoutMs: 5_000,
    readSecret: this.#readSecret,
    httpClient: fetchHttpClient((address, init) => this.emulator.fetch(address, init)),
  });
  readonly ports = {
    ...this.stores,
    clock: {
      now: () => this.clock.now(),
      monotonic: () => this.clock.now(),
      wait: () => Promise.resolve(),
    },
    chance: systemChance,
    clientStates: sha256ClientStates,
    queue: this.queue,
    log: { info: this.#write, warn: this.#write, error: this.#write },
    administratorLogin: createAdministratorLogin({
      clouds: this.#clouds,
      requestTimeoutMs: 5_000,
      readSecret: this.#readSecret,
      fetch: (address, init) => this.emulator.fetch(address, init),
      now: () => this.clock.now(),
    }),
    directory: createDirectory({
      clouds: this.#clouds,
      tokens: this.#tokens,
      fetch: (address, init) => this.emulator.fetch(address, init),
      requestTimeoutMs: 5_000,
    }),
  };
  readonly settings;
  readonly browser;

  private constructor(apps: keyof typeof APPS) {
    this.settings = { consentApps: APPS[apps], publicUrl: PAGES_AT, patience: PROOF_PATIENCE };
    this.browser = this.newBrowser();
  }

  /** With the tenants Contoso and Fabrikam, of which the registry knows Contoso, awaiting consent. */
  static async begin(
    behaviour: ConsentBehaviour = {},
    over: Partial<Tenant> = {},
    apps: keyof typeof APPS = 'apart',
  ): Promise<ConsentWorld> {
    const world = new ConsentWorld(apps);
    const { emulator } = world;
    await emulator.createTenant({ tenantId: CONTOSO, domain: 'contoso.example', apps: [] });
    await emulator.createTenant({ tenantId: FABRIKAM, domain: 'fabrikam.example', apps: [] });
    for (const app of consentAppsAt(PAGES_AT)) await emulator.setConsentApp(app);
    await emulator.setConsentBehaviour(CONTOSO, behaviour);
    const since = world.isoNow();
    const awaiting = aTenant({
      tenantId: CONTOSO,
      cloud: 'local',
      credential: null,
      connectedAt: null,
      state: { kind: 'awaitingConsent', since },
    });
    await world.stores.tenants.create({ ...awaiting, ...over });
    return world;
  }

  dataRegion: string | null = 'northeurope';

  newBrowser(): Browser {
    return new Browser(
      consentPages({
        ...this.ports,
        ...this.settings,
        disconnect: (tenantId, wish) => beginDisconnection(this.ports, tenantId, wish),
        dataRegion: this.dataRegion,
      }),
    );
  }

  isoNow(): string {
    return new Date(this.clock.now()).toISOString();
  }

  /** A link for Contoso: its path. */
  async link(bundles: readonly Bundle[] | null = ['directory'], expiresInMs = 86_400_000): Promise<string> {
    const wish = { bundles, askedBy: 'Olga Operator', expiresInMs };
    return pathOf(await offerConsent(this.ports, this.settings, CONTOSO, wish));
  }

  /** A link for somebody whose tenant is not known: its path. */
  async unknownLink(bundles: readonly Bundle[] | null = ['directory']): Promise<string> {
    const customer = { displayName: 'Fabrikam A/S', organizationIds: ['o1'], owner: null } as const;
    const times = { timeZone: 'Europe/Copenhagen', nightlyAt: '02:00', groupMembers: 'all' } as const;
    const wish = { bundles, askedBy: 'Olga Operator', expiresInMs: 86_400_000 };
    return pathOf(
      await offerConsentToUnknown(this.ports, this.settings, { cloud: 'local', ...customer, ...times }, wish),
    );
  }

  /** Continues from a link's page to the login service: the address that the browser is sent to. */
  async sendOut(path: string, browser = this.browser): Promise<string> {
    const { status, headers } = await browser.post(path);
    if (status !== 303) throw new Error(`Not sent out but answered ${status}`);
    return headers['location'] ?? '';
  }

  /** Decides on the login service's page: the address that it sends the browser back to. */
  async decide(page: string, account = 'admin@contoso.example', decision = 'accept'): Promise<string> {
    const body = new URLSearchParams({ account, decision });
    const response = await this.emulator.fetch(page, { method: 'POST', body });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`The login service answered ${await response.text()}`);
    return location;
  }

  /** From the link's page to the login service and back, as far as the browser follows by itself. */
  async consent(path: string, account?: string, decision?: string): Promise<PageAnswer> {
    return await this.follow(
      await this.browser.open(await this.decide(await this.sendOut(path), account, decision)),
    );
  }

  async follow(answer: PageAnswer): Promise<PageAnswer> {
    return answer.status === 303 ? await this.browser.open(answer.headers['location'] ?? '') : answer;
  }

  /** Does the jobs that fall due within so many milliseconds. */
  async work(withinMs = 0): Promise<void> {
    const prove = createProveConsent(this.ports, this.settings);
    const end = this.clock.now() + withinMs;
    for (;;) {
      const delivery = this.queue.receive();
      if (delivery !== null) {
        const job = delivery.body as SyncJob;
        if (job.kind === 'proveConsent') await prove(job);
        else this.others.push(job);
        delivery.complete();
        continue;
      }
      const next = this.queue.nextDueAt();
      if (next === null || next > end) break;
      await this.clock.advance(next - this.clock.now());
    }
    await this.clock.advance(end - this.clock.now());
  }

  async tenant(tenantId = CONTOSO): Promise<Tenant | null> {
    return (await this.stores.tenants.get(tenantId))?.value ?? null;
  }

  /** Everything that stands in tables, for comparing. */
  async everything(): Promise<unknown> {
    const read = async (table: Parameters<typeof this.tables.query>[0]) => {
      const everywhere = { from: '', before: '~' } as Parameters<typeof this.tables.query>[1]['in'];
      return (await this.tables.query(table, { in: everywhere, limit: 1_000, after: null })).rows;
    };
    return {
      requests: await read('ConsentRequests'),
      tenants: await read('Tenants'),
      queued: this.queue.size,
    };
  }
}

function pathOf(outcome: { readonly kind: string; readonly url?: string }): string {
  if (outcome.url === undefined) throw new Error(`No link but ${outcome.kind}`);
  return new URL(outcome.url).pathname;
}
