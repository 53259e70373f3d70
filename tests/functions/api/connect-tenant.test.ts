import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  AccessRefused,
  BadPage,
  CredentialRefused,
  Throttled,
  Unavailable,
} from '../../../shared/core/failures.js';
import { Api } from './api-harness.js';
import { OTHER_TENANT, readAll, tenant, TENANT } from './sample-rows.js';

const CLIENT = '33333333-3333-4333-8333-333333333333';
const SECRET = 'S3cr3t~value';

function wish(over: object = {}): object {
  return {
    tenantId: TENANT,
    displayName: 'Contoso',
    credential: {
      kind: 'clientSecret',
      clientId: CLIENT,
      secretValue: SECRET,
      expiresOn: '2026-06-01T02:00:00+02:00',
    },
    ...over,
  };
}

describe('connecting a tenant', () => {
  let api: Api;

  beforeEach(() => {
    api = new Api();
    api.world.probeAnswer = { tenantId: TENANT };
  });

  it('answers 201 with its address, its version, the defaults and what to do next', async () => {
    const { status, headers, body } = await api.post('/v1/tenants', wish());
    expect(status).toBe(201);
    expect(headers['location']).toBe(`https://rollcall.example/api/v1/tenants/${TENANT}`);
    expect(body).toEqual({
      tenantId: TENANT,
      displayName: 'Contoso',
      cloud: 'global',
      state: 'attention',
      stateSince: '2026-05-04T10:00:00.000Z',
      lastOutage: null,
      bundles: [],
      consents: [],
      createdAt: '2026-05-04T10:00:00.000Z',
      stateReason: 'The client secret expires on 2026-06-01.',
      issues: [
        {
          ...{ code: 'secretExpiring', severity: 'warning', since: '2026-04-02T00:00:00.000Z' },
          message: 'The client secret expires on 2026-06-01.',
          fix: 'Make a new one in Entra and enter its value (PUT credential).',
        },
      ],
      nextStep: expect.stringContaining('expires on 2026-06-01') as string,
      paused: false,
      organizationIds: [],
      owner: null,
      timeZone: 'UTC',
      nightlyAt: '01:00',
      pollEveryMinutes: 240,
      groupMembers: 'all',
      credential: {
        kind: 'clientSecret',
        clientId: CLIENT,
        secretId: null,
        expiresOn: '2026-06-01T00:00:00.000Z',
      },
      connectedAt: '2026-05-04T10:00:00.000Z',
      lastSyncedAt: null,
    });
    const read = await api.get(`/v1/tenants/${TENANT}`);
    expect(read.body).toEqual(body);
    expect(read.headers['etag']).toBe(headers['etag']);
  });

  it('takes the first cloud that is served when none is named', async () => {
    const { servedClouds } = api.dependencies;
    expect((await api.post('/v1/tenants', wish())).body['cloud']).toBe(servedClouds[0]);
  });

  it('takes the expiry as a plain date, which means its beginning', async () => {
    const credential = {
      kind: 'clientSecret',
      clientId: CLIENT,
      secretValue: SECRET,
      expiresOn: '2027-01-31',
    };
    const { status, body } = await api.post('/v1/tenants', wish({ credential }));
    expect([status, body['credential']]).toEqual([
      201,
      { kind: 'clientSecret', clientId: CLIENT, secretId: null, expiresOn: '2027-01-31T00:00:00.000Z' },
    ]);
    const wrong = await api.post(
      '/v1/tenants',
      wish({ credential: { ...credential, expiresOn: '31.01.2027' } }),
    );
    expect(wrong.body.error).toMatchObject({
      target: 'credential.expiresOn',
      message: expect.stringContaining('2027-01-31') as string,
    });
  });

  it('tries the credential, keeps its value in the vault alone and tracks its expiry', async () => {
    const connected = await api.post('/v1/tenants', wish());
    expect(api.world.probed).toMatchObject([{ tenant: TENANT, cloud: 'global', clientId: CLIENT }]);
    expect(api.world.saved).toEqual([
      {
        name: expect.stringMatching(/^graph-[0-9a-f]{32}$/) as string,
        value: SECRET,
        expiresOn: '2026-06-01T00:00:00.000Z',
        tags: { tenantId: TENANT, clientId: CLIENT },
      },
    ]);
    const secrets = await api.get('/v1/secrets');
    expect(secrets.body.value).toMatchObject([{ tenantId: TENANT, clientId: CLIENT, state: 'expiring' }]);
    const seen = inspect([connected, secrets, api.tables, api.world.logged, api.world.sent], { depth: 20 });
    expect(seen).not.toContain(SECRET);
  });

  it('warns at once of a secret that expires soon, in the tenant, the list and the log', async () => {
    const { body } = await api.post('/v1/tenants', wish());
    expect(body).toMatchObject({
      state: 'attention',
      stateReason: 'The client secret expires on 2026-06-01.',
    });
    expect((await api.get('/v1/secrets')).body.value).toMatchObject([{ state: 'expiring' }]);
    expect((await api.stores.secretExpiries.get(TENANT))?.value.warned).toEqual([30]);
    expect(JSON.stringify(api.world.logged)).toContain('The client secret of Contoso expires within 30 days');
  });

  it('takes white space off the secret value and says so', async () => {
    const credential = { kind: 'clientSecret', clientId: CLIENT, secretValue: ` ${SECRET}\n` };
    const { body } = await api.post('/v1/tenants', wish({ credential }));
    expect(body).toMatchObject({ warnings: [{ code: 'SecretValueTrimmed' }] });
    expect(api.world.saved[0]?.value).toBe(SECRET);
  });

  it('resolves a domain to its tenant before anything else, and goes on with the id alone', async () => {
    const { status, body } = await api.post('/v1/tenants', wish({ tenantId: 'Contoso.Example' }));
    expect([status, body['tenantId']]).toEqual([201, TENANT]);
    expect(api.world.lookedUp).toEqual([{ tenant: 'contoso.example', cloud: 'global' }]);
    expect(api.world.probed[0]?.tenant).toBe(TENANT);
  });

  it.each([
    ['the tenant id', { secretValue: TENANT }, 'directory (tenant) id'],
    ['the secret id', { secretValue: OTHER_TENANT, secretId: OTHER_TENANT }, 'secret id, not its value'],
  ])('recognises %s in place of the value under a domain, too', async (_, over, words) => {
    const credential = { kind: 'clientSecret', clientId: CLIENT, ...over };
    const { status, body } = await api.post('/v1/tenants', wish({ tenantId: 'contoso.example', credential }));
    expect([status, body.error.code, body.error.target]).toEqual([
      ...[409, 'CredentialRefused', 'credential.secretValue'],
    ]);
    expect(body.error.message).toContain(words);
    expect([api.world.probed, api.world.saved, await readAll(api, '/v1/tenants')]).toEqual([[], [], []]);
  });

  it.each([
    ['knows no such domain', { kind: 'unknown', serverTime: null } as const],
    ['cannot be asked', new Unavailable('down')],
  ])('recognises a GUID as no value where the login service %s', async (_, answer) => {
    api.world.lookupAnswer = answer;
    const credential = { kind: 'clientSecret', clientId: CLIENT, secretValue: TENANT };
    const { status, body } = await api.post('/v1/tenants', wish({ tenantId: 'contoso.example', credential }));
    expect([status, body.error.target]).toEqual([409, 'credential.secretValue']);
    expect(body.error.message).toContain('secret id, not its value');
  });

  it('refuses a tenant of another cloud that is served, naming the one to use', async () => {
    api.world.lookupAnswer = { kind: 'found', tenantId: TENANT, cloud: 'local', serverTime: null };
    const { status, body } = await api.post('/v1/tenants', wish());
    expect([status, body.error.code, body.error.target]).toEqual([400, 'WrongCloud', 'cloud']);
    expect(body.error.message).toBe('The tenant lives in the cloud local. Connect it with "cloud": "local".');
    expect([api.world.probed, await readAll(api, '/v1/tenants')]).toEqual([[], []]);
  });

  it('says of a cloud that is not served that it is not', async () => {
    api.world.lookupAnswer = { kind: 'found', tenantId: TENANT, cloud: 'china', serverTime: null };
    const { body } = await api.post('/v1/tenants', wish());
    expect(body.error.message).toBe(
      'The tenant lives in the cloud china. This deployment does not serve it, only global, local.',
    );
  });

  it('refuses a tenant that the login service does not know, with what to check', async () => {
    api.world.lookupAnswer = { kind: 'unknown', serverTime: null };
    const { status, body } = await api.post('/v1/tenants', wish());
    expect([status, body.error.code, body.error.target]).toEqual([400, 'TenantUnknown', 'tenantId']);
    expect(body.error.message).toContain('Check the tenant id or domain');
    expect([api.world.probed, await readAll(api, '/v1/tenants')]).toEqual([[], []]);
  });

  it('answers 503 where the login service cannot be asked, and stores nothing', async () => {
    api.world.lookupAnswer = new Unavailable('down', 3000);
    const { status, headers, body } = await api.post('/v1/tenants', wish());
    expect([status, body.error.code, headers['retry-after']]).toEqual([503, 'DirectoryUnavailable', '3']);
    expect([api.world.probed, await readAll(api, '/v1/tenants')]).toEqual([[], []]);
  });

  it('answers 409 for a tenant that is connected already, and does not try the credential', async () => {
    await api.post('/v1/tenants', wish());
    const { status, body } = await api.post('/v1/tenants', wish({ tenantId: TENANT.toUpperCase() }));
    expect([status, body.error.code, body.error.target]).toEqual([409, 'TenantExists', 'tenantId']);
    expect(body.error.message).toBe(`That directory is connected already, as Contoso (${TENANT}).`);
    expect(api.world.probed).toHaveLength(1);
  });

  it('answers 409 for a connected tenant under its domain, and keeps no second secret', async () => {
    await api.post('/v1/tenants', wish());
    const { status, body } = await api.post('/v1/tenants', wish({ tenantId: 'contoso.example' }));
    expect([status, body.error.code]).toEqual([409, 'TenantExists']);
    expect(api.world.saved).toHaveLength(1);
  });

  it('answers 409 to all but one of those who connect the same tenant at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => api.post('/v1/tenants', wish())));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await readAll(api, '/v1/tenants')).toHaveLength(1);
    const left = api.world.saved.filter(({ name }) => !api.world.discarded.includes(name));
    expect(left).toHaveLength(1);
  });

  it.each([
    [7000215, 'not its secret id', 'credential.secretValue'],
    [7000215, 'A new secret can take a minute', 'credential.secretValue'],
    [7000222, 'Make a new client secret', 'credential.secretValue'],
    [700016, 'application', 'credential.clientId'],
    [90002, 'tenant id or domain', 'credential'],
    [90038, 'national cloud', 'credential'],
    [1234567, 'AADSTS1234567', 'credential'],
  ])(
    'explains the token error AADSTS%i, naming the field, and stores nothing',
    async (code, words, target) => {
      api.world.letTimePass();
      api.world.probeAnswer = new CredentialRefused('refused', code);
      const { status, body } = await api.post('/v1/tenants', wish());
      expect([status, body.error.code, body.error.target]).toEqual([409, 'CredentialRefused', target]);
      expect(body.error.message).toContain(words);
      expect(body.error.message).toContain(String(code));
      expect([api.world.saved, await readAll(api, '/v1/tenants')]).toEqual([[], []]);
    },
  );

  it.each([401, 403] as const)(
    'says which permissions are missing where Graph answers %i',
    async (status) => {
      api.world.probeAnswer = new AccessRefused('refused', status);
      const answer = await api.post('/v1/tenants', wish());
      expect([answer.status, answer.body.error.code]).toEqual([409, 'CredentialRefused']);
      expect(answer.body.error.message).toContain('User.Read.All');
      expect(api.world.saved).toEqual([]);
    },
  );

  it.each([
    ['throttles', new Throttled('slow down', 1500), '2'],
    ['is not available', new Unavailable('down'), '5'],
    ['answers no page', new BadPage('https://graph', 'no list'), '5'],
  ])(
    'answers 503 with a time to come back where the directory %s, and stores nothing',
    async (_, failure, after) => {
      api.world.probeAnswer = failure;
      const { status, headers, body } = await api.post('/v1/tenants', wish());
      expect([status, body.error.code, headers['retry-after']]).toEqual([503, 'DirectoryUnavailable', after]);
      expect([api.world.saved, await readAll(api, '/v1/tenants')]).toEqual([[], []]);
      expect(api.world.logged.map(({ facts }) => JSON.stringify(facts)).join()).toContain(failure.message);
    },
  );

  it('connects even where the expiry cannot be noted yet', async () => {
    api.tables.beforeOperation = ({ table, writes }) => {
      if (table === 'SecretExpiry' && writes) throw new Unavailable('down');
    };
    expect((await api.post('/v1/tenants', wish())).status).toBe(201);
    expect(api.world.logged).toMatchObject([{ level: 'warn', facts: { tenantId: TENANT } }]);
  });

  it('answers 503 where the tenant cannot be stored, and leaves no usable secret behind', async () => {
    api.tables.beforeOperation = ({ table, writes }) => {
      if (table === 'Tenants' && writes) throw new Unavailable('down');
    };
    expect((await api.post('/v1/tenants', wish())).status).toBe(503);
    expect(api.world.saved).toHaveLength(1);
    expect(api.world.discarded).toEqual(api.world.saved.map(({ name }) => name));
  });

  it('keeps the secret of a tenant that was stored though the answer was lost', async () => {
    const { tenants } = api.stores;
    const create = tenants.create.bind(tenants);
    tenants.create = async (tenant) => {
      await create(tenant);
      throw new Unavailable('down');
    };
    expect((await api.post('/v1/tenants', wish())).status).toBe(503);
    expect(api.world.discarded).toEqual([]);
  });

  it('connects where the SDK wrote again after its answer was lost, and met its own row', async () => {
    const { tenants } = api.stores;
    const create = tenants.create.bind(tenants);
    tenants.create = async (tenant) => {
      await create(tenant);
      return create(tenant);
    };
    expect((await api.post('/v1/tenants', wish())).status).toBe(201);
    expect(api.world.discarded).toEqual([]);
  });

  it.each([
    ['a bundle that is none', { bundles: ['directory', 'mail'] }, 'InvalidRequest', 'bundles[1]'],
    ['no bundle at all', { bundles: [] }, 'InvalidRequest', 'bundles'],
    ['a cloud that is not served', { cloud: 'china' }, 'CloudNotServed', 'cloud'],
    ['a cloud that is none', { cloud: 'mars' }, 'InvalidRequest', 'cloud'],
    ['neither id nor domain', { tenantId: 'common' }, 'InvalidRequest', 'tenantId'],
    ['a path for a tenant', { tenantId: '../common' }, 'InvalidRequest', 'tenantId'],
    ['no name', { displayName: ' ' }, 'InvalidRequest', 'displayName'],
    ['an unknown time zone', { timeZone: 'Europe/Atlantis' }, 'InvalidRequest', 'timeZone'],
    ['an hour that is none', { nightlyAt: '24:00' }, 'InvalidRequest', 'nightlyAt'],
    ['a wrong type', { organizationIds: ['a', 1] }, 'InvalidRequest', 'organizationIds[1]'],
    ['no address of the owner', { owner: { name: 'Ada', mail: 'ada' } }, 'InvalidRequest', 'owner.mail'],
    ['an unknown field', { colour: 'red' }, 'UnknownField', 'colour'],
    [
      'an unknown field of the credential',
      { credential: { kind: 'clientSecret', clientId: CLIENT, secretValue: SECRET, secret: SECRET } },
      'UnknownField',
      'credential.secret',
    ],
    [
      'an empty secret',
      { credential: { kind: 'clientSecret', clientId: CLIENT, secretValue: '  ' } },
      'InvalidRequest',
      'credential.secretValue',
    ],
    [
      'a date that is none',
      { credential: { kind: 'clientSecret', clientId: CLIENT, secretValue: SECRET, expiresOn: 'soon' } },
      'InvalidRequest',
      'credential.expiresOn',
    ],
  ])('refuses %s, naming the field', async (_, over, code, target) => {
    const { status, body } = await api.post('/v1/tenants', wish(over));
    expect([status, body.error.code, body.error.target]).toEqual([400, code, target]);
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect(api.world.probed).toEqual([]);
  });

  it('names every field at fault where there are more than one', async () => {
    const { body } = await api.post('/v1/tenants', wish({ nightlyAt: 1, displayName: 2 }));
    expect(body.error.details?.map(({ target }) => target)).toEqual(['displayName', 'nightlyAt']);
  });

  it('leaves other tenants as they are', async () => {
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT }));
    await api.post('/v1/tenants', wish());
    expect((await readAll(api, '/v1/tenants')).map(({ tenantId }) => tenantId)).toEqual([
      TENANT,
      OTHER_TENANT,
    ]);
  });
});

