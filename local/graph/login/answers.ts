import { createHash } from 'node:crypto';
import type { WireAnswer } from '../http/call.js';

/** An answer in JSON that nobody may keep. */
export function jsonAnswer(status: number, body: unknown): WireAnswer {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(body) };
}

/** Where a browser is sent on to, with what it is to say there. */
export function redirectAnswer(uri: string, params: Readonly<Record<string, string>>): WireAnswer {
  const location = new URL(uri);
  for (const [name, value] of Object.entries(params)) location.searchParams.append(name, value);
  return { status: 302, headers: { location: location.href, 'cache-control': 'no-store' }, body: '' };
}

/** Text as it may stand in HTML, attributes included. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);
}

const style = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
label { display: block; font-weight: 600 }
select, button { font: inherit; padding: 0.4rem 0.8rem; margin: 0.3rem 0.5rem 1rem 0 }
`;

/** A page of the login host; `main` is HTML, `title` text. Only the given script runs. */
export function htmlPage(status: number, title: string, main: string, script = ''): WireAnswer {
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; frame-ancestors 'none'`;
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${main}
<p><small>This is the local login emulator. Nobody is really signed in here.</small></p></main>${script === '' ? '' : `<script>${script}</script>`}</body>
</html>
`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy,
  };
  return { status, headers, body };
}

/** The page that tells a person what is wrong, where there is nowhere to send the browser. */
export function errorPage(status: number, message: string): WireAnswer {
  return htmlPage(status, 'Sorry, but we’re having trouble signing you in', `<p>${escapeHtml(message)}</p>`);
}
