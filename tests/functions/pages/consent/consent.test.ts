import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { sampleConsentApps, sampleUsualApp } from '../../../../local/graph/samples/consent-apps.js';
import { BUNDLE_FACTS } from '../../../../shared/core/bundle.js';
import { consentFinding } from '../../../../shared/core/consent-finding.js';
import { CredentialRefused } from '../../../../shared/core/failures.js';
import { tenantAfter } from '../../../../shared/core/tenant.js';
import { changeTenant } from '../../../../shared/ports/change-tenant.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';
import { ConsentWorld, CONTOSO, FABRIKAM } from './consent-world.js';

const MINUTE = 60_000;
const appOf = (bundle: string) => sampleConsentApps.find((app) => app.bundle === bundle)!.clientId;

describe('the page before consent', () => {
  it('says who asks, for what and why, what is kept and where, who may consent and how to withdraw', async () => {
    const world = await ConsentWorld.begin();
    const { status, text } = await world.browser.open(await world.link(['directory', 'near-real-time']));
    expect(status).toBe(200);
    expect(text).toContain('Olga Operator asks with the application Rollcall at rollcall.example');
    for (const bundle of ['directory', 'near-real-time'] as const) {
      const { title, permissions, kept } = BUNDLE_FACTS[bundle];
      const { always, ifNeeded } = kept;
      for (const words of [
        title,
        ...always,
        ...ifNeeded,
        ...permissions.flatMap(({ name, why }) => [name, why]),
      ])
        expect(text).toContain(words);
    }
    expect(text).not.toContain('Calendars.Read');
    expect(text).toContain('In the Azure region northeurope.');
    expect(text).toContain('A Global Administrator or a Privileged Role Administrator');
    expect(text).toContain('Enterprise applications');
    expect(text).toContain('<button type="submit">Continue to Microsoft</button>');
  });

  it('refers to the operator for a region that the deployment does not name', async () => {
    const world = await ConsentWorld.begin();
    world.dataRegion = null;
    const { text } = await world.newBrowser().open(await world.link());
    expect(text).toMatch(/In the Azure region that .+ chose; ask which one it is\./);
    expect(text).not.toContain('region of');
  });

  it('names what the setups of the directory add to what is kept', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    expect((await world.browser.open(path)).text).not.toContain('for the setups of this directory');
    const attributes = { ...aSetupDocument().attributes, preset: 'workforce' } as const;
    const document = aSetupDocument({ attributes });
    await world.ports.setups.insert(aSetup({ tenantId: CONTOSO, document }));
    expect((await world.browser.open(path)).text).toContain(
      'for the setups of this directory also: street address, postal code, city, state or province, employee type',
    );
  });

  it('says of withdrawing and of the region what the guide for administrators says', async () => {
    const world = await ConsentWorld.begin();
    const { text } = await world.browser.open(await world.link());
    const words = text.replaceAll(/\s+/g, ' ');
    const guide = await readFile(new URL('../../../../docs/connect.md', import.meta.url), 'utf8');
    for (const sentence of [
      'Reading stops with the next request, at the latest after about an hour, when the token ends that was given out before.',
      'Nothing is removed by it',
      'to disconnect the directory.',
      'the Entra admin center',
    ]) {
      expect(words).toContain(sentence);
      expect(guide).toContain(sentence);
    }
    expect(guide).toContain('if the page does not, ask the operator');
  });

  it('leads back to the overview of the administrator who came from there, and nobody else', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    const back = `<a href="/api/connect/${CONTOSO}">Back to the overview</a>`;
    expect((await world.browser.open(path)).text).not.toContain('Back to the overview');
    world.browser.cookies.set('rollcall_from_overview', FABRIKAM);
    expect((await world.browser.open(path)).text).not.toContain('Back to the overview');
    world.browser.cookies.set('rollcall_from_overview', CONTOSO);
    expect((await world.browser.open(path)).text).toContain(back);
    expect((await world.consent(path)).text).toContain(back);
  });

  it('changes nothing by being opened, however often', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    const before = await world.everything();
    for (let times = 0; times < 3; times += 1) await world.browser.open(path);
    expect(await world.everything()).toEqual(before);
    expect(world.browser.setCookies).toEqual([]);
  });

  it('may lead on to the login service of the cloud, and nowhere else', async () => {
    const world = await ConsentWorld.begin();
    const { headers } = await world.browser.open(await world.link());
    expect(headers['content-security-policy']).toContain(`form-action 'self' ${world.emulator.loginUrl};`);
  });

  it.each([
    ['another token', (path: string) => path.replace(/.{43}$/, 'A'.repeat(43))],
    ['another tenant', (path: string) => path.replace(CONTOSO, FABRIKAM)],
    ['no known tenant', (path: string) => path.replace(CONTOSO, 'unknown')],
    ['no tenant id', (path: string) => path.replace(CONTOSO, 'contoso.example')],
    ['half a token', (path: string) => path.slice(0, -1)],
  ])('opens nothing under %s', async (_, changed) => {
    const world = await ConsentWorld.begin();
    const path = changed(await world.link());
    for (const answer of [await world.browser.open(path), await world.browser.post(path)]) {
      expect(answer.status).toBe(404);
      expect(answer.text).toContain('This link is not known, or was used up.');
      expect(answer.text).not.toContain('Contoso');
    }
  });

  it('begins nothing once it expired, and says so', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link(['directory'], 60 * MINUTE);
    await world.work(60 * MINUTE);
    const shown = await world.browser.open(path);
    expect(shown.text).toContain('This link has expired');
    expect(shown.text).not.toContain('<form');
    const before = await world.everything();
    expect((await world.browser.post(path)).status).toBe(410);
    expect(await world.everything()).toEqual(before);
  });

  it('keeps neither its token nor a state anywhere', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    const sent = new URL(await world.sendOut(path));
    const kept = JSON.stringify(await world.everything()) + world.lines.join('\n');
    expect(kept).not.toContain(path.slice(-43));
    expect(kept).not.toContain(sent.searchParams.get('state'));
  });
});