describe('connecting a tenant without a credential', () => {
  let api: Api;
  const without = (over: object = {}): object => wish({ credential: undefined, ...over });

  beforeEach(() => {
    api = new Api();
    api.world.consentApps.push(
      { bundle: 'directory', clientId: CLIENT, secretName: 'consent-directory', cloud: null },
      { bundle: 'near-real-time', clientId: CLIENT, secretName: 'consent-near', cloud: 'global' },
      { bundle: 'contacts', clientId: CLIENT, secretName: 'consent-contacts', cloud: 'local' },
    );
  });

  it('keeps it awaiting consent, with the bundles of this version and what to do next', async () => {
    const { status, body } = await api.post('/v1/tenants', without());
    expect([status, body]).toMatchObject([
      201,
      {
        state: 'awaitingConsent',
        bundles: ['directory', 'near-real-time'],
        credential: null,
        connectedAt: null,
        nextStep:
          'Send its administrator the consent link (POST consent), or enter a credential (PUT credential).',
      },
    ]);
    expect([api.world.probed, api.world.saved]).toEqual([[], []]);
    expect((await api.get(`/v1/tenants/${TENANT}`)).body).toEqual(body);
  });

  it('asks by default only for what there is an application for in the cloud of the tenant', async () => {
    const { body } = await api.post('/v1/tenants', without({ cloud: 'local' }));
    expect(body['bundles']).toEqual(['directory']);
  });

  it('takes the bundles that were ticked, each once', async () => {
    const bundles = ['contacts', 'directory', 'contacts'];
    const { body } = await api.post('/v1/tenants', without({ cloud: 'local', bundles }));
    expect(body['bundles']).toEqual(['contacts', 'directory']);
  });

  it('says which bundle no application asks for in that cloud, before anybody is asked', async () => {
    const bundles = ['directory', 'contacts'];
    const { status, body } = await api.post('/v1/tenants', without({ bundles }));
    expect([status, body.error.code, body.error.target]).toEqual([400, 'BundleNotServed', 'bundles[1]']);
    expect(api.world.lookedUp).toEqual([]);
  });

  it('leaves the credential as the one way in where there is nothing to consent to', async () => {
    api.world.consentApps.length = 0;
    const { body } = await api.post('/v1/tenants', without());
    expect(body).toMatchObject({ bundles: [], nextStep: 'Enter a credential (PUT credential).' });
  });

  it('lets a customer with an application of their own say what is read with it', async () => {
    api.world.consentApps.length = 0;
    api.world.probeAnswer = { tenantId: TENANT };
    const { status, body } = await api.post('/v1/tenants', wish({ bundles: ['directory'] }));
    expect([status, body['bundles']]).toEqual([201, ['directory']]);
  });

  it('answers 409 for one that awaits consent already, also under its domain', async () => {
    await api.post('/v1/tenants', without());
    api.world.probeAnswer = { tenantId: TENANT };
    const again = await api.post('/v1/tenants', without({ tenantId: 'contoso.example' }));
    expect([again.status, again.body.error.code]).toEqual([409, 'TenantExists']);
  });
});
