import { badRequest } from './failure.js';

const known = new Set([
  'select',
  'top',
  'filter',
  'expand',
  'count',
  'orderby',
  'search',
  'skip',
  'format',
  'skiptoken',
  'deltatoken',
  'startdatetime',
  'enddatetime',
]);

/** OData options of a request. Names are taken in any case; `$select`, `$top` … also without the `$`. */
export interface QueryOptions {
  readonly select: readonly string[] | undefined;
  readonly top: number | undefined;
  readonly filter: string | undefined;
  readonly expand: string | undefined;
  readonly count: boolean;
  readonly orderby: string | undefined;
  readonly search: string | undefined;
  readonly skiptoken: string | undefined;
  readonly deltatoken: string | undefined;
}

/** @throws GraphFailure 400 for an unknown option, and for tokens without `$` (graph-protocol 1.5). */
export function parseQuery(params: URLSearchParams): QueryOptions {
  const given = new Map<string, string>();
  for (const [name, value] of params) {
    const bare = name.replace(/^\$/, '').toLowerCase();
    if (!known.has(bare) || (!name.startsWith('$') && bare.endsWith('token'))) {
      throw badRequest(`Unrecognized query argument specified: '${name}'.`);
    }
    given.set(bare, value);
  }
  return {
    select: list(given.get('select')),
    top: top(given.get('top')),
    filter: given.get('filter'),
    expand: given.get('expand'),
    count: given.get('count')?.toLowerCase() === 'true',
    orderby: given.get('orderby'),
    search: given.get('search'),
    skiptoken: given.get('skiptoken'),
    deltatoken: given.get('deltatoken'),
  };
}

function list(text: string | undefined): readonly string[] | undefined {
  const names = text
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names === undefined || names.length === 0 ? undefined : [...new Set(names)];
}

function top(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw badRequest(`Invalid value '${text}' for $top query option found.`);
  return Number(text);
}
