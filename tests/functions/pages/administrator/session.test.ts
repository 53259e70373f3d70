import { beforeEach, describe, expect, it } from 'vitest';
import { CredentialRefused, Unavailable } from '../../../../shared/core/failures.js';
import { idOf, OTHER_TENANT, tenant, TENANT } from '../../api/sample-rows.js';
import { SetupsWorld } from './setups-world.js';
import { Site } from './site.js';

const HOUR = 3_600_000;
const OVERVIEW = `/api/connect/${TENANT}`;
const SECRET = 'planted~8Q~secret-value';
const entry = { clientId: idOf(7), secretValue: SECRET, secretId: '', expiresOn: '2027-05-01' };

describe('the session of an administrator', () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });

  it('shows how the connection is', async () => {
    await site.stores.tenants.create(
      tenant({
        state: {
          kind: 'parked',
          since: '2026-05-03T00:00:00.000Z',
          reason: 'The secret expired.',
          fix: 'Make a new one.',
          before: 'running',
        },
        consents: [{ bundle: 'directory', clientId: idOf(1), grantedAt: '2026-05-02T08:30:00.000Z' }],
        lastOutage: {
          parkedAt: '2026-05-03T00:00:00.000Z',
          triedAt: null,
          backAt: null,
          reason: 'The secret expired.',
        },
      }),
    );
    const { text } = await site.browser.open(await site.signIn());
    expect(text).toContain('Reading has stopped. The secret expired.');
    expect(text).toContain('Make a new one.');
    expect(text).toContain('Consent to users and groups');
    expect(text).toContain('2026-05-02 08:30 UTC');
    expect(text).not.toContain('graph-abc');
  });

  it.each(['', '/session/credential', '/session/confirmed', '/session/doctor'])(
    'is wanted for every page (%s)',
    async (page) => {
      await site.link();
      const { status, text } = await site.browser.open(`${OVERVIEW}${page}`);
      expect(status).toBe(403);
      expect(text).toContain('You are not signed in here');
      expect(text).not.toContain('Contoso');
    },
  );

  it('is none for another tenant, whatever the browser sends', async () => {
    await site.stores.tenants.create(tenant({ tenantId: OTHER_TENANT, displayName: 'Fabrikam' }));
    await site.signIn();
    for (const page of ['', '/session/credential', '/session/confirmed', '/session/doctor']) {
      const { status, text } = await site.browser.open(`/api/connect/${OTHER_TENANT}${page}`);
      expect(status).toBe(403);
      expect(text).not.toContain('Fabrikam');
    }
    for (const page of ['credential', 'consent', 'leave'])
      expect(
        (await site.browser.post(`/api/connect/${OTHER_TENANT}/session/${page}`, { form: entry })).status,
      ).toBe(403);
    expect(site.kept).toEqual([]);
  });

  it('ends after an hour', async () => {
    await site.signIn();
    site.now += HOUR - 1;
    expect((await site.browser.open(OVERVIEW)).status).toBe(200);
    site.now += 1;
    expect((await site.browser.open(OVERVIEW)).status).toBe(403);
  });

  it('ends at once where its link is revoked', async () => {
    await site.signIn();
    const { rows } = await site.stores.adminLinks.list(TENANT, { limit: 10, after: null });
    await site.stores.adminLinks.remove(TENANT, rows[0]!.id);
    expect((await site.browser.open(OVERVIEW)).status).toBe(403);
  });

  it('ends where the tenant is being disconnected', async () => {
    await site.signIn();
    const stored = (await site.stores.tenants.get(TENANT))!;
    const state = { kind: 'disconnecting', since: '2026-05-04T10:00:00.000Z' } as const;
    await site.stores.tenants.save({ ...stored.value, state }, stored.tag);
    expect((await site.browser.open(OVERVIEW)).status).toBe(403);
  });

  it('is ended by whoever holds it, in the store and in the browser', async () => {
    await site.signIn();
    const kept = new Map(site.browser.cookies);
    expect((await site.submit('leave')).text).toContain('You are signed out');
    expect(site.browser.cookies.size).toBe(0);
    for (const [name, value] of kept) site.browser.cookies.set(name, value);
    expect((await site.browser.open(OVERVIEW)).status).toBe(403);
  });

  it('takes only forms of its own, and is locked by ten of others', async () => {
    await site.signIn();
    for (let tries = 0; tries < 10; tries += 1) {
      const form = { ...entry, formToken: tries % 2 === 0 ? '' : 'f'.repeat(64) };
      const { status, text } = await site.browser.post(`${OVERVIEW}/session/credential`, { form });
      expect([status, text]).toEqual([403, expect.stringContaining('not sent by this page') as string]);
    }
    expect((await site.browser.open(OVERVIEW)).text).toContain('You are not signed in here');
    expect(site.kept).toEqual([]);
  });

  it('may do what its link was made for, and nothing else', async () => {
    await site.signIn(['connect']);
    const overview = (await site.browser.open(OVERVIEW)).text;
    expect(overview).toContain('Go on to consent');
    expect(overview).not.toContain('client secret</a>');
    expect((await site.browser.open(`${OVERVIEW}/session/credential`)).status).toBe(403);
    expect((await site.submit('credential', entry)).text).toContain('Your link was not made for this.');
    await site.signIn(['credential']);
    expect((await site.browser.open(OVERVIEW)).text).not.toContain('Go on to consent');
    expect((await site.submit('consent')).status).toBe(403);
    expect(site.consentsAsked).toEqual([]);
  });

  it('goes on to consent, in the name of who invited', async () => {
    await site.signIn(['connect']);
    const { status, headers } = await site.submit('consent');
    expect([status, headers['location']]).toEqual([
      303,
      `https://rollcall.example/api/consent/${TENANT}/token`,
    ]);
    expect(site.consentsAsked).toEqual([{ tenantId: TENANT, askedBy: 'Olga <Operator>' }]);
    // By it alone the pages of consent know that there is an overview to go back to.
    expect(site.browser.setCookies.at(-1)).toEqual({
      name: 'rollcall_from_overview',
      value: TENANT,
      path: `/api/consent/${TENANT}`,
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
      maxAge: 3_600,
    });
    site.consent = { kind: 'refused', finding: 'There is nothing to consent to.', fix: 'Ask the operator.' };
    expect((await site.submit('consent')).text).toContain('There is nothing to consent to.');
  });
});

