import { beforeEach, describe, expect, it } from 'vitest';
import { PAGES_AT } from '../browse.js';
import { ConsentWorld, CONTOSO, FABRIKAM } from './consent-world.js';

const MINUTE = 60_000;
const CONSULTANT = '11111111-aaaa-4bbb-8ccc-000000000003';
const customer = 'admin@fabrikam.example';
const consultant = 'admin@consultant.example';
const AGAIN = 'This is not the right directory: sign in again';

describe('a link for a tenant not known, after a sign-in told one', () => {
  let world: ConsentWorld;
  let path: string;
  beforeEach(async () => {
    world = await ConsentWorld.begin();
    await world.emulator.createTenant({ tenantId: CONSULTANT, domain: 'consultant.example', apps: [] });
    path = await world.unknownLink();
  });

  const pageOf = (tenantId: string) => path.replace('unknown', tenantId);
  const signIn = async (account: string) =>
    await world.browser.open(await world.decide(await world.sendOut(path), account));
  /** From the page of the tenant that was told: the login service's page. */
  const leaveAgain = async (tenantId: string) => {
    const answer = await world.browser.post(pageOf(tenantId), { form: { signInAgain: 'yes' } });
    expect(answer.status).toBe(303);
    return answer.headers['location'] ?? '';
  };
  const signInAgain = async (tenantId: string, account: string) =>
    await world.browser.open(await world.decide(await leaveAgain(tenantId), account));
  const stateOf = async (tenantId: string) => (await world.tenant(tenantId))?.state.kind ?? null;

  it('leads whoever it is forwarded to on to the consent, in any browser', async () => {
    await signIn(customer);
    const forwarded = world.newBrowser();
    const before = await world.everything();
    for (const answer of [await forwarded.open(path), await forwarded.post(path)]) {
      expect([answer.status, answer.headers['location']]).toEqual([303, PAGES_AT + pageOf(FABRIKAM)]);
    }
    expect(await world.everything()).toEqual(before);
    const back = await world.decide(await world.sendOut(pageOf(FABRIKAM), forwarded), customer);
    expect((await forwarded.open(back)).status).toBe(303);
    await world.work(MINUTE);
    expect(await stateOf(FABRIKAM)).toBe('connected');
    expect((await forwarded.open(path)).headers['location']).toBe(PAGES_AT + pageOf(FABRIKAM));
  });

  it('lets another sign-in decide, which takes the wrong tenant away', async () => {
    await signIn(consultant);
    expect((await world.browser.open(pageOf(CONSULTANT))).text).toContain(AGAIN);
    const back = await signInAgain(CONSULTANT, customer);
    expect(back.headers['location']).toBe(PAGES_AT + pageOf(FABRIKAM));
    expect(await stateOf(CONSULTANT)).toBe('disconnecting');
    expect(await world.tenant(FABRIKAM)).toMatchObject({
      displayName: 'Fabrikam A/S',
      state: { kind: 'awaitingConsent' },
    });
    expect((await world.browser.open(path)).headers['location']).toBe(PAGES_AT + pageOf(FABRIKAM));
    expect((await world.browser.open(pageOf(CONSULTANT))).status).toBe(404);
    await world.work();
    expect(world.others).toEqual([expect.objectContaining({ kind: 'disconnect', tenantId: CONSULTANT })]);
  });

  it('leaves the wrong tenant where anybody worked on it', async () => {
    const works: readonly (() => Promise<unknown>)[] = [
      async () => {
        const { value, tag } = (await world.stores.tenants.get(CONSULTANT))!;
        await world.stores.tenants.save({ ...value, nightlyAt: '03:00' }, tag);
      },
      () => world.stores.attention.signal(CONSULTANT, 'reconcile'),
    ];
    for (const work of works) {
      world = await ConsentWorld.begin();
      await world.emulator.createTenant({ tenantId: CONSULTANT, domain: 'consultant.example', apps: [] });
      path = await world.unknownLink();
      await signIn(consultant);
      await work();
      await signInAgain(CONSULTANT, customer);
      expect(await stateOf(CONSULTANT)).toBe('awaitingConsent');
      expect(await stateOf(FABRIKAM)).toBe('awaitingConsent');
      expect((await world.browser.open(pageOf(CONSULTANT))).status).toBe(404);
    }
  });

  it('stays with its tenant where the same directory signs in again, or one that is known', async () => {
    await signIn(customer);
    expect((await signInAgain(FABRIKAM, customer)).headers['location']).toBe(PAGES_AT + pageOf(FABRIKAM));
    expect((await signInAgain(FABRIKAM, 'admin@contoso.example')).status).toBe(409);
    expect(await stateOf(FABRIKAM)).toBe('awaitingConsent');
    expect((await world.browser.open(path)).headers['location']).toBe(PAGES_AT + pageOf(FABRIKAM));
  });

  it('lets no other sign-in decide once a consent is given', async () => {
    await signIn(customer);
    const late = await world.decide(await leaveAgain(FABRIKAM), consultant);
    await world.browser.open(await world.decide(await world.sendOut(pageOf(FABRIKAM)), customer));
    expect((await world.browser.open(pageOf(FABRIKAM))).text).not.toContain(AGAIN);
    await world.work(MINUTE);
    expect((await world.browser.open(pageOf(FABRIKAM))).text).not.toContain(AGAIN);
    const before = await world.browser.post(pageOf(FABRIKAM), { form: { signInAgain: 'yes' } });
    expect(before.headers['location']).toBe(PAGES_AT + pageOf(FABRIKAM));
    const answer = await world.browser.open(late);
    expect([answer.status, answer.text]).toEqual([
      409,
      expect.stringContaining('consent for another directory was given by this link') as string,
    ]);
    expect([await stateOf(FABRIKAM), await stateOf(CONSULTANT)]).toEqual(['connected', null]);
  });

  it('lets no link of another kind be signed in with', async () => {
    const known = await world.link();
    expect((await world.browser.open(known)).text).not.toContain(AGAIN);
    const answer = await world.browser.post(known, { form: { signInAgain: 'yes' } });
    expect(answer.headers['location']).toBe(PAGES_AT + known);
    expect(await stateOf(CONTOSO)).toBe('awaitingConsent');
  });

  it('lets nobody sign in again once it expired', async () => {
    await signIn(consultant);
    await world.work(25 * 60 * MINUTE);
    expect((await world.browser.open(pageOf(CONSULTANT))).text).not.toContain(AGAIN);
    const answer = await world.browser.post(pageOf(CONSULTANT), { form: { signInAgain: 'yes' } });
    expect(answer.headers['location']).toBe(PAGES_AT + pageOf(CONSULTANT));
  });

  it('goes on to the right tenant after a crash between any two writes of another sign-in', async () => {
    for (const crashAt of [1, 2, 3]) {
      world = await ConsentWorld.begin();
      await world.emulator.createTenant({ tenantId: CONSULTANT, domain: 'consultant.example', apps: [] });
      path = await world.unknownLink();
      await signIn(consultant);
      const back = await world.decide(await leaveAgain(CONSULTANT), customer);
      let writes = 0;
      world.tables.beforeOperation = (request) => {
        if (!request.writes) return Promise.resolve();
        writes += 1;
        // The first write uses the state up.
        return writes === crashAt + 1 ? Promise.reject(new Error('crashed')) : Promise.resolve();
      };
      expect((await world.browser.open(back)).status).toBe(500);
      world.tables.beforeOperation = null;
      if (crashAt === 1) await signInAgain(CONSULTANT, customer);
      else await signIn(customer);
      expect((await world.browser.open(path)).headers['location']).toBe(PAGES_AT + pageOf(FABRIKAM));
      expect(await stateOf(FABRIKAM)).toBe('awaitingConsent');
    }
  });
});
