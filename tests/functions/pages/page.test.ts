import { createHash } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import fc from 'fast-check';
import { h } from 'preact';
import { describe, expect, it } from 'vitest';
import { NO_BRAND } from '../../../functions/pages/brand.js';
import { createSender, htmlAnswer, seeOther, type PageAnswer } from '../../../functions/pages/html-answer.js';
import { Layout, Notice } from '../../../functions/pages/layout.js';
import { PageProblem } from '../../../functions/pages/page-problem.js';
import type { Page, PageCall } from '../../../functions/pages/page.js';
import { RequestRefused, Throttled, Unavailable } from '../../../shared/core/failures.js';
import { Browser } from './browse.js';

const send = createSender(NO_BRAND);

/** An answer whose body and headers are known to be text. */
interface Shown extends HttpResponseInit {
  readonly headers: Record<string, string>;
  readonly body: string;
}

function aPage(title: string): PageAnswer {
  return htmlAnswer(h(Layout, { title, children: h(Notice, { tone: 'bad', children: title }) }));
}

function titled(title: string): Shown {
  return send(aPage(title)) as Shown;
}

function shown(...asked: Parameters<typeof htmlAnswer>): Shown {
  return send(htmlAnswer(...asked)) as Shown;
}

function page(answer: Page['answer'], method: Page['method'] = 'GET'): Browser {
  return new Browser([{ name: 'test', method, path: 'test/{id}', answer }]);
}

describe('an answer that is a page', () => {
  it('escapes hostile text wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), (before) => {
        const hostile = `${before}<script>alert(1)</script><img src=x onerror="x">`;
        const html = titled(hostile).body;
        expect(html).not.toMatch(/<script|<img/);
      }),
    );
    expect(titled('a "quoted" & <b>').body).toContain('<h1>a &quot;quoted&quot; &amp; &lt;b></h1>');
  });

  it('allows no script and nothing from elsewhere, and is neither framed, kept nor referred to', () => {
    const { headers } = titled('x');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('names its own style sheet by its hash', () => {
    const { headers, body } = titled('x');
    const style = /<style>([^]*)<\/style>/.exec(body)?.[1] ?? '';
    expect(style).toContain('font');
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
  });

  it('lets a form lead to the origins that are named, and to no others', () => {
    const { headers } = shown(h('p', null), { formTargets: ['https://login.example/common/path'] });
    expect(headers['content-security-policy']).toContain("form-action 'self' https://login.example;");
  });

  it('has a language, a title, and asks again only where it is told to', () => {
    const html = titled('Connect').body;
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('<title>Connect - Rollcall</title>');
    expect(html).not.toContain('http-equiv');
    const waiting = shown(h(Layout, { title: 'x', refreshSeconds: 5, children: '' }));
    expect(waiting.body).toContain('<meta http-equiv="refresh" content="5"');
  });
});

describe('a registered page', () => {
  it('is given its parameters, and no value for what was named twice', async () => {
    let seen: PageCall | null = null;
    await page((call) => {
      seen = call;
      return Promise.resolve(aPage('x'));
    }).open('/api/test/7?a=1&b=2&b=3', { headers: { cookie: 'c=%22; broken=%E0%A4%A' } });
    expect(seen!.parameters).toEqual({ id: '7' });
    expect([...seen!.query]).toEqual([['a', '1']]);
    expect([...seen!.cookies]).toEqual([['c', '"']]);
  });

  it('is given the fields of its form', async () => {
    let form: URLSearchParams | null = null;
    await page((call) => {
      form = call.form;
      return Promise.resolve(seeOther('https://elsewhere.example/'));
    }, 'POST').post('/api/test/7', { form: { name: 'Zoë & co' } });
    expect(form!.get('name')).toBe('Zoë & co');
  });

  it.each([
    ['from another site', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['that is no form', { headers: { 'content-type': 'application/json' } }, 415],
    ['that is too long', { form: `a=${'x'.repeat(64 * 1024)}` }, 413],
  ])('takes no form %s', async (_, browsing, status) => {
    const browser = page(() => Promise.reject(new Error('was asked')), 'POST');
    expect((await browser.post('/api/test/7', browsing)).status).toBe(status);
    expect(browser.logged).toEqual([]);
  });

  it('takes a form that its own page sent', async () => {
    const browser = page(() => Promise.resolve(aPage('taken')), 'POST');
    const headers = {
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    };
    expect((await browser.post('/api/test/7', { headers })).status).toBe(200);
  });

  it('shows a problem as one sentence and one fix', async () => {
    const { status, text } = await page(() =>
      Promise.reject(new PageProblem(410, 'The link <has> expired.', 'Ask for a new one.')),
    ).open('/api/test/7');
    expect(status).toBe(410);
    expect(text).toContain('<p>The link &lt;has> expired.</p><p>Ask for a new one.</p>');
  });

  it.each([
    ['not available', new Unavailable('down'), '5'],
    ['throttled', new Throttled('slow', 1_300), '2'],
  ])('says when to come back where a part is %s', async (_, failure, after) => {
    const { status, headers } = await page(() => Promise.reject(failure)).open('/api/test/7');
    expect([status, headers['retry-after']]).toEqual([503, after]);
  });

  it('says that a cloud is not served any more', async () => {
    const failure = new RequestRefused('The cloud china is not served here.', 400, 'CloudNotServed');
    expect((await page(() => Promise.reject(failure)).open('/api/test/7')).status).toBe(409);
  });

  it('keeps what was not foreseen out of the page and in the log, under one number', async () => {
    const browser = page(() => Promise.reject(new TypeError('inner detail')));
    const { status, text } = await browser.open('/api/test/7');
    expect(status).toBe(500);
    expect(text).toContain('invocation-1');
    expect(text).not.toContain('inner detail');
    expect(browser.logged).toMatchObject([
      { facts: { operation: 'test', correlationId: 'invocation-1', message: 'inner detail' } },
    ]);
  });
});
