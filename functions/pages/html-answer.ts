import type { HttpResponseInit } from '@azure/functions';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { STYLE_SOURCE } from './style.js';

export interface HtmlAnswerOptions {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Origins to which a form of this page may lead on by redirect, such as the login's: browsers hold redirects
   * after a form to `form-action` too.
   */
  readonly formTargets?: readonly string[];
  readonly cookies?: NonNullable<HttpResponseInit['cookies']>;
}

/** A page as an answer: no script, nothing from elsewhere, not framed, not kept, and no referrer that tells a link. */
export function htmlAnswer(page: JSX.Element, options: HtmlAnswerOptions = {}): HttpResponseInit {
  const { status = 200, headers = {}, formTargets = [], cookies } = options;
  return {
    status,
    headers: { ...pageHeaders(formTargets), 'content-type': 'text/html; charset=utf-8', ...headers },
    body: `<!doctype html>${renderToString(page)}`,
    ...(cookies === undefined ? {} : { cookies }),
  };
}

/** 303: whatever was posted, the browser goes on by GET. */
export function seeOther(
  location: string,
  options: Pick<HtmlAnswerOptions, 'cookies'> = {},
): HttpResponseInit {
  return {
    status: 303,
    headers: { ...pageHeaders([]), location },
    ...(options.cookies === undefined ? {} : { cookies: options.cookies }),
  };
}

function pageHeaders(formTargets: readonly string[]): Record<string, string> {
  const formAction = ["'self'", ...formTargets.map((target) => new URL(target).origin)].join(' ');
  return {
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${STYLE_SOURCE}`,
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