describe('consent', () => {
  it('goes to the consent page of that tenant, with a state that only this browser holds', async () => {
    const world = await ConsentWorld.begin();
    const sent = new URL(await world.sendOut(await world.link()));
    expect(sent.origin + sent.pathname).toBe(`${world.emulator.loginUrl}/${CONTOSO}/v2.0/adminconsent`);
    expect(Object.fromEntries(sent.searchParams)).toEqual({
      client_id: appOf('directory'),
      scope: `${world.emulator.graphUrl}/.default`,
      redirect_uri: 'https://rollcall.example/api/consent/callback',
      state: expect.stringMatching(/^[\w-]{43}$/) as unknown,
    });
    expect(world.browser.setCookies).toMatchObject([
      { httpOnly: true, sameSite: 'Lax', secure: true, path: '/api/consent', maxAge: 1_800 },
    ]);
  });

  it('is being confirmed first, and connects the tenant once a token works; nothing runs yet', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    const back = await world.consent(path);
    expect(back.text).toContain('Your consent is being confirmed');
    expect(back.text).toContain('http-equiv="refresh"');
    expect((await world.tenant())?.state.kind).toBe('awaitingConsent');
    await world.work(2_000);
    const after = await world.browser.open(path);
    expect(after.text).toContain('<h1>Connected</h1>');
    expect(after.text).toContain('Nothing is read until Olga Operator starts it.');
    expect(after.text).not.toContain('http-equiv="refresh"');
    expect(after.text).not.toContain('<form');
    expect(await world.tenant()).toMatchObject({
      state: { kind: 'connected' },
      bundles: ['directory'],
      consents: [{ bundle: 'directory', clientId: appOf('directory') }],
    });
    expect(world.others).toEqual([]);
  });

  it('waits for a directory that takes its time: 700016 first, no permissions next', async () => {
    const world = await ConsentWorld.begin({ readyAfterMs: 4 * MINUTE, rolesAfterMs: 4 * MINUTE });
    const path = await world.link();
    await world.consent(path);
    await world.work(2 * MINUTE);
    expect((await world.browser.open(path)).text).toContain(
      'The directory does not know the application yet.',
    );
    await world.work(4 * MINUTE);
    expect((await world.browser.open(path)).text).toContain(
      'so far granted: nothing; still missing: User.Read.All, GroupMember.Read.All, Organization.Read.All.',
    );
    expect((await world.tenant())?.state.kind).toBe('awaitingConsent');
    await world.work(4 * MINUTE);
    expect((await world.tenant())?.state.kind).toBe('connected');
    expect(world.queue.size).toBe(0);
  });

  it('says meanwhile what was granted so far and what is still missing', async () => {
    const world = await ConsentWorld.begin({ grantOnly: ['User.Read.All', 'Organization.Read.All'] });
    const path = await world.link();
    await world.consent(path);
    await world.work(MINUTE);
    const { text } = await world.browser.open(path);
    expect(text).toContain('Your consent is being confirmed');
    expect(text).toContain(
      'Users and groups: so far granted: User.Read.All, Organization.Read.All; still missing: GroupMember.Read.All.',
    );
    expect(text).toContain('does not come by waiting: tell Olga Operator if this does not change.');
  });

  it.each([
    ['connected', false, 'Nothing is read until Olga Operator starts it.'],
    ['running', false, 'The directory is read and kept up to date.'],
    ['running', true, 'Reading is paused until Olga Operator lets it go on.'],
  ] as const)('of a tenant that is %s (paused: %s) says what is read now', async (kind, paused, words) => {
    const world = await ConsentWorld.begin({}, { state: { kind, since: 't' }, paused });
    const path = await world.link();
    await world.consent(path);
    await world.work(MINUTE);
    const { text } = await world.browser.open(path);
    expect(text).toContain(words);
    expect(text.match(/Nothing is read|is read and kept|is paused/g)).toHaveLength(1);
  });

  it('that lets nobody read says what else it needs', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link(['contacts']);
    await world.consent(path);
    await world.work(MINUTE);
    expect((await world.browser.open(path)).text).toContain(
      'Nothing is read until “Users and groups” is consented to, too.',
    );
  });

  it('that was withdrawn since is no longer called connected, and is asked for anew by the same link', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    await world.consent(path);
    await world.work(MINUTE);
    const at = world.isoNow();
    await changeTenant(world.ports, CONTOSO, (tenant) =>
      tenantAfter(tenant, {
        kind: 'refused',
        at,
        reason: 'The application is not known in this tenant (AADSTS700016).',
        fix: 'Send the administrator a new consent link (POST consent).',
      }),
    );
    const { text } = await world.browser.open(path);
    expect(text).toContain('<h1>Reading has stopped</h1>');
    expect(text).not.toMatch(/Connected|consent for Contoso works|Send the administrator/);
    expect(text).toContain('AADSTS700016');
    expect(text).toContain('Users and groups (granted before)');
    expect(text).toContain('Continue to Microsoft');

    await world.work(MINUTE);
    await world.consent(path);
    await world.work(MINUTE);
    const after = await world.browser.open(path);
    expect(after.text).toContain('is tried again now');
    expect(after.text).not.toContain('Reading has stopped');
    expect(after.text).toContain('http-equiv="refresh"');
    expect(world.others).toMatchObject([{ kind: 'retryParked' }]);
  });

  it("is not asked for anew where it is the operator's application that cannot log in", async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    await world.consent(path);
    await world.work(MINUTE);
    const refusal = new CredentialRefused('refused', 7000222);
    const { finding: reason, fix } = consentFinding(refusal);
    await changeTenant(world.ports, CONTOSO, (tenant) =>
      tenantAfter(tenant, { kind: 'refused', at: world.isoNow(), reason, fix }),
    );
    const { text } = await world.browser.open(path);
    expect(text).toContain('<h1>Reading has stopped</h1>');
    expect(text).toContain('This is for Olga Operator to fix.');
    expect(text).not.toContain('<form');
  });

  it('stops looking again by itself once nobody works on the proof any more, and offers to continue', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    await world.consent(path);
    await world.clock.advance(30 * MINUTE);
    const { text } = await world.browser.open(path);
    expect(text).not.toContain('http-equiv="refresh"');
    expect(text).not.toContain('looks again by');
    expect(text).toContain('Your consent could not be confirmed');
    expect(text).toContain('Continue to Microsoft');
  });

  it('says after a quarter of an hour that a directory never knew the application', async () => {
    const world = await ConsentWorld.begin({ readyAfterMs: 60 * MINUTE });
    const path = await world.link();
    await world.consent(path);
    await world.work(17 * MINUTE);
    const { text } = await world.browser.open(path);
    expect(text).toContain('The application is not known in this tenant (AADSTS700016).');
    expect(text).toContain('Continue to Microsoft');
    expect(world.queue.size).toBe(0);
    expect((await world.tenant())?.state.kind).toBe('awaitingConsent');
  });

  it.each([
    [
      'too few permissions',
      { grantOnly: ['User.Read.All', 'Organization.Read.All'] },
      'GroupMember.Read.All.',
    ],
    [
      'others',
      { grantOnly: ['Calendars.Read'] },
      'User.Read.All, GroupMember.Read.All, Organization.Read.All.',
    ],
    [
      'delegated ones',
      { delegatedOnly: true },
      'User.Read.All, GroupMember.Read.All, Organization.Read.All.',
    ],
  ])('does not connect with %s, and names what is missing', async (_, behaviour, missing) => {
    const world = await ConsentWorld.begin(behaviour);
    const path = await world.link();
    await world.consent(path);
    await world.work(17 * MINUTE);
    const { text } = await world.browser.open(path);
    expect(text).toContain(`These application permissions were not granted: ${missing}`);
    expect(await world.tenant()).toMatchObject({ state: { kind: 'awaitingConsent' }, consents: [] });

    await world.emulator.setConsentBehaviour(CONTOSO, {});
    await world.consent(path);
    await world.work(MINUTE);
    expect((await world.tenant())?.state.kind).toBe('connected');
  });

  it.each([
    [
      'declined',
      'admin@contoso.example',
      'cancel',
      'The request was declined on the sign-in page (AADSTS65004).',
    ],
    [
      'given by no administrator',
      'user@contoso.example',
      'accept',
      'may not consent for the whole organization',
    ],
  ])(
    'that was %s is an error, though admin_consent=True comes along',
    async (_, account, decision, words) => {
      const world = await ConsentWorld.begin();
      const path = await world.link();
      const back = await world.decide(await world.sendOut(path), account, decision);
      expect(new URL(back).searchParams.get('admin_consent')).toBe('True');
      const { text } = await world.follow(await world.browser.open(back));
      expect(text).toContain(words);
      expect(text).toContain('Continue to Microsoft');
      await world.work(MINUTE);
      expect(await world.tenant()).toMatchObject({ state: { kind: 'awaitingConsent' }, consents: [] });
      await world.consent(path);
      await world.work(MINUTE);
      expect((await world.tenant())?.state.kind).toBe('connected');
    },
  );

  it('never shows words that came with an error', async () => {
    const world = await ConsentWorld.begin();
    const state = new URL(await world.sendOut(await world.link())).searchParams.get('state') ?? '';
    const words = new URLSearchParams({ error: 'call', error_description: '<b>Call 555</b>', state });
    const answer = await world.follow(await world.browser.open(`/api/consent/callback?${words.toString()}`));
    expect(answer.text).toContain('The sign-in page came back with an error.');
    expect(answer.text).not.toContain('555');
  });

  it('asks for one bundle after the other, and for one that was added later', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link(['directory', 'near-real-time']);
    await world.consent(path);
    await world.work(MINUTE);
    const between = await world.browser.open(path);
    expect(between.text).toContain('Connected, and more is asked for');
    expect(between.text).toContain('Changes within seconds');
    expect(new URL(await world.sendOut(path)).searchParams.get('client_id')).toBe(appOf('near-real-time'));
    await world.consent(path);
    await world.work(MINUTE);

    const later = await world.link(['contacts']);
    await world.consent(later);
    await world.work(MINUTE);
    const tenant = await world.tenant();
    expect(tenant?.bundles).toEqual(['directory', 'near-real-time', 'contacts']);
    expect(tenant?.consents.map(({ bundle }) => bundle)).toEqual(['directory', 'near-real-time', 'contacts']);
    expect(tenant?.state.kind).toBe('connected');
  });

  describe('to an application that is named for several bundles', () => {
    const together = (behaviour = {}) => ConsentWorld.begin(behaviour, {}, 'together');

    it('is asked for once, by default for users, groups and changes within seconds', async () => {
      const world = await together();
      const path = await world.link(null);
      const { text } = await world.browser.open(path);
      expect(text).toContain('“Users and groups” and “Changes within seconds”');
      await world.consent(path);
      await world.work(MINUTE);
      const after = (await world.browser.open(path)).text;
      expect(after).toContain('<h1>Connected</h1>');
      expect(after).not.toContain('Continue to Microsoft');
      const clientId = sampleUsualApp.clientId;
      expect(await world.tenant()).toMatchObject({
        state: { kind: 'connected' },
        bundles: ['directory', 'near-real-time'],
        consents: [
          { bundle: 'directory', clientId },
          { bundle: 'near-real-time', clientId },
        ],
      });
    });

    it('shows all that Microsoft will ask for, whichever bundle was wanted', async () => {
      const world = await together();
      for (const bundle of ['directory', 'near-real-time'] as const) {
        const { text } = await world.browser.open(await world.link([bundle]));
        for (const permission of ['GroupMember.Read.All', 'Group.Read.All'])
          expect(text).toContain(permission);
      }
    });

    it('that is declined is refused for all of them, and said once', async () => {
      const world = await together();
      const { text } = await world.consent(await world.link(null), undefined, 'cancel');
      expect(text.match(/role="alert"/g)).toHaveLength(1);
      expect(text).toContain('Users and groups, Changes within seconds:');
      expect(text).toContain('Continue to Microsoft');
    });

    it('that grants a part connects by that part, and asks again for the rest alone', async () => {
      const world = await together({
        grantOnly: ['User.Read.All', 'GroupMember.Read.All', 'Organization.Read.All'],
      });
      const path = await world.link(null);
      await world.consent(path);
      await world.work(30 * MINUTE);
      expect((await world.tenant())?.consents.map(({ bundle }) => bundle)).toEqual(['directory']);
      const { text } = await world.browser.open(path);
      expect(text).toContain('Connected, and more is asked for');
      expect(text).toContain('asks to read the directory of Contoso: “Changes within seconds”.');
    });
  });

  it('to another bundle alone lets nobody in', async () => {
    const world = await ConsentWorld.begin();
    await world.consent(await world.link(['contacts']));
    await world.work(MINUTE);
    expect(await world.tenant()).toMatchObject({
      state: { kind: 'awaitingConsent' },
      consents: [{ bundle: 'contacts' }],
    });
  });

  it('has subscriptions made at once for a tenant that runs', async () => {
    const world = await ConsentWorld.begin({}, { state: { kind: 'running', since: 't' } });
    await world.consent(await world.link(['near-real-time']));
    await world.work(MINUTE);
    expect(world.others).toMatchObject([{ kind: 'subscriptions', tenantId: CONTOSO }]);
  });

  it('has a parked tenant tried again, with the consent of now', async () => {
    const consents = [{ bundle: 'directory', clientId: appOf('directory'), grantedAt: 'before' }] as const;
    const state = { kind: 'parked', since: 't', reason: 'r', fix: 'f', before: 'running' } as const;
    const world = await ConsentWorld.begin({}, { state, consents, bundles: ['directory'] });
    await world.consent(await world.link(null));
    await world.work(MINUTE);
    expect(world.others).toMatchObject([{ kind: 'retryParked', tenantId: CONTOSO }]);
    const granted = (await world.tenant())?.consents ?? [];
    expect(granted).toHaveLength(1);
    expect(granted[0]?.grantedAt).not.toBe('before');
  });

  it('goes on in two tabs at once without mixing them up', async () => {
    const world = await ConsentWorld.begin();
    const [one, other] = [await world.link(['directory']), await world.link(['near-real-time'])];
    const [first, second] = [await world.sendOut(one), await world.sendOut(other)];
    for (const page of [second, first]) await world.browser.open(await world.decide(page));
    await world.work(MINUTE);
    expect((await world.tenant())?.consents).toHaveLength(2);
  });

  it('survives a queue that is down: the state is still good', async () => {
    const world = await ConsentWorld.begin();
    const back = await world.decide(await world.sendOut(await world.link()));
    world.queue.failNextSend('before');
    expect((await world.browser.open(back)).status).toBe(503);
    expect((await world.browser.open(back)).status).toBe(303);
    await world.work(MINUTE);
    expect((await world.tenant())?.state.kind).toBe('connected');
  });
});

