import type {
  AppRegistration,
  ConsentBehaviour,
  OtherCloud,
  RequestCounts,
  TenantRegistration,
  TokenExpiry,
} from './control-api.js';
import { LaggingDirectory } from './directory/lagging-directory.js';
import type { ServicePrincipal } from './login/service-principal.js';
import { ResourceUnitBucket } from './throttling.js';

/** Requests counted since the last reset. */
export class RequestCounter {
  #requests = 0;
  #resourceUnits = 0;
  #throttled = 0;
  #byTemplate: Record<string, number> = {};
  #byStatus: Record<string, number> = {};

  count(template: string, status: number, resourceUnits: number): void {
    this.#requests++;
    this.#resourceUnits += resourceUnits;
    if (status === 429) this.#throttled++;
    this.#byTemplate[template] = (this.#byTemplate[template] ?? 0) + 1;
    this.#byStatus[status] = (this.#byStatus[status] ?? 0) + 1;
  }

  read(): RequestCounts {
    return {
      requests: this.#requests,
      resourceUnits: this.#resourceUnits,
      throttled: this.#throttled,
      byTemplate: { ...this.#byTemplate },
      byStatus: { ...this.#byStatus },
    };
  }
}

/** Tokens of a generation up to this one are refused in this way. */
export interface ExpiredTokens {
  readonly generation: number;
  readonly expiry: TokenExpiry;
}

/** The other national cloud that a tenant lives in, and how its token requests are refused. */
interface TenantCloud {
  readonly name: OtherCloud;
  readonly refusal: 90002 | 900432 | 500011;
}

/** One tenant: its registration, directory and what the emulator keeps about its traffic. */
export class Tenant {
  readonly id: string;
  readonly displayName: string;
  readonly domain: string;
  readonly apps = new Map<string, AppRegistration>();
  /** Multi-tenant apps that an administrator consented to, by lower-case client id. */
  readonly consents = new Map<string, ServicePrincipal>();
  consentBehaviour: ConsentBehaviour = {};
  /** Null: the cloud that the emulator plays. */
  cloud: TenantCloud | null = null;
  readonly directory: LaggingDirectory;
  /** Soft-deleted objects that a delta page has announced; from then on `members@delta` leaves them out. */
  readonly announced = new Set<string>();
  readonly buckets = new Map<string, ResourceUnitBucket>();
  counter = new RequestCounter();
  generation = 1;
  expired: { delta?: ExpiredTokens; page?: ExpiredTokens } = {};

  constructor(registration: TenantRegistration, directory = new LaggingDirectory()) {
    this.id = registration.tenantId.toLowerCase();
    this.displayName = registration.displayName ?? `Directory ${this.id.slice(0, 8)}`;
    this.domain = registration.domain ?? `t${this.id.replaceAll('-', '')}.onmicrosoft.example`;
    this.directory = directory;
    for (const app of registration.apps) this.setApp(app);
  }

  setApp(app: AppRegistration): void {
    this.apps.set(app.clientId.toLowerCase(), app);
  }

  /** Forgets the app. @throws Error when it is not known here */
  withdrawConsent(clientId: string): void {
    const key = clientId.toLowerCase();
    const [registered, consented] = [this.apps.delete(key), this.consents.delete(key)];
    if (!registered && !consented) throw new Error(`the tenant ${this.id} does not know the app ${clientId}`);
  }

  /** Refuses every token issued so far, as `expiry` says. */
  expireTokens(expiry: TokenExpiry): void {
    const expired = { generation: this.generation++, expiry };
    const tokens = expiry.tokens ?? 'delta';
    if (tokens !== 'page') this.expired.delta = expired;
    if (tokens !== 'delta') this.expired.page = expired;
  }

  bucketOf(clientId: string): ResourceUnitBucket {
    const known = this.buckets.get(clientId);
    if (known !== undefined) return known;
    const made = new ResourceUnitBucket();
    this.buckets.set(clientId, made);
    return made;
  }
}
