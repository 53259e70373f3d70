import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sampleConsentApps } from '../../local/graph/samples/consent-apps.js';
import { patience, quickSettings, Road } from './road.js';
import { smallDirectory } from './small-directory.js';
import { Visitor, type VisitedPage } from './visitor.js';

const TENANT = '7e570000-0000-4000-8000-0000000c0115';
const GUEST = '7e570000-0000-4000-8000-0000000c0116';
const DIRECTORY_APP = sampleConsentApps.find(({ bundle }) => bundle === 'directory')!.clientId;

interface TenantView {
  readonly state: string;
  readonly stateReason: string | null;
  readonly displayName: string;
  readonly consents: readonly { readonly bundle: string; readonly grantedAt: string }[];
  readonly lastOutage: { readonly parkedAt: string; readonly backAt: string | null } | null;
}

let road: Road;

beforeAll(async () => {
  const apart = sampleConsentApps.map(({ bundle, clientId, secretName }) => ({
    bundle,
    clientId,
    secretName,
  }));
  const settings = { ...quickSettings, CONSENT_APPS: JSON.stringify(apart) };
  road = await Road.open({ graph: { kind: 'emulator' }, settings });
  for (const [tenantId, domain] of [
    [TENANT, 'consenting.example'],
    [GUEST, 'guest.example'],
  ] as const)
    await road.control.createTenant({ tenantId, domain, apps: [] });
  await road.control.applyChanges(TENANT, smallDirectory(5));
});
afterAll(() => road.close());

async function view(tenantId: string): Promise<TenantView | null> {
  const { status, body } = await road.ask('GET', `/api/v1/tenants/${tenantId}`);
  return status === 200 ? (body as TenantView) : null;
}

async function becomes(tenantId: string, state: string): Promise<TenantView> {
  return await vi.waitFor(async () => {
    const tenant = await view(tenantId);
    expect(tenant?.state, tenant?.stateReason ?? '').toBe(state);
    return tenant!;
  }, patience);
}

async function linkTo(path: string, wish: unknown): Promise<string> {
  const { status, body } = await road.ask('POST', path, wish);
  expect(status).toBe(201);
  return (body as { url: string }).url;
}

/** From a link's page to the login service, deciding there, and back. */
async function consent(
  visitor: Visitor,
  page: VisitedPage,
  account: string,
  decision = 'accept',
): Promise<VisitedPage> {
  const login = await visitor.post(page.url, {});
  return await visitor.post(login.url, { account, decision });
}

/** As a browser does by itself while a consent is being confirmed. */
async function confirmed(visitor: Visitor, page: VisitedPage): Promise<VisitedPage> {
  return await vi.waitFor(async () => {
    const now = await visitor.open(page.url);
    expect(now.text).not.toContain('http-equiv="refresh"');
    return now;
  }, patience);
}

describe('consent on the stack', () => {
  const admin = 'admin@consenting.example';

  it('connects a tenant, which then syncs as the consented application', async () => {
    const wish = { tenantId: TENANT, displayName: 'Consenting', cloud: 'local', bundles: ['directory'] };
    expect(await road.ask('POST', '/api/v1/tenants', wish)).toMatchObject({
      status: 201,
      body: { state: 'awaitingConsent' },
    });
    const visitor = new Visitor();
    const page = await visitor.open(await linkTo(`/api/v1/tenants/${TENANT}/consent`, {}));
    expect(page.text).toContain('GroupMember.Read.All');
    const declined = await consent(visitor, page, admin, 'cancel');
    expect(declined.text).toContain('AADSTS65004');
    expect((await view(TENANT))?.state).toBe('awaitingConsent');
    const back = await consent(visitor, declined, admin);
    expect((await confirmed(visitor, back)).text).toContain('<h1>Connected</h1>');
    expect(await view(TENANT)).toMatchObject({ state: 'connected', consents: [{ bundle: 'directory' }] });
    expect(await road.run(TENANT)).toMatchObject({ status: 'Succeeded' });
    expect(await road.differences(TENANT)).toEqual([]);
    expect((await view(TENANT))?.state).toBe('connected');
    await road.startSetup(TENANT);
    await becomes(TENANT, 'running');
  });

  it('to another bundle, asked for later, brings notifications', async () => {
    const visitor = new Visitor();
    const wish = { bundles: ['near-real-time'] };
    const page = await visitor.open(await linkTo(`/api/v1/tenants/${TENANT}/consent`, wish));
    expect(page.text).not.toContain('Users and groups');
    await consent(visitor, page, admin);
    await vi.waitFor(async () => expect(await road.control.subscriptions(TENANT)).toHaveLength(2), patience);
  });

  it('that was withdrawn parks the tenant, removes nothing, and brings it back once given again', async () => {
    await road.control.withdrawConsent(TENANT, DIRECTORY_APP);
    await road.start(TENANT);
    const parked = await becomes(TENANT, 'parked');
    expect(parked.lastOutage?.backAt).toBeNull();
    expect(await road.differences(TENANT)).toEqual([]);
    const visitor = new Visitor();
    const page = await visitor.open(
      await linkTo(`/api/v1/tenants/${TENANT}/consent`, { bundles: ['directory'] }),
    );
    await consent(visitor, page, admin);
    const back = await becomes(TENANT, 'running');
    expect(back.lastOutage?.backAt).not.toBeNull();
    await road.becomesEqual(TENANT);
  });

  it('of a customer whose tenant nobody knew begins with a sign-in', async () => {
    const visitor = new Visitor();
    const page = await visitor.open(
      await linkTo('/api/v1/consent-links', {
        displayName: 'Guest & Co',
        cloud: 'local',
        bundles: ['directory'],
      }),
    );
    expect(await view(GUEST)).toBeNull();
    const identified = await consent(visitor, page, 'admin@guest.example');
    expect(await view(GUEST)).toMatchObject({ state: 'awaitingConsent', displayName: 'Guest & Co' });
    await consent(visitor, identified, 'admin@guest.example');
    await becomes(GUEST, 'connected');
    const known = await visitor.open(
      await linkTo('/api/v1/consent-links', { displayName: 'Once more', cloud: 'local' }),
    );
    const refused = await consent(visitor, known, 'admin@guest.example');
    expect([refused.status, refused.text.includes('connected already')]).toEqual([409, true]);
    expect((await view(GUEST))?.displayName).toBe('Guest & Co');
  });
});
