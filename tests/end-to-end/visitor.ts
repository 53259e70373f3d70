export interface VisitedPage {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

/** What the app and the login service hand to a browser by address: each may be used once, and by it alone. */
const HANDED_OVER = ['state', 'code', 'nonce', 'id_token'];

/** Somebody with a browser without scripts: follows addresses, keeps cookies, and notes what it was entrusted with. */
export class Visitor {
  /** Values that nobody else may learn, by what they are. */
  readonly entrusted: { readonly name: string; readonly value: string }[] = [];
  readonly #cookies = new Map<string, Map<string, string>>();

  open(url: string): Promise<VisitedPage> {
    return this.#ask(url, { method: 'GET' });
  }

  post(url: string, fields: Readonly<Record<string, string>>): Promise<VisitedPage> {
    return this.#ask(url, { method: 'POST', body: new URLSearchParams(fields) });
  }

  /** Sends the page's form that leads to such an address, with its hidden fields and these. */
  submit(
    page: VisitedPage,
    action: RegExp,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<VisitedPage> {
    for (const [, attributes = '', content = ''] of page.text.matchAll(/<form([^>]*)>([^]*?)<\/form>/g)) {
      const target = new URL(attribute(attributes, 'action') ?? page.url, page.url).href;
      if (!action.test(target)) continue;
      const hidden = [...content.matchAll(/<input([^>]*type="hidden"[^>]*)>/g)].map(
        ([, input = '']): [string, string] => [
          attribute(input, 'name') ?? '',
          attribute(input, 'value') ?? '',
        ],
      );
      return this.post(target, { ...Object.fromEntries(hidden), ...fields });
    }
    throw new Error(
      `The page at ${page.url} (${page.status}) has no such form:\n${page.text.slice(0, 2_000)}`,
    );
  }

  async #ask(url: string, request: RequestInit): Promise<VisitedPage> {
    const { origin } = new URL(url);
    const known = this.#cookies.get(origin) ?? new Map<string, string>();
    const cookie = [...known].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = cookie === '' ? {} : { cookie };
    const response = await fetch(url, { ...request, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line) || value === '') known.delete(name);
      else {
        known.set(name, value);
        this.entrusted.push({ name: `cookie ${name}`, value });
      }
    }
    this.#cookies.set(origin, known);
    const text = await response.text();
    const location = response.headers.get('location');
    if (location === null) return { url, status: response.status, text };
    const next = new URL(location, url);
    for (const name of HANDED_OVER) {
      const value = next.searchParams.get(name);
      if (value !== null) this.entrusted.push({ name, value });
    }
    return this.open(next.href);
  }
}

function attribute(text: string, name: string): string | null {
  const [, value] = new RegExp(`\\b${name}="([^"]*)"`).exec(text) ?? [];
  return value?.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"') ?? null;
}