describe("the doctor's findings", () => {
  const findings = [
    { code: 'GoodToKnow', severity: 'info', message: 'This is fine.', fix: 'Do nothing.' },
    { code: 'ConsentWithdrawn', severity: 'error', message: 'Consent is <gone>.', fix: 'Give it again.' },
  ] as const;

  it('are all on their page, the worst first, and what is to be mended on the overview too', async () => {
    const site = new Site();
    site.findings = findings;
    await site.signIn();
    const doctor = (await site.browser.open(`${OVERVIEW}/session/doctor`)).text;
    expect(doctor).toContain('Consent is &lt;gone>.');
    expect(doctor.indexOf('Give it again.')).toBeLessThan(doctor.indexOf('This is fine.'));
    const overview = (await site.browser.open(OVERVIEW)).text;
    expect(overview).toContain('Give it again.');
    expect(overview).not.toContain('This is fine.');
  });

  const consentFinding = {
    code: 'ConsentMissing',
    severity: 'error',
    message: 'Nobody has consented.',
    fix: 'Send the administrator the consent link (POST consent).',
  } as const;

  it('are worded for the administrator who reads them, with the way to consent', async () => {
    const site = new Site();
    const fix = 'Name its application in CONSENT_APPS again.';
    const operators = { code: 'BundleNotServed', severity: 'warning', message: 'Not served.', fix } as const;
    site.findings = [consentFinding, operators];
    await site.signIn(['connect']);
    for (const page of [OVERVIEW, `${OVERVIEW}/session/doctor`]) {
      const { text } = await site.browser.open(page);
      expect(text).toContain('Give consent as Global or Privileged Role Administrator');
      expect(text).toContain(`<a href="${OVERVIEW}#consent">Go to consent</a>`);
      expect(text).toContain('This is for Olga &lt;Operator> to fix.');
      expect(text).not.toMatch(/Send the administrator|CONSENT_APPS/);
    }
    expect((await site.browser.open(OVERVIEW)).text).toContain('id="consent"');
  });

  it('name whom to ask for a link to consent where this one was not made for it', async () => {
    const site = new Site();
    site.findings = [consentFinding];
    await site.signIn(['credential']);
    const { text } = await site.browser.open(OVERVIEW);
    expect(text).toContain('Ask Olga &lt;Operator> for a link to consent.');
    expect(text).not.toContain('Go to consent');
  });

  it.each([
    ['Give consent', []],
    [
      'Give consent again, or to more',
      [{ bundle: 'directory', clientId: idOf(1), grantedAt: '2026-05-02T08:30:00.000Z' }],
    ],
  ] as const)('offer to %s by what was consented to before', async (title, consents) => {
    const site = new Site();
    await site.stores.tenants.create(tenant({ consents }));
    await site.signIn(['connect']);
    expect((await site.browser.open(OVERVIEW)).text).toContain(`>${title}</h`);
  });

  it('keep the overview from saying that all is well', async () => {
    const world = await SetupsWorld.open();
    await world.signIn(['setup']);
    await world.send('front-desk/start', {});
    await world.signIn();
    expect((await world.browser.open(OVERVIEW)).text).toContain('There is nothing for you to do.');
    world.findings = [{ ...findings[1], severity: 'warning' }];
    expect((await world.browser.open(OVERVIEW)).text).toContain('one issue needs attention');
    world.findings = findings;
    const { text } = await world.browser.open(OVERVIEW);
    expect(text).toContain('one issue needs attention');
    expect(text).not.toContain('There is nothing for you to do.');
  });

  const AWAITING = {
    credential: null,
    state: { kind: 'awaitingConsent', since: '2026-05-01T00:00:00.000Z' },
  } as const;

  it.each([
    ['ConsentUnconfirmed', 'Have the administrator open the consent link once more (POST consent).'],
    ['MissingPermission', 'Have an administrator of the tenant consent again (POST consent).'],
    ['DelegatedInsteadOfApplication', 'Have an administrator of the tenant consent again (POST consent).'],
  ])('tell of a tenant that awaits consent why it is not connected: %s', async (code, fix) => {
    const site = new Site();
    await site.stores.tenants.create(tenant(AWAITING));
    site.findings = [{ code, severity: 'error', message: 'The consent does not do yet.', fix }];
    await site.signIn(['connect']);
    for (const page of [OVERVIEW, `${OVERVIEW}/session/doctor`]) {
      const { text } = await site.browser.open(page);
      expect(text).toContain('The consent does not do yet.');
      expect(text).toContain(`<a href="${OVERVIEW}#consent">Go to consent</a>`);
      expect(text).not.toContain('nothing to examine');
    }
  });

  it('name a consent that nobody gave yet on their page, while the overview says just how to connect', async () => {
    const site = new Site();
    await site.stores.tenants.create(tenant(AWAITING));
    site.findings = [consentFinding];
    await site.signIn();
    const doctor = (await site.browser.open(`${OVERVIEW}/session/doctor`)).text;
    expect(doctor).toContain('Nobody has consented.');
    expect(doctor).toContain('Go to consent');
    const overview = (await site.browser.open(OVERVIEW)).text;
    expect(overview).toContain('To connect it, give consent, or enter');
    expect(overview).not.toContain('Nobody has consented.');
  });

  it.each([
    ['before a consent', AWAITING],
    ['after it', {}],
  ])('are missed where Microsoft does not answer, %s', async (_, over) => {
    const site = new Site();
    await site.stores.tenants.create(tenant(over));
    site.findings = new Unavailable('down');
    await site.signIn();
    for (const page of [OVERVIEW, `${OVERVIEW}/session/doctor`]) {
      const { status, text } = await site.browser.open(page);
      expect([status, text]).toEqual([200, expect.stringContaining('Microsoft does not answer') as string]);
    }
  });
});

