import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { ConsentBehaviour } from '../../local/graph/control-api.js';
import { sampleRoles } from '../../local/graph/samples/well-known.js';
import { quickSettings, Road } from '../end-to-end/road.js';
import { browserExecutable, picture, TestBrowser, type Tab } from './browser.js';
import { readable } from './look.js';

const GOOD_SECRET = 'good~8Q~secret-of-the-customer';
const CLIENT_ID = 'c1e70000-0000-4000-8000-0000000000b1';

describe.runIf(browserExecutable !== null)("the customer's administrator in a browser", () => {
  let road: Road;
  let browser: TestBrowser;
  let tenants = 0;

  beforeAll(async () => {
    // Whoever looks at a page waits for a login service that answers late on a busy machine.
    const patient = { REQUEST_TIMEOUT_MS: '10000', JOB_BUDGET_MS: '20000' };
    // White text could not be read on it, and nor could its edge be seen on white.
    const brand = { OPERATOR_NAME: 'Canteens & Sons', OPERATOR_COLOR: '#FFD400' };
    road = await Road.open({ settings: { ...quickSettings, ...patient, ...brand } });
    browser = await TestBrowser.launch();
  });
  afterAll(async () => {
    await browser.close();
    await road.close();
  });
  afterEach(async () => {
    await browser.empty();
  });

  /** A customer whose tenant awaits consent; answers its id and domain. */
  async function customer(
    behaviour: ConsentBehaviour = {},
    secret = GOOD_SECRET,
    bundles: readonly string[] | null = ['directory'],
  ): Promise<{ readonly tenantId: string; readonly domain: string }> {
    tenants += 1;
    const tenantId = `b7005e00-0000-4000-8000-${String(tenants).padStart(12, '0')}`;
    const domain = `browsed-${tenants}.example`;
    const apps = [{ clientId: CLIENT_ID, secrets: [{ value: secret }], roles: sampleRoles }];
    await road.control.createTenant({ tenantId, displayName: `Browsed ${tenants}`, domain, apps });
    await road.control.setConsentBehaviour(tenantId, behaviour);
    const wish = {
      tenantId,
      displayName: `Browsed & Sons ${tenants}`,
      cloud: 'local',
      ...(bundles === null ? {} : { bundles }),
    };
    const answer = await road.ask('POST', '/api/v1/tenants', wish);
    expect(answer).toMatchObject({ status: 201, body: { state: 'awaitingConsent' } });
    return { tenantId, domain };
  }

  async function linkFor(tenantId: string, purposes = ['connect', 'credential']): Promise<string> {
    const answer = await road.ask('POST', `/api/v1/tenants/${tenantId}/admin-link`, { purposes });
    expect(answer).toMatchObject({ status: 201 });
    return (answer.body as { url: string }).url;
  }

  /** Signed in behind a new link. */
  async function signedIn(tenantId: string, purposes?: string[]): Promise<Tab> {
    const tab = await browser.someone();
    await tab.page.goto(await linkFor(tenantId, purposes));
    await tab.page.getByRole('button', { name: 'Begin' }).click();
    await tab.page.getByRole('heading', { level: 1, name: /^Directory of Browsed/ }).waitFor();
    return tab;
  }

  /** Decides on the login service's own page, as somebody of the directory. */
  async function decide(page: Page, account: string, button: 'Accept' | 'Cancel'): Promise<void> {
    await page.getByRole('button', { name: 'Continue to Microsoft' }).click();
    await page.locator('select[name=account]').selectOption(account);
    await page.getByRole('button', { name: button }).click();
  }

  async function enterCredential(page: Page, secretValue: string): Promise<void> {
    await page.getByLabel('Application (client) id').fill(CLIENT_ID);
    await page.getByLabel('Secret value').fill(secretValue);
    await page.getByRole('button', { name: /^Try and/ }).click();
  }

  /** Whether the whole button is seen before anybody scrolls. */
  async function isInView(page: Page, name: string): Promise<boolean> {
    const box = await page.getByRole('button', { name }).boundingBox();
    const window = page.viewportSize();
    if (box === null || window === null) return false;
    const { x, y, width, height } = box;
    return x >= 0 && y >= 0 && x + width <= window.width && y + height <= window.height;
  }

  async function colorsOf(page: Page, name: string): Promise<readonly string[]> {
    return await page.getByRole('button', { name }).evaluate((button) => {
      const { backgroundColor, color } = getComputedStyle(button);
      return [backgroundColor, color];
    });
  }

  const heading = (page: Page, name: string) =>
    page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

  const stateOf = async (tenantId: string) =>
    ((await road.ask('GET', `/api/v1/tenants/${tenantId}`)).body as { state: string }).state;

  it('consents and comes back to a page that confirms the connection', async () => {
    const { tenantId, domain } = await customer();
    const { page, complaints } = await signedIn(tenantId);
    await picture(page, 'overview-awaiting');
    await page.getByRole('button', { name: 'Go on to consent' }).click();
    await page.getByRole('heading', { level: 1, name: 'Connect your directory' }).waitFor();
    await picture(page, 'consent-before');
    await decide(page, `admin@${domain}`, 'Accept');
    await page.getByRole('heading', { level: 1, name: 'Connected' }).waitFor();
    await picture(page, 'consent-after');
    expect(await stateOf(tenantId)).toBe('connected');
    await page.goto(new URL(`/api/connect/${tenantId}`, page.url()).href);
    await page.getByText('Nobody is synced before a setup is started.').waitFor();
    await picture(page, 'overview-connected');
    expect(complaints).toEqual([]);
  });

  it('consents to users, groups and notifications at once, by a button that is seen without scrolling', async () => {
    const { tenantId, domain } = await customer({}, GOOD_SECRET, null);
    const { page, complaints } = await signedIn(tenantId, ['connect']);
    for (const [width, height] of [
      [360, 640],
      [1280, 720],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.goto(new URL(`/api/connect/${tenantId}`, page.url()).href);
      expect(await isInView(page, 'Go on to consent')).toBe(true);
      await page.getByRole('button', { name: 'Go on to consent' }).click();
      await heading(page, 'Connect your directory');
      expect(await isInView(page, 'Continue to Microsoft')).toBe(true);
      await page.getByText('operator@rollcall.local of Canteens & Sons asks to read the directory').waitFor();
      expect(await page.locator('header').textContent()).toBe('Canteens & Sons');
      expect(await colorsOf(page, 'Continue to Microsoft')).toEqual(['rgb(255, 212, 0)', 'rgb(0, 0, 0)']);
      await readable(page, `consent-once-${width}`);
    }
    await decide(page, `admin@${domain}`, 'Accept');
    await heading(page, 'Connected');
    expect((await road.ask('GET', `/api/v1/tenants/${tenantId}`)).body).toMatchObject({
      state: 'connected',
      consents: [{ bundle: 'directory' }, { bundle: 'near-real-time' }],
    });
    expect(complaints).toEqual([]);
  });

  it('is told of a refused consent what to do, and may try again', async () => {
    const { tenantId, domain } = await customer();
    const { page, complaints } = await signedIn(tenantId, ['connect']);
    await page.getByRole('button', { name: 'Go on to consent' }).click();
    await decide(page, `admin@${domain}`, 'Cancel');
    await page.getByRole('alert').waitFor();
    await picture(page, 'consent-refused');
    expect(await stateOf(tenantId)).toBe('awaitingConsent');
    await decide(page, `admin@${domain}`, 'Accept');
    await page.getByRole('heading', { level: 1, name: 'Connected' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('is told which permission a consent lacks', async () => {
    const { tenantId, domain } = await customer({ grantOnly: ['User.Read.All'] });
    const { page } = await signedIn(tenantId, ['connect']);
    await page.getByRole('button', { name: 'Go on to consent' }).click();
    await decide(page, `admin@${domain}`, 'Accept');
    await page
      .getByText('so far granted: User.Read.All; still missing: GroupMember.Read.All, Organization.Read.All.')
      .waitFor();
    await picture(page, 'consent-wrong-permissions');
    expect(await stateOf(tenantId)).toBe('awaitingConsent');
  });

  it('whose directory nobody knew signs in first, and then consents', async () => {
    tenants += 1;
    const tenantId = `b7005e00-0000-4000-8000-${String(tenants).padStart(12, '0')}`;
    const domain = `browsed-${tenants}.example`;
    await road.control.createTenant({ tenantId, displayName: `Browsed ${tenants}`, domain, apps: [] });
    const wish = { displayName: 'Somebody new', cloud: 'local', bundles: ['directory'] };
    const answer = await road.ask('POST', '/api/v1/consent-links', wish);
    expect(answer).toMatchObject({ status: 201 });
    const { page, complaints } = await browser.someone();
    await page.goto((answer.body as { url: string }).url);
    await picture(page, 'consent-unknown');
    await page.getByRole('button', { name: 'Continue to Microsoft' }).click();
    await page.locator('select[name=account]').selectOption(`admin@${domain}`);
    await page.locator('button[value=accept]').click();
    await page.getByText(tenantId).waitFor();
    expect(await stateOf(tenantId)).toBe('awaitingConsent');
    await decide(page, `admin@${domain}`, 'Accept');
    await page.getByRole('heading', { level: 1, name: 'Connected' }).waitFor();
    expect(await stateOf(tenantId)).toBe('connected');
    expect(complaints).toEqual([]);
  });

  it('cannot use a link twice, and is told how to go on', async () => {
    const { tenantId } = await customer();
    const link = await linkFor(tenantId);
    const first = await browser.someone();
    for (let times = 0; times < 2; times += 1) expect((await first.page.goto(link))?.status()).toBe(200);
    await picture(first.page, 'link');
    await first.page.getByRole('button', { name: 'Begin' }).click();
    await first.page.getByRole('navigation').waitFor();
    expect(await first.page.context().cookies()).toEqual([
      expect.objectContaining({
        name: 'rollcall_administrator',
        path: `/api/connect/${tenantId}`,
        httpOnly: true,
        sameSite: 'Strict',
      }),
    ]);
    const second = await browser.someone();
    expect((await second.page.goto(link))?.status()).toBe(404);
    await second.page.getByText('Ask the sender for a new one.').waitFor();
    await picture(second.page, 'link-used');
    expect((await second.page.goto(new URL(`/api/connect/${tenantId}`, link).href))?.status()).toBe(403);
    await picture(second.page, 'signed-out');
  });

  it('enters a wrong secret, is told beside the field, and then the right one', async () => {
    const { tenantId } = await customer();
    const { page, complaints } = await signedIn(tenantId, ['credential']);
    await page.getByRole('link', { name: 'Enter a client secret' }).click();
    await picture(page, 'credential');
    await enterCredential(page, 'wrong~secret');
    await page.locator('#secretValue-problem').getByText('AADSTS7000215').waitFor();
    await picture(page, 'credential-wrong');
    expect(await page.getByLabel('Application (client) id').inputValue()).toBe(CLIENT_ID);
    expect(await page.getByLabel('Secret value').inputValue()).toBe('');
    expect(await page.content()).not.toContain('wrong~secret');
    await enterCredential(page, `  ${GOOD_SECRET} `);
    await page.getByRole('heading', { level: 1, name: 'The client secret works' }).waitFor();
    await page.getByText('were taken off').waitFor();
    await picture(page, 'credential-confirmed');
    expect(await page.content()).not.toContain(GOOD_SECRET);
    expect(await stateOf(tenantId)).toBe('connected');
    await page.getByRole('link', { name: 'Client secret', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Replace the client secret' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('sees what the doctor finds, with its fix', async () => {
    const { tenantId } = await customer();
    const { page, complaints } = await signedIn(tenantId);
    await page.getByRole('link', { name: 'Doctor' }).click();
    await page.getByRole('heading', { level: 2, name: /To be fixed.*consented/ }).waitFor();
    await page.getByRole('link', { name: 'Client secret', exact: true }).click();
    await enterCredential(page, GOOD_SECRET);
    await page.getByRole('heading', { level: 1, name: 'The client secret works' }).waitFor();
    await road.control.setApp(tenantId, {
      clientId: CLIENT_ID,
      secrets: [{ value: GOOD_SECRET }],
      roles: ['User.Read.All'],
    });
    await page.getByRole('link', { name: 'Doctor' }).click();
    await page.getByRole('heading', { level: 2, name: /To be fixed.*GroupMember.Read.All/ }).waitFor();
    await picture(page, 'doctor');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { level: 2, name: 'What needs attention' }).waitFor();
    await picture(page, 'overview-findings');
    expect(complaints).toEqual([]);
  });

  it('disconnects, and sees the stage until nothing is left', async () => {
    const { tenantId } = await customer();
    const { page, complaints } = await signedIn(tenantId);
    await page.getByRole('link', { name: 'Enter a client secret' }).click();
    await enterCredential(page, GOOD_SECRET);
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await page.setViewportSize({ width: 360, height: 640 });
    await page.getByRole('link', { name: 'Disconnect this directory' }).click();
    const confirm = page.getByLabel('Name of the directory');
    await confirm.fill('another');
    await confirm.press('Enter');
    await page.getByRole('alert').getByText('This is not the name of the directory.').waitFor();
    await readable(page, 'disconnect');
    expect(await stateOf(tenantId)).toBe('connected');
    await confirm.fill(`Browsed & Sons ${tenants}`);
    await page.getByRole('button', { name: 'Disconnect and remove everything' }).click();
    await heading(page, 'The directory is being disconnected');
    await page.locator('[aria-current=step]').waitFor();
    await readable(page, 'disconnecting');
    await heading(page, 'The directory is disconnected');
    await readable(page, 'disconnected');
    expect((await road.ask('GET', `/api/v1/tenants/${tenantId}`)).status).toBe(404);
    expect((await road.ask('GET', `/api/v1/tenants/${tenantId}/disconnection`)).body).toMatchObject({
      status: 'Succeeded',
      removed: { AdminLinks: 2 },
    });
    expect(complaints).toEqual([]);
  });

  it('needs no mouse', async () => {
    const { tenantId } = await customer();
    const { page, complaints } = await browser.someone();
    await page.goto(await linkFor(tenantId, ['credential']));
    const tabTo = async (name: string | RegExp, role: 'button' | 'link'): Promise<void> => {
      const wanted = page.getByRole(role, { name });
      for (let presses = 0; presses < 20; presses += 1) {
        await page.keyboard.press('Tab');
        if (await wanted.evaluate((element) => element === document.activeElement)) return;
      }
      throw new Error(`${String(name)} cannot be reached by keyboard`);
    };
    await tabTo('Begin', 'button');
    const outline = () => page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(await outline()).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').waitFor();
    await tabTo('Enter a client secret', 'link');
    await page.keyboard.press('Enter');
    const clientId = page.getByLabel('Application (client) id');
    await clientId.waitFor();
    while (!(await clientId.evaluate((element) => element === document.activeElement)))
      await page.keyboard.press('Tab');
    await page.keyboard.type(CLIENT_ID);
    await page.keyboard.press('Tab');
    await page.keyboard.type(GOOD_SECRET);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'The client secret works' }).waitFor();
    await tabTo('Sign out', 'button');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'You are signed out' }).waitFor();
    await picture(page, 'signed-out-by-hand');
    expect(complaints).toEqual([]);
  });

  it('can read every page on a narrow screen, in light and dark, without scripts', async () => {
    const { tenantId } = await customer();
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints } = await browser.someone({
        viewport: { width: 360, height: 740 },
        colorScheme,
      });
      await page.goto(await linkFor(tenantId));
      await readable(page, `narrow-${colorScheme}-link`);
      await page.getByRole('button', { name: 'Begin' }).click();
      await page.getByRole('navigation').waitFor();
      await readable(page, `narrow-${colorScheme}-overview`);
      await page.getByRole('link', { name: 'Client secret', exact: true }).click();
      await enterCredential(page, '');
      await page.getByRole('alert').waitFor();
      await readable(page, `narrow-${colorScheme}-credential`);
      await page.getByRole('link', { name: 'Doctor' }).click();
      await page.getByRole('heading', { level: 1, name: 'What the doctor finds' }).waitFor();
      await readable(page, `narrow-${colorScheme}-doctor`);
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.getByRole('button', { name: 'Go on to consent' }).click();
      await page.getByRole('heading', { level: 1, name: 'Connect your directory' }).waitFor();
      await readable(page, `narrow-${colorScheme}-consent`);
      await page.goto(await linkFor(tenantId).then((link) => link.slice(0, -1)));
      await readable(page, `narrow-${colorScheme}-unusable`);
      expect(complaints).toEqual([]);
    }
  });
});
