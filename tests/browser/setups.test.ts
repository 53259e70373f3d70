import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Page } from 'playwright-core';
import type { DirectoryChange } from '../../local/graph/control-api.js';
import { patience, quickSettings, Road } from '../end-to-end/road.js';
import { browserExecutable, TestBrowser, type Tab } from './browser.js';
import { readable } from './look.js';

const idOf = (number: number): string => `5e70b000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const STAFF = idOf(101);
const KITCHEN = idOf(102);
const LONG_NAME = `Everybody${'OfEveryOffice'.repeat(12)} <b>&</b>`;

const user = (number: number): DirectoryChange => ({
  kind: 'createUser',
  id: idOf(number),
  attributes: { displayName: `Person ${number}`, accountEnabled: true, userType: 'Member' },
});
const group = (id: string, displayName: string): DirectoryChange => ({
  kind: 'createGroup',
  id,
  attributes: { displayName, securityEnabled: true },
});
const member = (groupId: string, number: number): DirectoryChange => ({
  kind: 'addMember',
  groupId,
  memberId: idOf(number),
});

describe.runIf(browserExecutable !== null)("the customer's administrator at the setups in a browser", () => {
  let road: Road;
  let browser: TestBrowser;
  let tenantId: string;

  beforeAll(async () => {
    const patient = { REQUEST_TIMEOUT_MS: '10000', JOB_BUDGET_MS: '20000' };
    road = await Road.open({ settings: { ...quickSettings, ...patient } });
    browser = await TestBrowser.launch();
    const changes = [
      ...[1, 2, 3].map(user),
      group(STAFF, LONG_NAME),
      group(KITCHEN, 'Kitchen of the canteen'),
      ...[1, 2].map((number) => member(STAFF, number)),
      member(KITCHEN, 3),
    ];
    tenantId = await road.connect({ changes });
    await road.run(tenantId);
    const put = async (path: string, body: unknown) =>
      expect((await road.ask('PUT', `/api/v1/${path}`, body)).status, path).toBeLessThan(300);
    await put('organizations/canteens', { designation: 'Canteens', tenantIds: [tenantId] });
    await put('organizations/canteens/catalog/role/host', { designation: 'Host', module: 'visitors' });
    await put('organizations/canteens/catalog/costCenter/cc-7', { designation: 'Kitchen staff' });
    await put('setup-templates/workplace', {
      designation: 'Workplace',
      scope: { kind: 'rootGroup' },
      attributes: { preset: 'contactCard' },
    });
  });
  afterAll(async () => {
    await browser.close();
    await road.close();
  });
  afterEach(async () => {
    await browser.empty();
  });

  async function signedIn(purposes: readonly string[], options?: Parameters<TestBrowser['someone']>[0]) {
    const answer = await road.ask('POST', `/api/v1/tenants/${tenantId}/admin-link`, { purposes });
    expect(answer).toMatchObject({ status: 201 });
    const tab: Tab = await browser.someone(options);
    await tab.page.goto((answer.body as { url: string }).url);
    await tab.page.getByRole('button', { name: 'Begin' }).click();
    await tab.page.getByRole('navigation').waitFor();
    return tab;
  }

  const heading = (page: Page, name: string | RegExp) =>
    page.getByRole('heading', { level: 1, name }).waitFor();

  it('makes one, maps a group, looks at it, starts and pauses it, on a narrow screen', async () => {
    const { page, complaints } = await signedIn(['setup'], { viewport: { width: 360, height: 740 } });
    await page.getByRole('link', { name: 'Setups', exact: true }).click();
    await readable(page, 'setups-none');
    await page.getByRole('link', { name: 'Make a setup' }).click();
    await readable(page, 'setups-templates');
    await page.getByRole('link', { name: 'Workplace' }).click();
    await page.getByLabel('Search groups').fill('every');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('input[name=shownSearch][value=every]').waitFor({ state: 'attached' });
    await page.getByLabel('Name of the setup').fill('');
    await page.getByRole('button', { name: 'Make the setup' }).click();
    await page.locator('#designation-problem').getByText('Give it a name').waitFor();
    await page.locator('#groupIds-problem').getByText('Tick at least one group').waitFor();
    await readable(page, 'setups-new-refused');
    await page.getByRole('checkbox', { name: LONG_NAME }).check();
    await page.getByLabel('Search groups').fill('kitchen');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('checkbox', { name: 'Kitchen of the canteen' }).waitFor();
    expect(await page.getByRole('checkbox', { name: LONG_NAME }).isChecked()).toBe(true);
    await readable(page, 'setups-new-searched');
    await page.getByLabel('Name of the setup').fill('Canteen');
    await page.getByRole('button', { name: 'Make the setup' }).click();
    await heading(page, 'Canteen');
    await readable(page, 'setups-one');

    await page.getByRole('link', { name: 'map groups' }).click();
    await page.getByLabel('Search groups').fill(KITCHEN);
    await page.getByLabel('Search what to give').fill('host');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('button', { name: 'Add the mapping' }).click();
    await page.locator('#choice-problem').getByText('Choose the group').waitFor();
    await page.getByRole('radio', { name: 'Kitchen of the canteen' }).check();
    await page.getByRole('checkbox', { name: 'Host (visitors)' }).check();
    await page.getByRole('button', { name: 'Add the mapping' }).click();
    await page.getByText('Members of Kitchen of the canteen').waitFor();
    await readable(page, 'setups-mappings');

    await page.getByRole('link', { name: 'Back to Canteen' }).click();
    await page.getByRole('link', { name: 'choose groups' }).click();
    await page.getByRole('checkbox', { name: 'Kitchen of the canteen' }).check();
    await page.getByRole('button', { name: 'Add the groups ticked' }).click();
    await page.getByRole('button', { name: 'Remove Kitchen of the canteen' }).waitFor();
    await readable(page, 'setups-groups');

    await page.getByRole('link', { name: 'Back to Canteen' }).click();
    await page.getByRole('link', { name: 'choose attributes' }).click();
    await page.getByRole('checkbox', { name: 'jobTitle' }).uncheck();
    await readable(page, 'setups-fields');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('9 of 10').waitFor();

    await page.getByRole('link', { name: 'Preview' }).click();
    await page.getByRole('row', { name: 'are added 3' }).waitFor();
    await readable(page, 'setups-preview');
    await page.getByRole('link', { name: 'Back to Canteen' }).click();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('This setup is started.').waitFor();
    const people = () => road.ask('GET', `/api/v1/tenants/${tenantId}/setups/canteen/people`);
    await vi.waitFor(
      async () => expect((await people()).body).toMatchObject({ value: { length: 3 } }),
      patience,
    );
    await page.getByRole('link', { name: 'see the numbers' }).click();
    await page.getByText('People here', { exact: true }).waitFor();
    await readable(page, 'setups-numbers');
    await page.getByRole('link', { name: 'Back to Canteen' }).click();
    await page.getByRole('link', { name: 'see the people' }).click();
    await page.getByRole('row', { name: 'Person 1 none active' }).waitFor();
    await readable(page, 'setups-people');
    await page.getByLabel('Name, mail address or user name').fill('person 3');
    await page.getByLabel('Among').selectOption('everybody in the directory');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'Person 1' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Person 3' }).click();
    await heading(page, 'Person 3');
    await page.getByText('Every check of the setup is passed.').waitFor();
    await page.getByText('Role: Host (visitors)').waitFor();
    await readable(page, 'setups-person');
    await page.getByRole('link', { name: 'Setups', exact: true }).click();
    await page.getByRole('row', { name: 'Canteen started 3' }).waitFor();
    await readable(page, 'setups-list');
    await page.getByRole('link', { name: 'Canteen' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('This setup is paused.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('sees nothing of them where the link was made for something else', async () => {
    const { page } = await signedIn(['connect', 'credential']);
    expect(await page.getByRole('link', { name: 'Setups' }).count()).toBe(0);
    const setups = new URL(`/api/connect/${tenantId}/session/setups`, page.url()).href;
    expect((await page.goto(setups))?.status()).toBe(403);
    await page.getByText('Your link was not made for this.').waitFor();
  });

  it('needs no mouse to find a group and choose it', async () => {
    const made = await road.ask('POST', `/api/v1/tenants/${tenantId}/setup-templates/workplace/copy`, {
      setupId: 'by-hand',
      organizationId: 'canteens',
      changes: { scope: { kind: 'directory' } },
    });
    expect(made).toMatchObject({ status: 201 });
    const { page, complaints } = await signedIn(['setup']);
    await page.goto(new URL(`/api/connect/${tenantId}/session/setups/by-hand/groups`, page.url()).href);
    const tabTo = async (wanted: ReturnType<Page['getByRole']>): Promise<void> => {
      for (let presses = 0; presses < 30; presses += 1) {
        await page.keyboard.press('Tab');
        if (await wanted.evaluate((element) => element === document.activeElement)) return;
      }
      throw new Error('It cannot be reached by keyboard');
    };
    await tabTo(page.getByLabel('Search groups'));
    await page.keyboard.type('kitchen');
    await page.keyboard.press('Enter');
    await page.locator('input[name=shownSearch][value=kitchen]').waitFor({ state: 'attached' });
    await tabTo(page.getByRole('checkbox', { name: 'Kitchen of the canteen' }));
    await page.keyboard.press('Space');
    await tabTo(page.getByRole('button', { name: 'Add the groups ticked' }));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove Kitchen of the canteen' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