describe('entering a client secret', () => {
  let site: Site;
  beforeEach(async () => {
    site = new Site();
    await site.signIn();
  });

  it('keeps one that works, says so, and never shows it', async () => {
    const answer = await site.submit('credential', { ...entry, secretId: idOf(8) });
    expect([answer.status, answer.headers['location']]).toEqual([303, `${OVERVIEW}/session/confirmed`]);
    expect(site.kept).toEqual([SECRET]);
    const { text } = await site.browser.open(answer.headers['location'] ?? '');
    expect(text).toContain('The client secret works');
    expect(text).toContain(idOf(7));
    expect(text).toContain(idOf(8));
    expect(text).toContain('2027-05-01');
    expect(text).not.toContain('taken off');
    for (const page of ['', '/session/credential', '/session/confirmed'])
      expect((await site.browser.open(`${OVERVIEW}${page}`)).text).not.toContain(SECRET);
  });

  it('says which permissions the application needs, by what was asked of the tenant', async () => {
    const named = async () =>
      (await site.browser.open(`${OVERVIEW}/session/credential`)).text.match(/<li><code>([\w.]+)<\/code>/g);
    expect(await named()).toEqual([
      '<li><code>User.Read.All</code>',
      '<li><code>GroupMember.Read.All</code>',
      '<li><code>Group.Read.All</code>',
    ]);
    const stored = (await site.stores.tenants.get(TENANT))!;
    await site.stores.tenants.save({ ...stored.value, bundles: ['contacts'] }, stored.tag);
    expect(await named()).toEqual(['<li><code>OrgContact.Read.All</code>']);
  });

  it('takes white space off and says so', async () => {
    const { headers } = await site.submit('credential', { ...entry, secretValue: `  ${SECRET}\r\n` });
    expect(site.kept).toEqual([SECRET]);
    expect((await site.browser.open(headers['location'] ?? '')).text).toContain('were taken off');
  });

  it.each([
    ['an application id that is none', { clientId: 'x' }, 'clientId', 'not an application id'],
    ['no application id', { clientId: ' ' }, 'clientId', 'application id is missing'],
    ['no value', { secretValue: ' ' }, 'secretValue', 'secret value is missing'],
    ['a value too long', { secretValue: 'x'.repeat(1025) }, 'secretValue', 'too long'],
    ['a secret id that is none', { secretId: 'x' }, 'secretId', 'not a secret id'],
    ['a day that there is not', { expiresOn: '2027-02-30' }, 'expiresOn', 'not a date'],
    ['a day that is past', { expiresOn: '2026-05-01' }, 'expiresOn', 'expired already'],
    ['the secret id as the value', { secretValue: idOf(9) }, 'secretValue', 'the secret id, not its value'],
  ])('says beside the field what is wrong with %s', async (_, over, field, words) => {
    const { status, text } = await site.submit('credential', { ...entry, ...over });
    expect(status).toBe(422);
    const problem = new RegExp(`<p class="problem" id="${field}-problem">([^<]*)</p>`).exec(text)?.[1];
    expect(problem).toContain(words);
    expect(text).toContain(`<a href="#${field}">`);
    expect(text.match(/class="problem"/g)).toHaveLength(1);
    expect(text).not.toContain(SECRET);
    expect(site.kept).toEqual([]);
  });

  it('says all at once, and keeps what was entered but the secret', async () => {
    const wrong = { clientId: '"><b>', secretValue: SECRET, secretId: 'y', expiresOn: 'z' };
    const { text } = await site.submit('credential', wrong);
    expect(text.match(/class="problem"/g)).toHaveLength(3);
    expect(text).toContain('value="&quot;>&lt;b>"');
    expect(text).not.toContain(SECRET);
  });

  it.each([
    [7000215, 'secretValue'],
    [7000222, 'secretValue'],
    [700016, 'clientId'],
  ])('tells a refusal by AADSTS%i beside %s', async (code, field) => {
    site.letTimePass();
    site.probeAnswer = new CredentialRefused('no', code);
    const { status, text } = await site.submit('credential', entry);
    expect(status).toBe(422);
    expect(text).toContain(`AADSTS${code}`);
    expect(text).toContain(`id="${field}-problem"`);
    expect(site.kept).toEqual([]);
    expect(text).not.toContain(SECRET);
  });

  it("tells above the form what is no field's fault, and keeps the form", async () => {
    site.probeAnswer = new Unavailable('down');
    const { status, text } = await site.submit('credential', entry);
    expect(status).toBe(422);
    expect(text).toContain('Microsoft does not answer at the moment');
    expect(text).not.toContain('class="problem"');
  });

  it('ends the session after ten that were refused', async () => {
    site.letTimePass();
    site.probeAnswer = new CredentialRefused('no', 7000215);
    for (let tries = 0; tries < 10; tries += 1)
      expect((await site.submit('credential', entry)).status).toBe(422);
    expect((await site.browser.open(OVERVIEW)).status).toBe(403);
    const { rows } = await site.stores.adminLinks.list(TENANT, { limit: 10, after: null });
    expect(rows[0]?.failedTries).toBe(10);
  });
});
