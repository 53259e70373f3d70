import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { SESSION_COOKIE } from '../../../../functions/pages/administrator/session-cookie.js';
import { idOf, tenant, TENANT } from '../../api/sample-rows.js';
import { Site } from './site.js';

const HOUR = 3_600_000;

describe('a one-time link', () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });

  const storedLink = async (link: string) => {
    const token = link.split('/').pop() ?? '';
    return (await site.stores.adminLinks.get(TENANT, createHash('sha256').update(token).digest('hex')))
      ?.value;
  };

  it('says who invites and what for, and changes nothing, however often it is opened', async () => {
    const link = await site.link(['connect']);
    const before = await storedLink(link);
    for (let times = 0; times < 3; times += 1) {
      const { status, text } = await site.browser.open(link);
      expect(status).toBe(200);
      expect(text).toContain('<strong>Olga &lt;Operator></strong> invites you');
      expect(text).toContain('give consent at Microsoft');
      expect(text).not.toContain('client secret');
      expect(text).toContain('2026-05-07 10:00 UTC');
    }
    expect(await storedLink(link)).toEqual(before);
    expect(site.browser.setCookies).toEqual([]);
  });

  it('is used up by its button, which begins a session for this tenant alone', async () => {
    const link = await site.link();
    const { status, headers } = await site.browser.post(link);
    expect([status, headers['location']]).toEqual([303, `/api/connect/${TENANT}`]);
    expect(site.browser.setCookies).toEqual([
      {
        name: 'rollcall_administrator',
        value: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as string,
        path: `/api/connect/${TENANT}`,
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        maxAge: 3600,
      },
    ]);
    expect((await storedLink(link))?.consumedAt).toBe('2026-05-04T10:00:00.000Z');
    expect((await site.browser.open(`/api/connect/${TENANT}`)).status).toBe(200);
  });

  it('begins one session where its button is pressed many times at once', async () => {
    const link = await site.link();
    const answers = await Promise.all([1, 2, 3, 4].map(() => site.browser.post(link)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404, 404, 404]);
  });

  it('that is used, expired, revoked, unknown or malformed is answered by one and the same page', async () => {
    const used = await site.link();
    await site.browser.post(used);
    site.browser.cookies.clear();
    const expired = await site.link();
    const revoked = await site.link();
    await site.stores.adminLinks.remove(TENANT, (await storedLink(revoked))!.id);
    const removed = await site.link([], idOf(5));
    const stored = (await site.stores.tenants.get(idOf(5)))!;
    const state = { kind: 'disconnecting', since: '2026-05-04T10:00:00.000Z' } as const;
    await site.stores.tenants.save(tenant({ tenantId: idOf(5), state }), stored.tag);
    const good = await site.link();
    const elsewhere = good.replace(TENANT, idOf(5));
    site.now += 73 * HOUR;
    const links = [
      used,
      expired,
      revoked,
      removed,
      elsewhere,
      `/api/connect/${TENANT}/${'x'.repeat(43)}`,
      `/api/connect/${TENANT}/short`,
      `/api/connect/${idOf(404)}/${'x'.repeat(43)}`,
      `/api/connect/nobody/${'x'.repeat(43)}`,
    ];
    const pages = new Set<string>();
    for (const link of links) {
      for (const answer of [await site.browser.open(link), await site.browser.post(link)]) {
        expect(answer.status, link).toBe(404);
        pages.add(answer.text);
      }
    }
    expect(pages.size).toBe(1);
    expect([...pages][0]).toContain('This link cannot be used');
    expect([...pages][0]).toContain('Ask the sender for a new one.');
  });

  it('takes no press of its button from another site', async () => {
    const link = await site.link();
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await site.browser.post(link, { headers })).status).toBe(403);
    expect((await storedLink(link))?.consumedAt).toBeNull();
  });
});

describe('failed tries', () => {
  const wrong = `/api/connect/${TENANT}/${'x'.repeat(43)}`;
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  it('make a client wait until some minutes are over, whichever tenant they name', async () => {
    const site = new Site();
    for (let tries = 0; tries < 20; tries += 1) {
      const unknown = wrong.replace(TENANT, idOf(100 + tries));
      expect((await site.browser.open(unknown, from('forged, 192.0.2.7:4711'))).status).toBe(404);
    }
    site.browser.cookies.set(SESSION_COOKIE, 'x'.repeat(43));
    for (const answer of [
      await site.browser.open(wrong, from('192.0.2.7:9')),
      await site.browser.post(wrong, from('192.0.2.7:9')),
      await site.browser.open(`/api/connect/${TENANT}`, from('192.0.2.7:9')),
    ]) {
      expect([answer.status, answer.headers['retry-after']]).toEqual([429, '300']);
      expect(answer.text).toContain('Wait 5 minutes');
    }
    expect((await site.browser.open(wrong, from('192.0.2.8'))).status).toBe(404);
    site.now += 300_000;
    expect((await site.browser.open(wrong, from('192.0.2.7'))).status).toBe(404);
  });

  it('behind a gateway, where all show its address, shut out nobody with a good link or session', async () => {
    const site = new Site();
    const gateway = from('192.0.2.7:4711');
    const overview = await site.signIn();
    const link = await site.link();
    for (let tries = 0; tries < 30; tries += 1) await site.browser.open(wrong, gateway);
    expect((await site.browser.open(wrong, gateway)).status).toBe(429);
    expect((await site.browser.open(overview, gateway)).status).toBe(200);
    expect((await site.browser.open(link, gateway)).status).toBe(200);
    expect((await site.browser.post(link, gateway)).status).toBe(303);
  });

  it('in the name of a tenant are limited over all clients, and shut out nobody with a good link', async () => {
    const site = new Site();
    const link = await site.link();
    const statuses = [];
    for (let tries = 0; tries < 30; tries += 1)
      statuses.push((await site.browser.open(wrong, from(`192.0.2.${tries}`))).status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(20);
    expect(statuses.slice(20)).toEqual(Array.from({ length: 10 }, () => 429));
    expect((await site.browser.open(link, from('198.51.100.1'))).status).toBe(200);
    expect((await site.browser.post(link, from('198.51.100.1'))).status).toBe(303);
    const other = wrong.replace(TENANT, idOf(6));
    expect((await site.browser.open(other, from('198.51.100.2'))).status).toBe(404);
  });
});
