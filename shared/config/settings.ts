import type { JournalTimes } from '../core/retention.js';
import { PUBLIC_CLOUD_HOSTS, type Cloud, type CloudHosts } from '../core/cloud.js';
import type { SettingValues } from './setting-table.js';

/** An Azure service reached by the application's own identity, or by a connection string. */
type ServiceAddress<Identity> =
  | ({ readonly kind: 'identity' } & Identity)
  | { readonly kind: 'connectionString'; readonly connectionString: string };

/** Everything that the deployment decides. Times in milliseconds unless named otherwise. */
export interface Settings {
  readonly tables: ServiceAddress<{ readonly endpoint: string }>;
  readonly serviceBus: ServiceAddress<{ readonly fullyQualifiedNamespace: string }>;
  readonly keyVault: { readonly url: string; readonly verifyChallenge: boolean };
  /** Where Graph and browsers reach this application: an origin. */
  readonly publicUrl: string;
  /** Client id of the application's user-assigned identity; null for the system-assigned one. */
  readonly ownClientId: string | null;
  /** True where App Service authentication guards the application, so that its principal header is to be believed. */
  readonly platformSignIn: boolean;
  readonly clouds: ReadonlyMap<Cloud, CloudHosts>;
  /** Where the deployment keeps its data, as organizations name it; null where that is not said. */
  readonly dataRegion: string | null;
  /** By what the pages show administrators whom they deal with; null what is not said. */
  readonly operator: {
    readonly name: string | null;
    /** `#rrggbb` in lower case. */
    readonly color: string | null;
  };
  readonly consentApps: SettingValues['CONSENT_APPS'];
  readonly coalescing: {
    readonly windowMs: number;
    /** By how much the clocks of two instances may differ from true time. */
    readonly skewMs: number;
    readonly trailingDelaysMs: readonly number[];
  };
  readonly leaseLengthMs: number;
  readonly jobBudgetMs: number;
  readonly continuationDelayMs: number;
  readonly retry: { readonly firstMs: number; readonly longestMs: number; readonly attempts: number };
  /** Of tenants that are parked: whether they are mended. */
  readonly parkedRetry: { readonly firstMs: number; readonly longestMs: number };
  /** How long a secret that the login service calls wrong is tried again before it is refused. */
  readonly newSecretRetryMs: number;
  /** Graph and login. */
  readonly requestTimeoutMs: number;
  readonly tableTimeoutMs: number;
  readonly subscriptionRenewMinutes: number;
  /** Over how long after their local time the nightly runs start. */
  readonly nightlyWindowMinutes: number;
  /** False where Graph does not reach this application: no subscription is made, and polls alone find changes. */
  readonly graphNotifications: boolean;
  /** Requests to Graph that a tenant's nightly check for drift may make; 0 for none. */
  readonly driftCheckRequests: number;
  readonly retention: JournalTimes;
  /** How often every tenant is polled, whatever its own setting; null where that one counts. */
  readonly pollEveryMinutes: number | null;
}

/** @param values checked together already */
export function arrange(values: SettingValues): Settings {
  return {
    tables:
      values.TABLES_ENDPOINT === null
        ? { kind: 'connectionString', connectionString: values.TABLES_CONNECTION_STRING ?? '' }
        : { kind: 'identity', endpoint: values.TABLES_ENDPOINT },
    serviceBus:
      values.SERVICE_BUS__fullyQualifiedNamespace === null
        ? { kind: 'connectionString', connectionString: values.SERVICE_BUS ?? '' }
        : { kind: 'identity', fullyQualifiedNamespace: values.SERVICE_BUS__fullyQualifiedNamespace },
    keyVault: { url: values.KEY_VAULT_URL, verifyChallenge: values.KEY_VAULT_VERIFY_CHALLENGE },
    publicUrl: values.PUBLIC_URL,
    ownClientId: values.AZURE_CLIENT_ID,
    platformSignIn: values.WEBSITE_AUTH_ENABLED,
    clouds: servedClouds(values),
    dataRegion: values.DATA_REGION,
    operator: { name: values.OPERATOR_NAME, color: values.OPERATOR_COLOR },
    consentApps: values.CONSENT_APPS,
    coalescing: {
      windowMs: values.COALESCING_WINDOW_MS,
      skewMs: values.COALESCING_SKEW_MS,
      trailingDelaysMs: values.TRAILING_DELAYS_MS,
    },
    leaseLengthMs: values.LEASE_LENGTH_MS,
    jobBudgetMs: values.JOB_BUDGET_MS,
    continuationDelayMs: values.CONTINUATION_DELAY_MS,
    retry: {
      firstMs: values.RETRY_FIRST_MS,
      longestMs: values.RETRY_LONGEST_MS,
      attempts: values.RETRY_ATTEMPTS,
    },
    parkedRetry: { firstMs: values.PARKED_RETRY_FIRST_MS, longestMs: values.PARKED_RETRY_LONGEST_MS },
    newSecretRetryMs: values.NEW_SECRET_RETRY_MS,
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    tableTimeoutMs: values.TABLE_TIMEOUT_MS,
    subscriptionRenewMinutes: values.SUBSCRIPTION_RENEW_MINUTES,
    nightlyWindowMinutes: values.NIGHTLY_WINDOW_MINUTES,
    graphNotifications: values.GRAPH_NOTIFICATIONS,
    driftCheckRequests: values.DRIFT_CHECK_REQUESTS,
    retention: {
      journalMonths: values.JOURNAL_RETENTION_MONTHS,
      personalValuesMs: values.PERSONAL_VALUES_DAYS * 24 * 60 * 60_000,
    },
    pollEveryMinutes: values.POLL_EVERY_MINUTES === 0 ? null : values.POLL_EVERY_MINUTES,
  };
}

/** Without SERVED_CLOUDS: the global one, and the local one where its addresses are set. */
function servedClouds(values: SettingValues): ReadonlyMap<Cloud, CloudHosts> {
  const { LOCAL_LOGIN_URL: login, LOCAL_GRAPH_URL: graph } = values;
  const local = login === null || graph === null ? null : { login, graph };
  const byDefault: readonly Cloud[] = local === null ? ['global'] : ['global', 'local'];
  const served = new Map<Cloud, CloudHosts>();
  for (const cloud of values.SERVED_CLOUDS ?? byDefault) {
    if (cloud !== 'local') served.set(cloud, PUBLIC_CLOUD_HOSTS[cloud]);
    else if (local !== null) served.set(cloud, local);
  }
  return served;
}
