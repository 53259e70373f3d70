import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { loadSettings, SETTING_NAMES, SettingsError } from '../../shared/config.js';

const least = {
  TABLES_ENDPOINT: 'https://account.table.core.windows.net/',
  SERVICE_BUS__fullyQualifiedNamespace: 'name.servicebus.windows.net',
  KEY_VAULT_URL: 'https://name.vault.azure.net',
  PUBLIC_URL: 'https://rollcall.example',
};
const local = { LOCAL_LOGIN_URL: 'https://localhost:4001', LOCAL_GRAPH_URL: 'https://localhost:4000' };

function problemsOf(environment: Record<string, string | undefined>): Record<string, string> {
  try {
    loadSettings(environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return Object.fromEntries(error.problems.map(({ name, problem }) => [name, problem]));
  }
  return {};
}

describe('the settings', () => {
  it('have the defaults of the design', () => {
    const settings = loadSettings(least);
    expect(settings).toMatchObject({
      tables: { kind: 'identity', endpoint: 'https://account.table.core.windows.net' },
      serviceBus: { kind: 'identity', fullyQualifiedNamespace: 'name.servicebus.windows.net' },
      keyVault: { url: 'https://name.vault.azure.net', verifyChallenge: true },
      publicUrl: 'https://rollcall.example',
      ownClientId: null,
      platformSignIn: false,
      consentApps: [],
      coalescing: { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000, 120_000] },
      leaseLengthMs: 60_000,
      jobBudgetMs: 240_000,
      continuationDelayMs: 3_000,
      retry: { firstMs: 5_000, longestMs: 900_000, attempts: 10 },
      requestTimeoutMs: 20_000,
      tableTimeoutMs: 10_000,
      subscriptionRenewMinutes: 30,
      nightlyWindowMinutes: 60,
      graphNotifications: true,
      driftCheckRequests: 60,
      retention: { journalMonths: 13, personalValuesMs: 30 * 86_400_000 },
      pollEveryMinutes: null,
    });
    expect([...settings.clouds.keys()]).toEqual(['global']);
  });

  it('take connection strings in place of the identity', () => {
    const settings = loadSettings({
      KEY_VAULT_URL: least.KEY_VAULT_URL,
      PUBLIC_URL: least.PUBLIC_URL,
      TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
      SERVICE_BUS: 'Endpoint=sb://localhost;SharedAccessKeyName=a;SharedAccessKey=b',
    });
    expect([settings.tables.kind, settings.serviceBus.kind]).toEqual([
      'connectionString',
      'connectionString',
    ]);
  });

  it('say all at once what is missing', () => {
    expect(Object.keys(problemsOf({})).sort()).toEqual([
      'KEY_VAULT_URL',
      'PUBLIC_URL',
      'SERVICE_BUS__fullyQualifiedNamespace',
      'TABLES_ENDPOINT',
    ]);
  });

  it('count an empty text as not set', () => {
    expect(problemsOf({ ...least, TABLES_CONNECTION_STRING: '', JOB_BUDGET_MS: ' ' })).toEqual({});
    expect(problemsOf({ ...least, KEY_VAULT_URL: '' })).toMatchObject({
      KEY_VAULT_URL: 'missing: expected an https address',
    });
  });

  it('say all at once what is wrong, and what is expected', () => {
    const problems = problemsOf({
      ...least,
      KEY_VAULT_URL: 'http://vault',
      AZURE_CLIENT_ID: 'me',
      SERVED_CLOUDS: 'global,mars',
      DATA_REGION: 'westeurope; drop',
      OPERATOR_NAME: 'x'.repeat(61),
      OPERATOR_COLOR: 'red; } body { display: none',
      CONSENT_APPS: '[{"bundle":"b"}]',
      TRAILING_DELAYS_MS: '20s',
      RETRY_ATTEMPTS: '0',
      SUBSCRIPTION_RENEW_MINUTES: '45',
      KEY_VAULT_VERIFY_CHALLENGE: 'yes',
    });
    expect(problems).toEqual({
      KEY_VAULT_URL: 'not usable: expected an https address',
      AZURE_CLIENT_ID: 'not usable: expected a client id (GUID), or not set',
      SERVED_CLOUDS:
        'not usable: expected a list of global, usgov, usgovdod, china, local, separated by commas, or not set',
      DATA_REGION: 'not usable: expected the name of a region, such as westeurope, or not set',
      OPERATOR_NAME: 'not usable: expected a name of at most 60 characters on one line, or not set',
      OPERATOR_COLOR: 'not usable: expected a colour as #rrggbb, or not set',
      CONSENT_APPS: 'not usable: expected a JSON list of { "bundle", "clientId", "secretName", "cloud"? }',
      TRAILING_DELAYS_MS:
        'not usable: expected whole numbers of milliseconds from 10 to 240000, separated by commas',
      RETRY_ATTEMPTS: 'not usable: expected a whole number of attempts from 1 to 1000',
      SUBSCRIPTION_RENEW_MINUTES: 'not usable: expected a whole number of minutes from 1 to 44',
      KEY_VAULT_VERIFY_CHALLENGE: 'not usable: expected true or false',
    });
  });

  it('never repeat a value in what they say', () => {
    const bad = { ...least, TABLES_CONNECTION_STRING: 'AccountKey=hush-hush', SERVICE_BUS: 'hush-hush' };
    expect(() => loadSettings(bad)).toThrow(SettingsError);
    expect(() => loadSettings(bad)).not.toThrow(/hush-hush/);
  });

  it.each([
    ['TABLES_ENDPOINT', { TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true' }],
    ['SERVICE_BUS__fullyQualifiedNamespace', { SERVICE_BUS: 'Endpoint=sb://x' }],
  ])('want exactly one way to a service: %s', (name, also) => {
    expect(problemsOf({ ...least, ...also })[name]).toContain('not both');
  });

  it.each([
    ['LEASE_LENGTH_MS', { LEASE_LENGTH_MS: '20000', TABLE_TIMEOUT_MS: '10000' }],
    ['JOB_BUDGET_MS', { JOB_BUDGET_MS: '1000', REQUEST_TIMEOUT_MS: '1000' }],
    ['RETRY_LONGEST_MS', { RETRY_FIRST_MS: '5000', RETRY_LONGEST_MS: '4999' }],
    ['LOCAL_GRAPH_URL', { LOCAL_LOGIN_URL: 'https://localhost:1' }],
    ['LOCAL_LOGIN_URL', { LOCAL_GRAPH_URL: 'https://localhost:1' }],
    ['SERVED_CLOUDS', { SERVED_CLOUDS: 'local' }],
  ])('must go together: %s', (name, also) => {
    expect(Object.keys(problemsOf({ ...least, ...also }))).toEqual([name]);
  });

  it('may be shortened for tests', () => {
    const short = {
      COALESCING_WINDOW_MS: '100',
      COALESCING_SKEW_MS: '0',
      TRAILING_DELAYS_MS: '300, 900',
      LEASE_LENGTH_MS: '3000',
      TABLE_TIMEOUT_MS: '1000',
      JOB_BUDGET_MS: '2000',
      REQUEST_TIMEOUT_MS: '1000',
      CONTINUATION_DELAY_MS: '0',
      RETRY_FIRST_MS: '10',
    };
    expect(loadSettings({ ...least, ...short }).coalescing.trailingDelaysMs).toEqual([300, 900]);
  });
});

describe('the public address', () => {
  it.each(['http://localhost:7071', 'http://127.0.0.1:7071', 'http://[::1]:7071'])(
    'may be http on this machine beside a local cloud: %s',
    (address) => {
      expect(loadSettings({ ...least, ...local, PUBLIC_URL: address }).publicUrl).toBe(address);
      expect(problemsOf({ ...least, PUBLIC_URL: address })).toHaveProperty('PUBLIC_URL');
    },
  );

  it.each(['http://rollcall.example', 'http://localhost.evil.example', 'http://127.evil.example'])(
    'must be https elsewhere: %s',
    (address) => {
      expect(problemsOf({ ...least, ...local, PUBLIC_URL: address })).toHaveProperty('PUBLIC_URL');
    },
  );

  it.each([
    'https://a.example/app',
    'https://a.example?x',
    'https://u@a.example',
    'ftp://a.example',
    'a.example',
  ])('is an origin: %s', (address) => {
    expect(problemsOf({ ...least, PUBLIC_URL: address })).toHaveProperty('PUBLIC_URL');
  });
});

describe('the clouds', () => {
  it('are the global one, and the local one where its addresses are set', () => {
    const { clouds } = loadSettings({ ...least, ...local });
    expect([...clouds.keys()]).toEqual(['global', 'local']);
    expect(clouds.get('local')).toEqual({ login: 'https://localhost:4001', graph: 'https://localhost:4000' });
  });

  it('are those named otherwise', () => {
    const { clouds } = loadSettings({ ...least, ...local, SERVED_CLOUDS: 'usgov, usgov ,china' });
    expect([...clouds.keys()]).toEqual(['usgov', 'china']);
    expect(clouds.get('usgov')?.graph).toBe('https://graph.microsoft.us');
  });
});

describe('local.settings.example.json', () => {
  /** Read by the host and its triggers, not by us. */
  const ofTheHost = [
    'FUNCTIONS_WORKER_RUNTIME',
    'AzureWebJobsStorage',
    'SERVICE_BUS__credential',
    'SERVICE_BUS__clientId',
    'languageWorkers__node__arguments',
  ];
  const file = new URL('../../local.settings.example.json', import.meta.url);
  const { Values: values } = JSON.parse(readFileSync(file, 'utf8')) as { Values: Record<string, string> };

  it('has every setting, and no other', () => {
    expect(Object.keys(values).sort()).toEqual([...SETTING_NAMES, ...ofTheHost].sort());
  });

  it('works as it stands, with the defaults of the design', () => {
    const { coalescing, retry, ...rest } = loadSettings(values);
    const { coalescing: byDefault, retry: retryByDefault, ...others } = loadSettings(least);
    expect({ coalescing, retry }).toEqual({ coalescing: byDefault, retry: retryByDefault });
    expect({ ...rest, tables: 0, serviceBus: 0, keyVault: 0 }).toEqual({
      ...others,
      tables: 0,
      serviceBus: 0,
      keyVault: 0,
    });
  });
});
