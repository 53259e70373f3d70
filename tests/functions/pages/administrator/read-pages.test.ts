import { beforeEach, describe, expect, it } from 'vitest';
import { emptyResourceState, type ResourceState } from '../../../../shared/core/round.js';
import { JOBS } from '../../../../shared/core/resource.js';
import { FENCE, tenant, TENANT } from '../../api/sample-rows.js';
import { aRound } from '../../../builders/round.js';
import { Site } from './site.js';

const OVERVIEW = `/api/connect/${TENANT}`;
const READ = `${OVERVIEW}/session/read`;

describe('reading the directory for the first time', () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });

  const state = (resource: 'users' | 'groups', over: Partial<ResourceState>) =>
    site.stores.syncStates.save(FENCE, { ...emptyResourceState(resource), ...over });

  it('is offered before anything was read, and starts the same run as Run Jobs', async () => {
    await site.signIn(['setup']);
    const overview = (await site.browser.open(OVERVIEW)).text;
    expect(overview).toContain('Nothing was read yet.');
    expect(overview).toMatch(new RegExp(`action="${READ}"[^]*Read now</button>`));
    const { status, headers } = await site.submit('read');
    expect([status, headers['location']]).toEqual([303, READ]);
    const { rows } = await site.stores.runs.list(TENANT, { after: null, limit: 10 });
    expect(rows).toMatchObject([{ trigger: 'manual', jobs: JOBS, full: false }]);
    expect(site.queued.map(({ job }) => job.kind)).toEqual(['run']);
    await site.submit('read');
    expect((await site.stores.runs.list(TENANT, { after: null, limit: 10 })).rows).toHaveLength(1);
  });

  it('shows how far it is and updates itself until it is done', async () => {
    await site.signIn(['setup']);
    await site.submit('read');
    const requested = (await site.browser.open(READ)).text;
    expect(requested).toContain('The read starts within seconds.');
    expect(requested).toContain('http-equiv="refresh"');
    await state('users', { round: aRound({ objects: 40 }) });
    await state('groups', {});
    expect((await site.browser.open(READ)).text).toContain('So far 40 users and 0 groups were read.');
    await state('users', { deltaLink: 'link' });
    await state('groups', { deltaLink: 'link' });
    const done = (await site.browser.open(READ)).text;
    expect(done).toContain('The directory was read');
    expect(done).not.toMatch(/http-equiv="refresh"|Read now/);
    expect((await site.browser.open(OVERVIEW)).text).not.toContain('Read now');
  });

  it('leads to the preview from which it was started, and to no address that a form names', async () => {
    await site.signIn(['setup']);
    const { headers } = await site.submit('read', { setup: 'front-desk' });
    expect(headers['location']).toBe(`${READ}?setup=front-desk`);
    expect((await site.browser.open(headers['location'] ?? '')).text).toContain(
      `href="${OVERVIEW}/session/setups/front-desk/preview"`,
    );
    expect((await site.submit('read', { setup: '//evil.example/' })).headers['location']).toBe(READ);
  });

  it('is only for links that were made for setups', async () => {
    await site.signIn(['connect', 'credential']);
    expect((await site.browser.open(OVERVIEW)).text).not.toContain('Read now');
    expect((await site.browser.open(READ)).status).toBe(403);
    expect((await site.submit('read')).status).toBe(403);
    expect(site.queued).toEqual([]);
  });

  it('takes no form that its own pages did not send', async () => {
    await site.signIn(['setup']);
    expect((await site.browser.post(READ)).status).toBe(403);
    expect(site.queued).toEqual([]);
  });

  it.each([
    ['is not connected', { state: { kind: 'awaitingConsent', since: '' } }, 'cannot be read before'],
    ['is paused', { paused: true }, 'Reading is paused.'],
  ] as const)('is refused with its reason if the directory %s', async (_, over, words) => {
    await site.stores.tenants.create(tenant(over));
    await site.signIn(['setup']);
    const { status, text } = await site.submit('read');
    expect([status, text]).toEqual([409, expect.stringContaining(words) as string]);
    expect(site.queued).toEqual([]);
  });

  it('says why it stopped if Microsoft refuses it', async () => {
    const fix = 'Make a new one.';
    const parked = {
      kind: 'parked',
      since: '',
      reason: 'The secret expired.',
      fix,
      before: 'connected',
    } as const;
    await site.stores.tenants.create(tenant({ state: parked }));
    await site.signIn(['setup']);
    const { text } = await site.browser.open(READ);
    expect(text).toContain('Reading has stopped. The secret expired.');
    expect(text).not.toContain('http-equiv="refresh"');
  });
});
