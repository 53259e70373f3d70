import type { RegisteredFunction } from './function-registry.js';
import { compareSpecificity, matchRoute, parseRouteTemplate, type RouteTemplate } from './route-template.js';

interface Route {
  readonly fn: RegisteredFunction;
  readonly template: RouteTemplate;
  readonly methods: readonly string[];
}

/** What a request's method and path lead to. */
export type RouteResult =
  | { readonly kind: 'found'; readonly fn: RegisteredFunction; readonly params: Record<string, string> }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'methodNotAllowed'; readonly allowed: readonly string[] };

/** The routes of all HTTP functions, the most specific first. */
export class RouteTable {
  readonly #routes: readonly Route[];

  /** @throws Error when a route's template cannot be served. */
  constructor(functions: readonly RegisteredFunction[], routePrefix: string) {
    this.#routes = functions
      .filter((fn) => fn.trigger.type.toLowerCase() === 'httptrigger')
      .map((fn) => routeOf(fn, routePrefix))
      .sort((left, right) => compareSpecificity(left.template, right.template));
  }

  find(method: string, path: string): RouteResult {
    const allowed = new Set<string>();
    for (const { fn, template, methods } of this.#routes) {
      const params = matchRoute(template, path);
      if (params === undefined) continue;
      if (methods.includes(method)) return { kind: 'found', fn, params };
      for (const other of methods) allowed.add(other);
    }
    return allowed.size > 0 ? { kind: 'methodNotAllowed', allowed: [...allowed] } : { kind: 'notFound' };
  }
}

function routeOf(fn: RegisteredFunction, routePrefix: string): Route {
  const { route, methods } = fn.trigger.binding;
  const own = typeof route === 'string' ? route : fn.name;
  const listed = Array.isArray(methods) && methods.length > 0 ? methods : ['GET', 'POST'];
  return {
    fn,
    template: parseRouteTemplate(routePrefix === '' ? own : `${routePrefix}/${own}`),
    methods: listed.map((method) => String(method).toUpperCase()),
  };
}
