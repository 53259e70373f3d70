import { HttpRequest, InvocationContext, type HttpHandler, type HttpResponseInit } from '@azure/functions';
import { NO_BRAND, type Brand } from '../../../functions/pages/brand.js';
import { registerPages, type Page } from '../../../functions/pages/page.js';

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Browsing {
  readonly form?: Record<string, string> | string;
  readonly headers?: Record<string, string>;
}

export const PAGES_AT = 'https://rollcall.example';

/** A browser that keeps cookies, before the pages as the app registers them. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly setCookies: NonNullable<HttpResponseInit['cookies']>[number][] = [];
  readonly logged: { readonly message: string; readonly facts: unknown }[] = [];
  readonly #registered: { method: string; route: string; handler: HttpHandler }[] = [];

  constructor(pages: readonly Page[], brand: Brand = NO_BRAND) {
    const note = (message: string, facts?: unknown) => void this.logged.push({ message, facts });
    registerPages(
      {
        http: (_name, { methods, route, handler }) =>
          void this.#registered.push({ method: methods?.[0] ?? '', route: route ?? '', handler }),
      },
      pages,
      { log: { info: note, warn: note, error: note }, brand },
    );
  }

  open(address: string, browsing: Browsing = {}): Promise<PageAnswer> {
    return this.#ask('GET', address, browsing);
  }

  post(address: string, browsing: Browsing = {}): Promise<PageAnswer> {
    return this.#ask('POST', address, browsing);
  }

  async #ask(method: string, address: string, { form, headers = {} }: Browsing): Promise<PageAnswer> {
    const url = new URL(address, PAGES_AT);
    const { handler, parameters } = this.#functionFor(method, url.pathname);
    const cookie = [...this.cookies]
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('; ');
    const body = typeof form === 'string' ? form : new URLSearchParams(form ?? {}).toString();
    const request = new HttpRequest({
      method,
      url: url.href,
      params: parameters,
      query: Object.fromEntries(url.searchParams),
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...headers,
      },
      ...(method === 'POST' ? { body: { string: body } } : {}),
    });
    const context = new InvocationContext({ invocationId: 'invocation-1', functionName: 'page' });
    const answer = (await handler(request, context)) as HttpResponseInit;
    for (const each of answer.cookies ?? []) {
      this.setCookies.push(each);
      if (each.maxAge === 0) this.cookies.delete(each.name);
      else this.cookies.set(each.name, each.value);
    }
    return {
      status: answer.status ?? 200,
      headers: answer.headers as Record<string, string>,
      text: typeof answer.body === 'string' ? answer.body : '',
    };
  }

  #functionFor(method: string, pathname: string) {
    for (const each of this.#registered) {
      const pattern = new RegExp(`^/api/${each.route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
      const match = pattern.exec(pathname);
      if (match !== null && each.method === method)
        return { handler: each.handler, parameters: { ...match.groups } as Record<string, string> };
    }
    throw new Error(`No page answers ${method} ${pathname}`);
  }
}
