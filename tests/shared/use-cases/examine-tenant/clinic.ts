import { GraphEmulator } from '../../../../local/graph/emulator.js';
import type { ConsentBehaviour } from '../../../../local/graph/control-api.js';
import { createDirectory } from '../../../../shared/adapters/graph/directory.js';
import { createDirectoryExamination } from '../../../../shared/adapters/graph/directory-examination.js';
import { createGraphTokens } from '../../../../shared/adapters/identity/graph-tokens.js';
import { createTenantLookup } from '../../../../shared/adapters/identity/tenant-lookup.js';
import { createVault, type SecretVault } from '../../../../shared/adapters/vault/vault.js';
import { examinationFindings } from '../../../../functions/words/doctor.js';
import type { Bundle, ConsentApp } from '../../../../shared/core/bundle.js';
import type { FindingCode } from '../../../../shared/core/doctor/catalog.js';
import type { Finding } from '../../../../shared/core/doctor/finding.js';
import { NotFound, RequestRefused } from '../../../../shared/core/failures.js';
import { RESOURCES, type Resource } from '../../../../shared/core/resource.js';
import { emptyResourceState, NO_CHANGES, type ResourceState } from '../../../../shared/core/round.js';
import { Secret } from '../../../../shared/core/secret.js';
import { ownerOfSecret, type SecretExpiry } from '../../../../shared/core/secret-expiry.js';
import type { Stored } from '../../../../shared/ports/registry.js';
import type { Subscription } from '../../../../shared/core/subscription.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import type { Connection, Directory } from '../../../../shared/ports/directory.js';
import { examineTenant } from '../../../../shared/use-cases/examine-tenant/examine-tenant.js';
import { aTenant, credentialReference } from '../../../builders/tenant.js';
import { fetchHttpClient } from '../../../contracts/fetch-http-client.js';
import { aSubscription, LIFECYCLE_URL } from '../../../builders/subscription.js';
import type { SetupProgress } from '../../../../shared/ports/setup-progress.js';

export const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
export const CLIENT = '22222222-aaaa-4bbb-8ccc-000000000001';
export const CONSENT_CLIENT = '33333333-aaaa-4bbb-8ccc-000000000001';
export const NEEDED = ['User.Read.All', 'GroupMember.Read.All', 'Group.Read.All'];
const NOTIFICATION_URL = 'https://rollcall.example/api/graph/notifications';
const REDIRECT = 'https://rollcall.example/api/consent/callback';
export const DAY = 24 * 60 * 60 * 1000;

/** A running tenant before the emulator, with everything as it should be until a test spoils it. */
export class Clinic {
  readonly emulator = new GraphEmulator({
    notificationBatchMs: 1,
    deliver: ({ url, contentType }) =>
      Promise.resolve({
        status: contentType.startsWith('text/plain') ? 200 : 202,
        contentType: 'text/plain',
        body: new URL(url).searchParams.get('validationToken') ?? '',
      }),
  });
  tenant: Tenant = aTenant({
    tenantId: TENANT,
    cloud: 'local',
    credential: credentialReference({ clientId: CLIENT, secretName: 'own' }),
    lastSyncedAt: '2026-05-04T00:00:00.000Z',
  });
  consentApps: ConsentApp[] = [];
  rows: readonly Subscription[] = [];
  states: Record<Resource, ResourceState> = {
    users: emptyResourceState('users'),
    groups: emptyResourceState('groups'),
  };
  /** By secret name. */
  readonly secrets = new Map<string, { value: string; expiresOn: string | null }>();
  vault: Pick<SecretVault, 'expiryOf' | 'readSecret'> = {
    expiryOf: async (name) => ({ version: '1', expiresOn: this.#secret(name).expiresOn }),
    readSecret: async (name) => new Secret(this.#secret(name).value),
  };
  progresses: readonly SetupProgress[] = [];
  readonly expiries = new Map<string, Stored<SecretExpiry>>();
  /** What our own clock is ahead, milliseconds. */
  ahead = 0;
  /** Whether the deployment serves the tenant's cloud. */
  served = true;
  patienceMs = 5_000;
  readonly directory: Directory;
  readonly #tokens;
  readonly #clouds;

  constructor() {
    const { loginUrl: login, graphUrl: graph, fetch } = this.emulator;
    this.#clouds = () => {
      if (!this.served) throw new RequestRefused('The cloud is not served here.', 400, 'CloudNotServed');
      return { login, graph };
    };
    this.#tokens = createGraphTokens({
      clouds: this.#clouds,
      requestTimeoutMs: 5_000,
      readSecret: (name, version) => this.vault.readSecret(name, version),
      httpClient: fetchHttpClient(fetch),
    });
    this.directory = createDirectory({
      clouds: this.#clouds,
      tokens: this.#tokens,
      requestTimeoutMs: 5_000,
      fetch,
    });
  }