describe('a callback that does not fit', () => {
  /** What an attacker, or bad luck, makes of a good callback. */
  type Change = (world: ConsentWorld, back: URL) => Promise<void> | void;
  const cases: readonly (readonly [string, Change, number, string])[] = [
    ['a forged state', (_, back) => back.searchParams.set('state', 'A'.repeat(43)), 400, 'was not asked for'],
    ['no state', (_, back) => back.searchParams.delete('state'), 400, 'was not asked for'],
    ['two states', (_, back) => back.searchParams.append('state', 'x'), 400, 'was not asked for'],
    [
      'an endless state',
      (_, back) => back.searchParams.set('state', 'x'.repeat(9_999)),
      400,
      'was not asked for',
    ],
    ['another browser', (world) => world.browser.cookies.clear(), 400, 'was not asked for'],
    ['an expired state', async (world) => world.work(30 * MINUTE), 410, 'more than half an hour'],
  ];

  it.each(cases)('is refused and changes nothing: %s', async (_, change, status, words) => {
    const world = await ConsentWorld.begin();
    const back = new URL(await world.decide(await world.sendOut(await world.link())));
    await change(world, back);
    const before = await world.everything();
    const answer = await world.browser.open(back.href);
    expect([answer.status, answer.text.includes(words)]).toEqual([status, true]);
    expect(answer.text.match(/<p>[^<]+<\/p>/g)).toHaveLength(3);
    expect(await world.everything()).toEqual(before);
  });

  it.each<[string, (back: URL) => void, string]>([
    [
      'a foreign tenant',
      (back) => back.searchParams.set('tenant', FABRIKAM),
      `in another directory (${FABRIKAM}) than the one that was asked (${CONTOSO})`,
    ],
    ['no tenant', (back) => back.searchParams.delete('tenant'), 'named no directory'],
    ['what is no tenant', (back) => back.searchParams.set('tenant', 'Call 555'), 'named no directory'],
  ])(
    'uses the state up with %s, says which directory was asked, and lets one try again',
    async (_, change, words) => {
      const world = await ConsentWorld.begin();
      const path = await world.link();
      const good = await world.decide(await world.sendOut(path));
      const foreign = new URL(good);
      change(foreign);
      const answer = await world.browser.open(foreign.href);
      expect(answer.status).toBe(409);
      expect(answer.text).toContain(words);
      expect(answer.text).not.toContain('555');
      expect((await world.browser.open(good)).status).toBe(400);
      await world.work(MINUTE);
      expect((await world.tenant())?.state.kind).toBe('awaitingConsent');
      expect((await world.browser.open(path)).text).toContain(words);
      await world.consent(path);
      await world.work(MINUTE);
      expect((await world.tenant())?.state.kind).toBe('connected');
    },
  );

  it('is refused when it is replayed, and what it began goes on', async () => {
    const world = await ConsentWorld.begin();
    const back = await world.decide(await world.sendOut(await world.link()));
    const cookies = new Map(world.browser.cookies);
    expect((await world.browser.open(back)).status).toBe(303);
    for (const [name, value] of cookies) world.browser.cookies.set(name, value);
    const before = await world.everything();
    expect((await world.browser.open(back)).status).toBe(400);
    expect(await world.everything()).toEqual(before);
    await world.work(MINUTE);
    expect((await world.tenant())?.state.kind).toBe('connected');
  });

  it('is taken once though it comes many times at once', async () => {
    const world = await ConsentWorld.begin();
    const back = await world.decide(await world.sendOut(await world.link()));
    const answers = await Promise.all([1, 2, 3].map(() => world.browser.open(back)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400]);
    await world.work(MINUTE);
    expect((await world.tenant())?.consents).toHaveLength(1);
  });

  it('is believed only for what a token shows: a consent that was never given connects nothing', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.link();
    const state = new URL(await world.sendOut(path)).searchParams.get('state') ?? '';
    const forged = new URLSearchParams({ admin_consent: 'True', tenant: CONTOSO, state });
    await world.browser.open(`/api/consent/callback?${forged.toString()}`);
    await world.work(17 * MINUTE);
    expect(await world.tenant()).toMatchObject({ state: { kind: 'awaitingConsent' }, consents: [] });
  });
});

