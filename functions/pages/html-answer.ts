import { createHash } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import { h, type JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { brandStyle, type Brand } from './brand.js';
import { Branding } from './branding.js';
import { STYLE } from './style.js';

type Cookies = NonNullable<HttpResponseInit['cookies']>;

export interface HtmlAnswerOptions {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Origins to which a form of this page may lead on by redirect, such as the login's: browsers hold redirects
   * after a form to `form-action` too.
   */
  readonly formTargets?: readonly string[];
  readonly cookies?: Cookies;
}

/** What a page answers; how it looks is decided where it is sent. */
export type PageAnswer =
  | { readonly kind: 'page'; readonly page: JSX.Element; readonly options: HtmlAnswerOptions }
  | { readonly kind: 'seeOther'; readonly location: string; readonly cookies: Cookies | undefined };

export function htmlAnswer(page: JSX.Element, options: HtmlAnswerOptions = {}): PageAnswer {
  return { kind: 'page', page, options };
}

/** 303: whatever was posted, the browser goes on by GET. */
export function seeOther(location: string, options: Pick<HtmlAnswerOptions, 'cookies'> = {}): PageAnswer {
  return { kind: 'seeOther', location, cookies: options.cookies };
}

/** Sends answers in the look of the operator: no script, nothing from elsewhere, not framed, not kept, no referrer. */
export function createSender(brand: Brand): (answer: PageAnswer) => HttpResponseInit {
  const style = STYLE + brandStyle(brand);
  const styleSource = `'sha256-${createHash('sha256').update(style, 'utf8').digest('base64')}'`;
  return (answer) => {
    if (answer.kind === 'seeOther') {
      const { location, cookies } = answer;
      const headers = { ...pageHeaders(styleSource, []), location };
      return { status: 303, headers, ...(cookies === undefined ? {} : { cookies }) };
    }
    const { status = 200, headers = {}, formTargets = [], cookies } = answer.options;
    const page = h(Branding.Provider, { value: { name: brand.name, style } }, answer.page);
    return {
      status,
      headers: {
        ...pageHeaders(styleSource, formTargets),
        'content-type': 'text/html; charset=utf-8',
        ...headers,
      },
      body: `<!doctype html>${renderToString(page)}`,
      ...(cookies === undefined ? {} : { cookies }),
    };
  };
}

function pageHeaders(styleSource: string, formTargets: readonly string[]): Record<string, string> {
  const formAction = ["'self'", ...formTargets.map((target) => new URL(target).origin)].join(' ');
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${styleSource}`,
      `form-action ${formAction}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
