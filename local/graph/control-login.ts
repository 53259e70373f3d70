/** The login side of the control API: applications of the operator, consent to them, clouds. */

/** A client secret of an app. `expiresAt` is an ISO instant; absent means it never expires. */
export interface AppSecret {
  readonly value: string;
  readonly keyId?: string;
  readonly displayName?: string;
  readonly expiresAt?: string;
  /** A secret that was created just now: until then, some of the login host's replicas do not know it. */
  readonly spreading?: {
    /** ISO instant. */
    readonly until: string;
    /** Share of the token requests that meet such a replica and are refused with 7000215, 0..1 (default 0.5). */
    readonly refusedShare?: number;
  };
}

/**
 * A multi-tenant application, known to the whole emulator. A tenant knows it only once an administrator
 * there has consented; until then its token requests are answered by 700016.
 */
export interface ConsentApp {
  readonly clientId: string;
  readonly displayName: string;
  /** Where its application object lives and Graph's `/applications` lists it; absent: in none of the tenants. */
  readonly homeTenantId?: string;
  readonly secrets: readonly AppSecret[];
  /** A request must name one of these, letter by letter. */
  readonly redirectUris: readonly string[];
  /** The application permissions that `/.default` asks for. */
  readonly permissions: readonly string[];
}

/** How consents given in a tenant from now on turn out. All absent: at once, and as asked for. */
export interface ConsentBehaviour {
  /** Grants exactly these, whatever the application asks for: fewer, others or more. */
  readonly grantOnly?: readonly string[];
  /** Grants delegated permissions only, so that application tokens carry no roles. */
  readonly delegatedOnly?: boolean;
  /** Grants these delegated permissions besides. */
  readonly delegated?: readonly string[];
  /** The tenant goes on not knowing the application (700016) for so many milliseconds … */
  readonly readyAfterMs?: number;
  /** … and then gives tokens without roles for so many more. */
  readonly rolesAfterMs?: number;
}

/** A national cloud other than the one that the emulator plays. */
export type OtherCloud = 'usgov' | 'usgovdod' | 'china';

/** The AADSTS code that refuses token requests for a tenant of another cloud. */
export interface OtherCloudRefusal {
  /** Default 90002. */
  readonly code?: 90002 | 900432 | 500011;
}

/** What the control API does to logins. Unknown tenants reject. */
export interface LoginControl {
  /** Replaces (by clientId) or adds a multi-tenant application; consents to it stay as they are. */
  setConsentApp(app: ConsentApp): Promise<void>;
  listConsentApps(): Promise<readonly ConsentApp[]>;
  /** Replaces the tenant's behaviour; `{}` makes it kind again. Consents given before stay as they are. */
  setConsentBehaviour(tenantId: string, behaviour: ConsentBehaviour): Promise<void>;
  /**
   * Removes the app's service principal, as an administrator does under Enterprise applications: token requests
   * are answered by 700016, calls with older tokens by 401. Rejects when the tenant does not know the app.
   */
  withdrawConsent(tenantId: string, clientId: string): Promise<void>;
  /** Makes the tenant live in another cloud, or with null in the emulator's own again. */
  setTenantCloud(tenantId: string, cloud: OtherCloud | null, refusal?: OtherCloudRefusal): Promise<void>;
  /**
   * Makes the emulated servers' clocks wrong by so many milliseconds (negative: slow): the `Date` of every
   * answer, and what tokens say of their times. Everything else stays on the emulator's clock.
   */
  setClockSkew(milliseconds: number): Promise<void>;
}