  /** A clinic with a tenant, its own application, subscriptions and positions. */
  static async open(roles: readonly string[] = NEEDED): Promise<Clinic> {
    const clinic = new Clinic();
    clinic.secrets.set('own', { value: 'good', expiresOn: null });
    await clinic.emulator.createTenant({
      tenantId: TENANT,
      domain: 'contoso.example',
      apps: [{ clientId: CLIENT, secrets: [{ value: 'good' }], roles }],
    });
    return clinic;
  }

  async subscribe(notificationUrl = NOTIFICATION_URL): Promise<void> {
    const expiresAt = new Date(Date.now() + DAY).toISOString();
    const made = RESOURCES.map(async (resource) => {
      const asked = { resource, changeTypes: 'updated,deleted', clientState: 'state', expiresAt } as const;
      const request = { ...asked, notificationUrl, lifecycleUrl: LIFECYCLE_URL };
      const { subscriptionId } = await this.directory.subscribe(this.connection(), request);
      const renewedAt = new Date().toISOString();
      return aSubscription({ tenantId: TENANT, subscriptionId, resource, expiresAt, renewedAt });
    });
    this.rows = await Promise.all(made);
  }

  /** Reads both resources to their end, so many days ago. */
  async read(daysAgo = 0): Promise<void> {
    for (const resource of RESOURCES) {
      let link: string | null = null;
      let deltaLink: string | null = null;
      while (deltaLink === null) {
        const page: Awaited<ReturnType<Directory['readDelta']>> = await this.directory.readDelta(
          this.connection(),
          resource,
          link,
        );
        if (page.link.kind === 'delta') deltaLink = page.link.url;
        else link = page.link.url;
      }
      const at = new Date(Date.now() - daysAgo * DAY).toISOString();
      this.states[resource] = {
        ...emptyResourceState(resource),
        pristine: false,
        deltaLink,
        last: {
          roundId: 'round-1',
          kind: 'full',
          beganAt: at,
          completedAt: at,
          pages: 1,
          objects: 0,
          counts: NO_CHANGES,
          warnings: [],
        },
      };
    }
  }

  /** From now on the tenant is connected by consent to the operator's application, not by one of its own. */
  async byConsent(
    admitted: boolean,
    bundles: readonly Bundle[] = ['directory', 'near-real-time'],
  ): Promise<void> {
    this.secrets.set('consent', { value: 'consent secret', expiresOn: null });
    this.consentApps = bundles.map((bundle) => ({
      bundle,
      clientId: CONSENT_CLIENT,
      secretName: 'consent',
      cloud: null,
    }));
    const grantedAt = '2026-05-01T00:00:00.000Z';
    this.tenant = {
      ...this.tenant,
      credential: null,
      bundles,
      consents: admitted ? bundles.map((bundle) => ({ bundle, clientId: CONSENT_CLIENT, grantedAt })) : [],
      ...(!admitted && { state: { kind: 'awaitingConsent', since: grantedAt }, lastSyncedAt: null }),
    };
    await this.emulator.setConsentApp({
      clientId: CONSENT_CLIENT,
      displayName: 'Rollcall',
      secrets: [{ value: 'consent secret' }],
      redirectUris: [REDIRECT],
      permissions: [...NEEDED, 'Organization.Read.All'],
    });
  }

