import type { GraphCall, RouteAnswer } from '../http/call.js';
import { badRequest } from '../http/failure.js';
import { deltaQueryOf } from './delta-query.js';
import { groupsPage } from './groups-page.js';
import { spoilPage } from './page-faults.js';
import { replays } from './replays.js';
import type { DeltaPage, PageSource } from './round.js';
import { readToken } from './token-check.js';
import type { DeltaLinkToken, DeltaPageToken, DeltaQuery } from './tokens.js';
import { usersPage } from './users-page.js';

/** `GET /users/delta` and `/groups/delta`: one page of a round, or with `$deltatoken=latest` only its end. */
export function deltaRoute(resource: DeltaQuery['resource']): (call: GraphCall) => RouteAnswer {
  return (call) => {
    const { query } = call;
    if (query.deltatoken?.toLowerCase() === 'latest') {
      const page = latest(call, deltaQueryOf(resource, query));
      return { status: 200, body: envelope(call, resource, page) };
    }
    const token = startOf(call, resource);
    const held = call.pageFaults.some(({ kind }) => kind === 'emptyPage');
    const page = held ? heldBack(token) : makePage(call, token);
    call.onDelivered.push(() => {
      for (const id of page.announces) call.tenant.announced.add(id);
    });
    return { status: 200, body: envelope(call, resource, page) };
  };
}

function latest(call: GraphCall, query: DeltaQuery): DeltaPage & { readonly query: DeltaQuery } {
  return { value: [], announces: [], end: { kind: 'done', since: call.view.seq }, query };
}

function startOf(call: GraphCall, resource: DeltaQuery['resource']): DeltaPageToken {
  const { skiptoken, deltatoken } = call.query;
  const text = skiptoken ?? deltatoken;
  if (text === undefined || text === '') return firstToken(call, deltaQueryOf(resource, call.query));
  const token = readToken(call, text);
  if (token.kind === 'listPage' || token.query.resource !== resource) {
    throw badRequest('The token does not belong to this resource.', 'Directory_InvalidPageToken');
  }
  if ((token.kind === 'deltaPage') !== (skiptoken !== undefined)) {
    throw badRequest('The token is not of this kind.', 'Directory_InvalidPageToken');
  }
  return token.kind === 'deltaPage' ? token : incrementFrom(call, token);
}

function firstToken(call: GraphCall, query: DeltaQuery): DeltaPageToken {
  return {
    kind: 'deltaPage',
    ...stamp(call),
    query,
    initial: true,
    since: 0,
    end: call.view.seq,
    cursor: 0,
    limit: call.view[query.resource].order.length,
    pending: [],
    nonce: 0,
  };
}

function incrementFrom(call: GraphCall, link: DeltaLinkToken): DeltaPageToken {
  const { query, since } = link;
  const round = { query, initial: false, since, end: 0, cursor: since, limit: 0, pending: [], nonce: 0 };
  return { kind: 'deltaPage', ...stamp(call), ...round };
}

function stamp(call: GraphCall): Pick<DeltaPageToken, 'tenantId' | 'issuedAt' | 'generation'> {
  return { tenantId: call.tenant.id, issuedAt: call.context.now(), generation: call.tenant.generation };
}

function heldBack(token: DeltaPageToken): DeltaPage & { readonly query: DeltaQuery } {
  const next = { ...token, nonce: token.nonce + 1 };
  return { value: [], announces: [], end: { kind: 'next', token: next }, query: token.query };
}

function makePage(call: GraphCall, token: DeltaPageToken): DeltaPage & { readonly query: DeltaQuery } {
  const source: PageSource = {
    view: call.view,
    token,
    minimal: /return\s*=\s*minimal/i.test(call.headers.get('prefer') ?? ''),
    announced: call.tenant.announced,
    seesHidden: call.seesHidden,
    pageSize: call.context.deltaPageSize,
    memberEntries: call.context.deltaMemberEntries,
  };
  const page = token.query.resource === 'users' ? usersPage(source) : groupsPage(source);
  const repeated = replays(call, source);
  return {
    value: [...page.value, ...repeated.value],
    announces: [...page.announces, ...repeated.announces],
    end: page.end,
    query: token.query,
  };
}

function envelope(
  call: GraphCall,
  resource: DeltaQuery['resource'],
  page: DeltaPage & { readonly query: DeltaQuery },
): Record<string, unknown> {
  const { graphUrl, codec } = call.context;
  const base = `${graphUrl}/v1.0/${resource}/delta`;
  const body: Record<string, unknown> = { '@odata.context': `${graphUrl}/v1.0/$metadata#${resource}` };
  if (page.end.kind === 'next') {
    const token = { ...page.end.token, ...stamp(call) };
    body['@odata.nextLink'] = `${base}?$skiptoken=${codec.encode(token)}`;
  } else {
    const token = { kind: 'deltaLink', ...stamp(call), query: page.query, since: page.end.since } as const;
    body['@odata.deltaLink'] = `${base}?$deltatoken=${codec.encode(token)}`;
  }
  body['value'] = page.value;
  return spoilPage(call, body);
}
