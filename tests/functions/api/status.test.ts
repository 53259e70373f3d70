import { afterEach, describe, expect, it } from 'vitest';
import type { FindingCode } from '../../../shared/core/doctor/catalog.js';
import type { IssueCode } from '../../../shared/core/issues/tenant-issue.js';
import type { Item } from './api-harness.js';
import { HELD, SETUP_PATH, StatusWorld } from './status-world.js';

interface Trouble {
  readonly title: string;
  readonly begin: (world: StatusWorld) => Promise<void>;
  readonly end: (world: StatusWorld) => Promise<void>;
  readonly state: 'attention' | 'parked';
  readonly code: IssueCode;
  readonly finding: FindingCode;
  readonly next: RegExp;
  /** On the administrator's overview. */
  readonly page: RegExp;
  /** Of the run that ended last; null if no run shows it. */
  readonly run: 'Held' | 'Failed' | null;
}

const TROUBLES: readonly Trouble[] = [
  {
    title: 'removals that are held',
    begin: async (world) => {
      await world.deleteUsers(30);
      await world.sync();
    },
    end: (world) => world.call(`${HELD}/approve`, { 'if-match': '*' }),
    ...{ state: 'attention', code: 'removalsHeld', finding: 'RemovalsHeld', run: 'Held' },
    next: /^30 removals are held .*GET setups\/everybody\/held/,
    page: /30 removals are held .*This is for Olga &lt;Operator> to fix/s,
  },
  {
    title: 'a run that failed',
    begin: async (world) => {
      await world.fault('/users/delta', { kind: 'bothLinks' });
      await world.sync();
    },
    end: async (world) => {
      await world.calm();
      await world.sync();
      await world.discardLetters();
    },
    ...{ state: 'attention', code: 'runsFailing', finding: 'RunsFailing', run: 'Failed' },
    next: /^Reading its users has failed since .*GET runs\//,
    page: /Reading its users has failed .*This is for Olga &lt;Operator> to fix/s,
  },
  {
    title: 'a tenant that is parked',
    begin: async (world) => {
      await world.fault('/delta', { kind: 'status', status: 403 });
      await world.sync();
    },
    end: async (world) => {
      await world.calm();
      await world.sync();
    },
    ...{ state: 'parked', code: 'parked', finding: 'TenantParked', run: 'Failed' },
    next: /refuses to let it read the directory \(403\)\. Grant the application/,
    page: /Reading has stopped\. .*Grant the application/s,
  },
  {
    title: 'a message that the broker gave up',
    begin: (world) => world.brokerGivesUp(),
    end: (world) => world.discardLetters(),
    ...{ state: 'attention', code: 'deadLetters', finding: 'DeadLetters', run: null },
    next: /^1 message of the tenant was set aside.*GET dead-letters/,
    page: /1 message of the tenant was set aside.*This is for Olga &lt;Operator> to fix/s,
  },
  {
    title: 'a secret that has expired, as the login service says',
    begin: async (world) => {
      await world.secrets('2000-01-01T00:00:00Z');
      await world.fault('/delta', { kind: 'status', status: 401 });
      await world.sync();
    },
    end: async (world) => {
      await world.scene.world.clock.advance(60_000);
      await world.secrets(null);
      await world.calm();
      await world.sync();
    },
    ...{ state: 'parked', code: 'secretExpired', finding: 'SecretExpired', run: 'Failed' },
    next: /expired \(AADSTS7000222\)\. Make a new client secret/,
    page: /The client secret expired on \d{4}-\d\d-\d\d\..*Make a new one in Entra/s,
  },
];

const codesOf = (item: Item): unknown[] => (item['issues'] as readonly Item[]).map(({ code }) => code);

/** Every place that shows a status, with the codes of the issues that it shows. */
const PLACES: Readonly<Record<string, (world: StatusWorld) => Promise<Item>>> = {
  'the tenant': (world) => world.tenant(),
  'the list of tenants': (world) => world.listed(),
  'the fleet': (world) => world.fleet(),
  'the setup': (world) => world.setup(),
};

let world: StatusWorld;
afterEach(() => world.close());

describe('every place that shows a status', () => {
  it.each(TROUBLES)('shows $title, and nothing of it once it has ended', async (trouble) => {
    world = await StatusWorld.open();
    await expectClean();
    await trouble.begin(world);
    for (const [place, read] of Object.entries(PLACES))
      expect(codesOf(await read(world)), place).toContain(trouble.code);
    const tenant = await world.tenant();
    expect(tenant['state']).toBe(trouble.state);
    expect(tenant['nextStep']).toMatch(trouble.next);
    expect((await world.fleet())['state']).toBe(trouble.state);
    expect((await world.doctor()).map(({ code }) => code)).toContain(trouble.finding);
    const run = await world.run();
    if (trouble.run === null) expect(codesOf(run)).toEqual([]);
    else expect([run['status'], codesOf(run)]).toEqual([trouble.run, expect.arrayContaining([trouble.code])]);
    const overview = await world.overview();
    expect(overview).toMatch(trouble.page);
    expect(overview).not.toMatch(/nothing for you to do/i);
    await trouble.end(world);
    await expectClean();
  });

  it('counts the tenants by their issues in the fleet', async () => {
    world = await StatusWorld.open();
    await world.deleteUsers(30);
    await world.sync();
    expect((await world.ask('GET', '/v1/fleet')).body).toMatchObject({
      ...{ tenants: 1, byState: { attention: 1 }, matters: { removalsHeld: 1 } },
      value: [{ displayName: 'Contoso', lastSuccess: expect.any(String) as string }],
    });
  });

  it('names the setup to start again once the last one was paused, and nothing since it runs again', async () => {
    world = await StatusWorld.open();
    await world.call(`${SETUP_PATH}/pause`);
    for (const read of [world.tenant.bind(world), world.listed.bind(world)])
      expect(await read()).toMatchObject({
        state: 'connected',
        nextStep: expect.stringMatching(
          /^The setup ".*" is paused, and no other is started: start it again \(POST setups\/everybody\/start\)/,
        ) as string,
      });
    await world.call(`${SETUP_PATH}/start`);
    await expectClean();
  });
});

async function expectClean(): Promise<void> {
  for (const [place, read] of Object.entries(PLACES)) expect(codesOf(await read(world)), place).toEqual([]);
  expect(await world.tenant()).toMatchObject({
    ...{ state: 'running', stateReason: null, nextStep: 'Nothing: it is kept up to date automatically.' },
  });
  expect(await world.fleet()).toMatchObject({ state: 'running' });
  const findings = (await world.doctor()).map(({ code }) => code);
  for (const { finding } of TROUBLES) expect(findings).not.toContain(finding);
  const run = await world.run();
  expect([run['status'], codesOf(run)]).toEqual(['Succeeded', []]);
  expect((await world.secret())?.['state']).not.toBe('expired');
  expect(await world.overview()).toMatch(/There is nothing for you to do/);
}