  /** An administrator accepts on the consent page. */
  async consent(behaviour: ConsentBehaviour = {}): Promise<void> {
    await this.emulator.setConsentBehaviour(TENANT, behaviour);
    const query = new URLSearchParams({
      client_id: CONSENT_CLIENT,
      redirect_uri: REDIRECT,
      scope: `${this.emulator.graphUrl}/.default`,
      state: 'state',
    });
    await this.emulator.fetch(`${this.emulator.loginUrl}/${TENANT}/v2.0/adminconsent?${query.toString()}`, {
      method: 'POST',
      body: new URLSearchParams({ account: 'admin@contoso.example', decision: 'accept' }),
    });
  }

  /** Other roles or secrets of the tenant's own application. */
  async setApp(app: {
    roles?: readonly string[];
    secrets?: { value: string; expiresAt?: string }[];
  }): Promise<void> {
    const { roles = NEEDED, secrets = [{ value: 'good' }] } = app;
    await this.emulator.setApp(TENANT, { clientId: CLIENT, secrets, roles });
  }

  /** A vault at an address where nobody listens. */
  closeVault(): void {
    this.vault = createVault({
      vaultUrl: 'https://127.0.0.1:1',
      verifyChallenge: true,
      credential: {
        getToken: () => Promise.resolve({ token: 'token', expiresOnTimestamp: Date.now() + DAY }),
      },
      callTimeoutMs: 500,
    });
  }

  async examine(): Promise<readonly Finding[]> {
    const { fetch } = this.emulator;
    const examination = await examineTenant(
      {
        tenants: {
          get: async () => ({ value: this.tenant, tag: '1' }),
          save: async (value) => {
            this.tenant = value;
            return { value, tag: '1' };
          },
        },
        secretExpiries: {
          get: async (owner) => this.expiries.get(owner) ?? null,
          save: async (value) => void this.expiries.set(ownerOfSecret(value), { value, tag: '1' }),
        },
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        subscriptions: { list: async () => this.rows },
        syncStates: { read: async () => this.states },
        setupProgresses: { all: async () => this.progresses },
        tenantLookup: createTenantLookup({ clouds: this.#clouds, requestTimeoutMs: 5_000, fetch }),
        directoryExamination: createDirectoryExamination({
          clouds: this.#clouds,
          newToken: (connection) => this.#tokens.byNewLogin(connection),
          requestTimeoutMs: 5_000,
          fetch,
        }),
        vault: this.vault,
        clock: {
          now: () => Date.now() + this.ahead,
          wait: () => new Promise((resolve) => setTimeout(resolve, this.patienceMs).unref()),
        },
        consentApps: this.consentApps,
        notificationUrl: NOTIFICATION_URL,
      },
      TENANT,
    );
    // Whatever is found, nobody is told a secret.
    const told = JSON.stringify(examination);
    for (const { value } of this.secrets.values())
      if (told.includes(value)) throw new Error(`${told} tells a secret`);
    if (examination === null) throw new Error('There is no such tenant');
    return examinationFindings(examination);
  }

  async codes(): Promise<FindingCode[]> {
    return (await this.examine()).map(({ code }) => code);
  }

  connection(): Connection {
    const consented = { clientId: CONSENT_CLIENT, secretName: 'consent', secretVersion: null };
    return { tenantId: TENANT, cloud: 'local', credential: this.tenant.credential ?? consented };
  }

  #secret(name: string): { value: string; expiresOn: string | null } {
    const secret = this.secrets.get(name);
    if (secret === undefined) throw new NotFound(`The vault has no secret ${name}`);
    return secret;
  }
}
