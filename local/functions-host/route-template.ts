/** A piece of a route: fixed text, one captured segment, or the captured rest of the path. */
type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly optional: boolean;
      readonly constraints: readonly string[];
    }
  | { readonly kind: 'rest'; readonly name: string; readonly constraints: readonly string[] };

/** A parsed route template such as `tenants/{id:guid}/files/{*path}`. */
export interface RouteTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
}

const constraintPatterns: Readonly<Record<string, RegExp>> = {
  guid: /^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i,
  int: /^[+-]?\d{1,10}$/,
  long: /^[+-]?\d{1,19}$/,
  bool: /^(?:true|false)$/i,
  alpha: /^[a-z]*$/i,
};

/**
 * Parses a route of ASP.NET's grammar: `{name}`, `{name?}`, `{*rest}`, each with constraints after colons. The
 * constraints guid, int, long, bool and alpha are held; any other is accepted and always fulfilled.
 *
 * @throws Error when a segment mixes text and parameters, or an optional part is not the last.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#customize-the-http-endpoint
 */
export function parseRouteTemplate(text: string): RouteTemplate {
  const parts = splitPath(text);
  const segments = parts.map((part, index) => parseSegment(part, text, index === parts.length - 1));
  return { text, segments };
}

/** The captured values, decoded, when the path fits the template; an absent optional part has no value. */
export function matchRoute(template: RouteTemplate, path: string): Record<string, string> | undefined {
  const parts = splitPath(path);
  const values: Record<string, string> = {};
  for (const [index, segment] of template.segments.entries()) {
    const captured =
      segment.kind === 'rest' ? decode(parts.slice(index).join('/')) : decode(parts[index] ?? '');
    if (captured === undefined || !accepts(segment, captured)) return undefined;
    if (segment.kind !== 'literal' && captured !== '') values[segment.name] = captured;
    if (segment.kind === 'rest') return values;
  }
  return parts.length > template.segments.length ? undefined : values;
}

/** Orders templates so that the most specific comes first, segment by segment, as ASP.NET's route precedence. */
export function compareSpecificity(left: RouteTemplate, right: RouteTemplate): number {
  const length = Math.max(left.segments.length, right.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.segments[index]) - rank(right.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(segment: Segment | undefined): number {
  if (segment === undefined) return 0;
  switch (segment.kind) {
    case 'literal':
      return 1;
    case 'parameter':
      return segment.constraints.length > 0 ? 2 : 3;
    case 'rest':
      return segment.constraints.length > 0 ? 4 : 5;
  }
}

function accepts(segment: Segment, captured: string): boolean {
  switch (segment.kind) {
    case 'literal':
      return segment.text.toLowerCase() === captured.toLowerCase();
    case 'parameter':
      return captured === '' ? segment.optional : fulfils(segment.constraints, captured);
    case 'rest':
      return captured === '' || fulfils(segment.constraints, captured);
  }
}

function fulfils(constraints: readonly string[], value: string): boolean {
  return constraints.every((constraint) => constraintPatterns[constraint.toLowerCase()]?.test(value) ?? true);
}

function parseSegment(part: string, route: string, last: boolean): Segment {
  if (!/[{}]/.test(part)) return { kind: 'literal', text: part };
  const match = /^\{(\*{0,2})([A-Za-z_]\w*)((?::[^:?]+)*)(\??)\}$/.exec(part);
  if (match === null) throw new Error(`The route "${route}" has a segment "${part}" that is not served.`);
  const [, star = '', name = '', constraintText = '', question = ''] = match;
  const constraints = constraintText.split(':').filter((constraint) => constraint !== '');
  if ((star !== '' || question !== '') && !last) {
    throw new Error(`The route "${route}" has "${part}" before its end.`);
  }
  if (star !== '') return { kind: 'rest', name, constraints };
  return { kind: 'parameter', name, optional: question !== '', constraints };
}

function splitPath(path: string): string[] {
  const trimmed = path.replace(/^\/|\/$/g, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