describe('a sign-in that tells the tenant', () => {
  const admin = 'admin@fabrikam.example';

  it('makes the tenant, which goes on with its consent', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.unknownLink(['directory', 'near-real-time']);
    const page = await world.browser.open(path);
    expect(page.text).toContain('You sign in at Microsoft first');
    const sent = new URL(await world.sendOut(path));
    expect(sent.pathname).toBe('/organizations/oauth2/v2.0/authorize');
    expect(Object.fromEntries(sent.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid profile',
      code_challenge_method: 'S256',
      redirect_uri: 'https://rollcall.example/api/consent/signed-in',
    });
    const back = await world.browser.open(await world.decide(sent.href, admin));
    const location = new URL(back.headers['location'] ?? '');
    expect(location.pathname).toMatch(new RegExp(`^/api/consent/${FABRIKAM}/`));
    expect(await world.tenant(FABRIKAM)).toMatchObject({
      state: { kind: 'awaitingConsent' },
      displayName: 'Fabrikam A/S',
      organizationIds: ['o1'],
      timeZone: 'Europe/Copenhagen',
      bundles: ['directory', 'near-real-time'],
      cloud: 'local',
    });
    await world.consent(location.pathname, admin);
    await world.work(MINUTE);
    expect((await world.tenant(FABRIKAM))?.state.kind).toBe('connected');
    expect((await world.browser.open(path)).headers['location']).toBe(location.href);
  });

  it('at a tenant that is there already says so, and nothing more of it', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.unknownLink();
    const back = await world.decide(await world.sendOut(path), 'admin@contoso.example');
    const registry = await world.tenant();
    const { status, text } = await world.browser.open(back);
    expect(status).toBe(409);
    expect(text).toContain('connected already, or awaits consent');
    expect(text).not.toMatch(new RegExp(`Contoso|${CONTOSO}`));
    expect(await world.tenant()).toEqual(registry);
    expect(await world.tenant(FABRIKAM)).toBeNull();
  });

  it('that was declined can be tried again', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.unknownLink();
    const back = await world.decide(await world.sendOut(path), admin, 'cancel');
    expect((await world.browser.open(back)).status).toBe(409);
    await world.browser.open(await world.decide(await world.sendOut(path), admin));
    expect((await world.tenant(FABRIKAM))?.state.kind).toBe('awaitingConsent');
  });

  it.each<[string, (world: ConsentWorld, back: URL) => Promise<void> | void, number]>([
    ['a forged state', (_, back) => back.searchParams.set('state', 'A'.repeat(43)), 400],
    ['another browser', (world) => world.browser.cookies.clear(), 400],
    ['an expired state', (world) => world.work(30 * MINUTE), 410],
    ['a made-up code', (_, back) => back.searchParams.set('code', 'made-up'), 409],
    ['no code', (_, back) => back.searchParams.delete('code'), 409],
    ['a login service whose clock is an hour fast', (world) => world.emulator.setClockSkew(60 * MINUTE), 409],
    [
      'another verifier',
      (world) => {
        for (const [name, value] of world.browser.cookies)
          world.browser.cookies.set(name, value.replace(/.{43}$/, 'B'.repeat(43)));
      },
      409,
    ],
  ])('is refused and makes no tenant: %s', async (_, change, expected) => {
    const world = await ConsentWorld.begin();
    const back = new URL(await world.decide(await world.sendOut(await world.unknownLink()), admin));
    await change(world, back);
    const { status, text } = await world.browser.open(back.href);
    expect(status).toBe(expected);
    expect(text).toContain('role="alert"');
    expect(await world.tenant(FABRIKAM)).toBeNull();
  });

  it('is refused with the nonce of another sign-in', async () => {
    const world = await ConsentWorld.begin();
    for (const nonce of ['another', null]) {
      const sent = new URL(await world.sendOut(await world.unknownLink()));
      sent.searchParams.delete('nonce');
      if (nonce !== null) sent.searchParams.set('nonce', nonce);
      expect((await world.browser.open(await world.decide(sent.href, admin))).status).toBe(409);
      expect(await world.tenant(FABRIKAM)).toBeNull();
    }
  });

  it('is taken once', async () => {
    const world = await ConsentWorld.begin();
    const back = await world.decide(await world.sendOut(await world.unknownLink()), admin);
    const cookies = new Map(world.browser.cookies);
    expect((await world.browser.open(back)).status).toBe(303);
    for (const [name, value] of cookies) world.browser.cookies.set(name, value);
    expect((await world.browser.open(back)).status).toBe(400);
  });

  it('cannot be mixed up with the callback of a consent', async () => {
    const world = await ConsentWorld.begin();
    const signIn = new URL(await world.decide(await world.sendOut(await world.unknownLink()), admin));
    const consent = new URL(await world.decide(await world.sendOut(await world.link())));
    expect((await world.browser.open(`/api/consent/callback${signIn.search}`)).status).toBe(400);
    expect((await world.browser.open(`/api/consent/signed-in${consent.search}`)).status).toBe(400);
    expect(await world.tenant(FABRIKAM)).toBeNull();
  });

  it('by two links at once gives the tenant to one of them', async () => {
    const world = await ConsentWorld.begin();
    const backs: string[] = [];
    for (const path of [await world.unknownLink(), await world.unknownLink()])
      backs.push(await world.decide(await world.sendOut(path), admin));
    const answers = await Promise.all(backs.map((back) => world.browser.open(back)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });

  it('that somebody else was quicker at stays refused', async () => {
    const world = await ConsentWorld.begin();
    const path = await world.unknownLink();
    const back = await world.decide(await world.sendOut(path), admin);
    world.tables.beforeOperation = async ({ table, kind }) => {
      if (table !== 'Tenants' || kind !== 'insert') return;
      world.tables.beforeOperation = null;
      await world.stores.tenants.create({ ...(await world.tenant())!, tenantId: FABRIKAM });
    };
    expect((await world.browser.open(back)).status).toBe(409);
    const again = await world.decide(await world.sendOut(path), admin);
    expect((await world.browser.open(again)).status).toBe(409);
    expect((await world.tenant(FABRIKAM))?.displayName).toBe('Contoso');
  });

  it('goes on after a crash between any two writes', async () => {
    for (const crashAt of [1, 2, 3]) {
      const world = await ConsentWorld.begin();
      const path = await world.unknownLink();
      const back = await world.decide(await world.sendOut(path), admin);
      let writes = 0;
      world.tables.beforeOperation = (request) => {
        if (!request.writes) return Promise.resolve();
        writes += 1;
        // The first write uses the state up.
        return writes === crashAt + 1 ? Promise.reject(new Error('crashed')) : Promise.resolve();
      };
      expect((await world.browser.open(back)).status).toBe(500);
      world.tables.beforeOperation = null;
      await world.browser.open(await world.decide(await world.sendOut(path), admin));
      expect((await world.tenant(FABRIKAM))?.state.kind).toBe('awaitingConsent');
      expect((await world.browser.open(path)).headers['location']).toContain(`/api/consent/${FABRIKAM}/`);
    }
  });
});
