import { beforeEach, describe, expect, it } from 'vitest';
import {
  inStage,
  succeededDisconnection,
  type Disconnection,
} from '../../../../shared/core/disconnection.js';
import type { LinkPurpose } from '../../../../shared/core/admin-link.js';
import { OTHER_TENANT, TENANT } from '../../api/sample-rows.js';
import { HOSTILE, SetupsWorld } from './setups-world.js';

const BASE = `/api/connect/${TENANT}`;
const PAGE = `${BASE}/session/disconnect`;
const PROGRESS = `${BASE}/session/disconnection`;

describe('disconnecting by the administrator', () => {
  let world: SetupsWorld;
  beforeEach(async () => {
    world = await SetupsWorld.open();
  });

  const tenantState = async () => (await world.stores.tenants.get(TENANT))?.value.state.kind;
  const operation = async () => (await world.stores.disconnections.get(TENANT))!;
  const jobs = () => world.queued.filter(({ job }) => job.kind === 'disconnect').length;

  async function save(change: (before: Disconnection) => Disconnection): Promise<void> {
    const { value, tag } = await operation();
    await world.stores.disconnections.save(change(value), tag);
  }

  it.each([
    [['connect'], 200],
    [['setup'], 200],
    [['credential'], 403],
  ] satisfies [LinkPurpose[], number][])('is offered to a link for %s: %i', async (purposes, expected) => {
    await world.signIn(purposes);
    expect((await world.browser.open(PAGE)).status).toBe(expected);
    expect((await world.submit('disconnect', { confirm: 'wrong' })).status).toBe(
      expected === 200 ? 422 : 403,
    );
    const overview = (await world.browser.open(BASE)).text;
    expect(overview.includes('Disconnect this directory')).toBe(expected === 200);
    expect(await tenantState()).toBe('connected');
  });

  it('says first what is removed and what is not, and changes nothing', async () => {
    await world.signIn(['setup']);
    const { text } = await world.browser.open(PAGE);
    expect(text).toContain('the setup, with people, records and history: Front desk');
    expect(text).toContain('all users, groups and memberships that were read');
    expect(text).toContain('Nothing in Entra is changed');
    expect(text).not.toContain('Of Fabrikam');
    expect([await tenantState(), jobs()]).toEqual(['connected', 0]);
  });

  it.each(['', 'contoso', 'Fabrikam', HOSTILE, 'x'.repeat(10_000)])(
    'does nothing while the name of the directory is not typed: %j',
    async (confirm) => {
      await world.signIn(['connect']);
      const { status, text } = await world.submit('disconnect', { confirm });
      expect([status, text]).toEqual([
        422,
        expect.stringContaining('This is not the name of the directory.'),
      ]);
      expect(text).not.toContain('<script>');
      expect([await tenantState(), jobs()]).toEqual(['connected', 0]);
    },
  );

  it('takes a name as it looks on the page', async () => {
    const stored = (await world.stores.tenants.get(TENANT))!;
    await world.stores.tenants.save({ ...stored.value, displayName: 'Contoso  & Sons' }, stored.tag);
    await world.signIn(['connect']);
    expect((await world.submit('disconnect', { confirm: ' Contoso & Sons' })).status).toBe(303);
    expect(await tenantState()).toBe('disconnecting');
  });

  it('takes no form that is not of this session', async () => {
    await world.signIn(['connect']);
    for (const form of [{ confirm: 'Contoso' }, { confirm: 'Contoso', formToken: 'f'.repeat(64) }])
      expect((await world.browser.post(PAGE, { form })).status).toBe(403);
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await world.browser.post(PAGE, { form: { confirm: 'Contoso' }, headers })).status).toBe(403);
    expect(await tenantState()).toBe('connected');
  });

  it('begins the same removal as by the API, and signs everybody out', async () => {
    await world.signIn(['connect']);
    const colleague = new Map(world.browser.cookies);
    world.browser.cookies.clear();
    await world.signIn(['setup']);
    const link = await world.link(['setup']);
    const { status, headers } = await world.submit('disconnect', { confirm: 'Contoso' });
    expect([status, headers['location']]).toEqual([303, PROGRESS]);
    expect([await tenantState(), jobs()]).toEqual(['disconnecting', 1]);
    expect([...world.browser.cookies.keys()]).toEqual(['rollcall_disconnection']);
    expect(world.browser.setCookies.at(-1)).toMatchObject({
      ...{ path: BASE, httpOnly: true, secure: true, sameSite: 'Strict', maxAge: 86_400 },
    });
    expect((await world.browser.open(BASE)).status).toBe(403);
    expect((await world.browser.open(link)).status).toBe(404);
    for (const [name, value] of colleague) world.browser.cookies.set(name, value);
    expect((await world.browser.open(BASE)).status).toBe(403);
    expect((await world.stores.tenants.get(OTHER_TENANT))?.value.state.kind).toBe('connected');
  });

  describe('once it has begun', () => {
    beforeEach(async () => {
      await world.signIn(['setup']);
      await world.submit('disconnect', { confirm: 'Contoso' });
    });

    it('shows its stage until it is done, without any session', async () => {
      const first = (await world.browser.open(PROGRESS)).text;
      expect(first).toContain('<h1>The directory is being disconnected</h1>');
      expect(first).toContain('aria-current="step">wait for a free moment (now)');
      expect(first).toContain('disconnection started at');
      expect(first).not.toContain('disconnected at');
      expect(first).toContain('<meta http-equiv="refresh" content="3"/>');
      await save((before) => inStage({ ...before, removed: { Users: 7, People: 2 } }, 'removingRows'));
      const second = (await world.browser.open(PROGRESS)).text;
      expect(second).toContain('aria-current="step">remove users, groups, setups and people (now)');
      expect(second).toContain('<dt>Rows removed</dt><dd>9</dd>');
      await save((before) => inStage(before, 'waiting', '2026-05-04T10:01:00.000Z'));
      expect((await world.browser.open(PROGRESS)).text).toContain('2026-05-04 10:01 UTC');
      await save((before) => ({
        ...succeededDisconnection(before, '2026-05-04T10:02:00.000Z'),
        secret: { state: 'deleted', scheduledPurgeDate: '2026-08-02T00:00:00.000Z' },
      }));
      const last = (await world.browser.open(PROGRESS)).text;
      expect(last).toContain('<h1>The directory is disconnected</h1>');
      expect(last).toContain('nothing is left');
      expect(last).toContain('disconnected at <time datetime="2026-05-04T10:02:00.000Z">');
      expect(last).toContain('locked away until <time datetime="2026-08-02T00:00:00.000Z">');
      expect(last).not.toMatch(/http-equiv="refresh"|aria-current="step"/);
    });

    it('is followed when the tenant is gone, and shows no inner reason of a failure', async () => {
      const stored = (await world.stores.tenants.get(TENANT))!;
      await world.stores.tenants.remove(TENANT, stored.tag);
      const error = { code: 'NotRemoved', message: 'Rows were left in People' };
      await save((before) => ({ ...before, status: 'Failed', error }));
      const { status, text } = await world.browser.open(PROGRESS);
      expect([status, text]).toEqual([200, expect.stringContaining('The removal has stopped')]);
      expect(text).not.toContain('Rows were left');
    });

    it('is shown to nobody else', async () => {
      const mine = world.browser.cookies.get('rollcall_disconnection')!;
      for (const cookie of ['', 'guess', `${mine.slice(0, -1)}_`]) {
        world.browser.cookies.set('rollcall_disconnection', cookie);
        expect((await world.browser.open(PROGRESS)).status, cookie).toBe(403);
      }
      world.browser.cookies.set('rollcall_disconnection', mine);
      const theirs = PROGRESS.replace(TENANT, OTHER_TENANT);
      expect((await world.browser.open(theirs)).status).toBe(403);
      expect((await world.browser.open(PROGRESS)).status).toBe(200);
    });

    it('keeps only a fingerprint of what follows it', async () => {
      const { value } = await operation();
      expect(value.watchHash).toMatch(/^[0-9a-f]{64}$/);
      expect(JSON.stringify(value)).not.toContain(world.browser.cookies.get('rollcall_disconnection'));
    });
  });

  it('that an operator began is followed by no browser', async () => {
    await world.signIn(['setup']);
    await world.submit('disconnect', { confirm: 'Contoso' });
    await save((before) => ({ ...before, watchHash: null }));
    expect((await world.browser.open(PROGRESS)).status).toBe(403);
  });
});
