import type { GraphCall } from '../http/call.js';

type Body = Record<string, unknown>;

/** Spoils a page's envelope as the faults of the request say. Works on delta pages and plain lists. */
export function spoilPage(call: GraphCall, body: Body): Body {
  let spoiled = body;
  for (const fault of call.pageFaults) spoiled = spoil(call, spoiled, fault.kind);
  return spoiled;
}

function spoil(call: GraphCall, body: Body, kind: GraphCall['pageFaults'][number]['kind']): Body {
  const next = '@odata.nextLink';
  const delta = '@odata.deltaLink';
  switch (kind) {
    case 'noValueList': {
      const { value: _value, ...rest } = body;
      return rest;
    }
    case 'bothLinks':
      return { [next]: body[delta], [delta]: body[next], ...body };
    case 'neitherLink': {
      const { [next]: _next, [delta]: _delta, ...rest } = body;
      return rest;
    }
    case 'elementWithoutId':
      return { ...body, value: withBroken(body['value']) };
    case 'repeatedToken': {
      const { [delta]: _delta, ...rest } = body;
      return { ...rest, [next]: `${call.context.graphUrl}${call.url.pathname}${call.url.search}` };
    }
    case 'emptyPage':
    case 'replay':
      return body;
  }
}

function withBroken(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const first: unknown = value[0];
  const { id: _id, ...broken } = typeof first === 'object' && first !== null ? (first as Body) : {};
  return [broken, ...(value as unknown[])];
}
