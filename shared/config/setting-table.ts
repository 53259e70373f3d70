import { z } from 'zod';

import { BUNDLES } from '../core/bundle.js';
import { CLOUDS } from '../core/cloud.js';
import {
  httpsAddress,
  httpsOrigin,
  json,
  lowerCase,
  oneOf,
  optional,
  required,
  text,
  trueOrFalse,
  webOrigin,
  whole,
  wholeNumbers,
  withDefault,
  type SettingForm,
} from './setting-forms.js';

const guid = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const MINUTE = 60_000;

const consentApp = z.strictObject({
  bundle: z.enum(BUNDLES),
  clientId: z.string().regex(guid).toLowerCase(),
  secretName: z.string().regex(/^[0-9A-Za-z-]{1,127}$/),
  cloud: z.enum(CLOUDS).nullable().default(null),
});

/** Every setting by name; docs/operations.md explains each. An empty text counts as not set. */
export const SETTING_TABLE = {
  TABLES_ENDPOINT: optional(httpsAddress),
  TABLES_CONNECTION_STRING: optional(text('a connection string', /=/)),
  SERVICE_BUS__fullyQualifiedNamespace: optional(
    text('a host name, as in name.servicebus.windows.net', /^[0-9A-Za-z.-]+(:\d+)?$/),
  ),
  SERVICE_BUS: optional(text('a connection string', /Endpoint=/i)),
  KEY_VAULT_URL: required(httpsAddress),
  KEY_VAULT_VERIFY_CHALLENGE: withDefault(trueOrFalse, true),
  PUBLIC_URL: required(webOrigin),
  AZURE_CLIENT_ID: optional(text('a client id (GUID)', guid)),
  WEBSITE_AUTH_ENABLED: withDefault(trueOrFalse, false),
  SERVED_CLOUDS: optional(oneOf(CLOUDS)),
  LOCAL_LOGIN_URL: optional(httpsOrigin),
  LOCAL_GRAPH_URL: optional(httpsOrigin),
  DATA_REGION: optional(text('the name of a region, such as westeurope', /^[0-9A-Za-z _-]{1,64}$/)),
  OPERATOR_NAME: optional(
    text('a name of at most 60 characters on one line', /^[^\p{Cc}\p{Cf}\p{Cs}]{1,60}$/u),
  ),
  OPERATOR_COLOR: optional(lowerCase(text('a colour as #rrggbb', /^#[0-9a-f]{6}$/i))),
  CONSENT_APPS: withDefault(
    json('a JSON list of { "bundle", "clientId", "secretName", "cloud"? }', z.array(consentApp).readonly()),
    [],
  ),
  COALESCING_WINDOW_MS: withDefault(whole('milliseconds', 10, MINUTE), 2_000),
  COALESCING_SKEW_MS: withDefault(whole('milliseconds', 0, MINUTE), 200),
  // The broker remembers message ids for 10 minutes; a trailing check's id is sent for one delay and due after two.
  TRAILING_DELAYS_MS: withDefault(wholeNumbers('milliseconds', 10, 4 * MINUTE), [20_000, 120_000]),
  LEASE_LENGTH_MS: withDefault(whole('milliseconds', 500, 15 * MINUTE), 60_000),
  JOB_BUDGET_MS: withDefault(whole('milliseconds', 100, 10 * MINUTE), 240_000),
  CONTINUATION_DELAY_MS: withDefault(whole('milliseconds', 0, 5 * MINUTE), 3_000),
  RETRY_FIRST_MS: withDefault(whole('milliseconds', 1, 60 * MINUTE), 5_000),
  RETRY_LONGEST_MS: withDefault(whole('milliseconds', 1, 24 * 60 * MINUTE), 900_000),
  RETRY_ATTEMPTS: withDefault(whole('attempts', 1, 1_000), 10),
  PARKED_RETRY_FIRST_MS: withDefault(whole('milliseconds', 1, 60 * MINUTE), 300_000),
  PARKED_RETRY_LONGEST_MS: withDefault(whole('milliseconds', 1, 24 * 60 * MINUTE), 3_300_000),
  NEW_SECRET_RETRY_MS: withDefault(whole('milliseconds', 0, MINUTE), 20_000),
  REQUEST_TIMEOUT_MS: withDefault(whole('milliseconds', 100, 5 * MINUTE), 20_000),
  TABLE_TIMEOUT_MS: withDefault(whole('milliseconds', 100, 5 * MINUTE), 10_000),
  SUBSCRIPTION_RENEW_MINUTES: withDefault(whole('minutes', 1, 44), 30),
  NIGHTLY_WINDOW_MINUTES: withDefault(whole('minutes', 0, 720), 60),
  GRAPH_NOTIFICATIONS: withDefault(trueOrFalse, true),
  DRIFT_CHECK_REQUESTS: withDefault(whole('requests', 0, 1_000), 60),
  JOURNAL_RETENTION_MONTHS: withDefault(whole('months', 1, 120), 13),
  PERSONAL_VALUES_DAYS: withDefault(whole('days', 1, 3_650), 30),
  POLL_EVERY_MINUTES: withDefault(whole('minutes', 0, 1_440), 0),
} satisfies Record<string, SettingForm<unknown>>;

export type SettingName = keyof typeof SETTING_TABLE;

/** The values as read, one by one. */
export type SettingValues = {
  readonly [Name in SettingName]: z.output<(typeof SETTING_TABLE)[Name]['schema']>;
};
