import type { TokenExpiry } from '../control-api.js';
import type { GraphCall } from '../http/call.js';
import { badRequest, GraphFailure } from '../http/failure.js';
import type { DeltaQuery, PagingToken } from './tokens.js';

const expiredText =
  'The sync state generation is not found. The delta token is expired and data must be synchronized again.';

/**
 * The token of a request, if it is one of this tenant and still valid.
 * @throws GraphFailure 400 or 410 as graph-protocol section 3 has it.
 */
export function readToken(call: GraphCall, text: string): PagingToken {
  const token = call.context.codec.decode(text);
  if (token?.tenantId !== call.tenant.id) {
    throw badRequest('The token is not valid for this request.', 'Directory_InvalidPageToken');
  }
  const isLink = token.kind === 'deltaLink';
  const expired = isLink ? call.tenant.expired.delta : call.tenant.expired.page;
  if (expired !== undefined && token.generation <= expired.generation) {
    throw tokenExpired(call, expired.expiry, token);
  }
  if (call.context.now() - token.issuedAt > call.context.deltaTokenLifeMs)
    throw tokenExpired(call, {}, token);
  return token;
}

/** The refusal of an expired token. */
export function tokenExpired(
  call: GraphCall,
  expiry: TokenExpiry,
  token: PagingToken | undefined,
): GraphFailure {
  const page = token !== undefined && token.kind !== 'deltaLink';
  const code = expiry.code ?? (page ? 'Directory_ExpiredPageToken' : 'syncStateNotFound');
  const nested = expiry.nested ?? false;
  const answer = expiry.answer ?? 'badRequest';
  const text = page && expiry.code === undefined ? 'The specified page token has expired.' : expiredText;
  if (answer === 'badRequest') return new GraphFailure(400, code, text, {}, nested);
  const headers: Record<string, string> = {};
  if (answer === 'goneWithLocation') {
    const query = token === undefined || token.kind === 'listPage' ? undefined : token.query;
    headers['location'] = `${call.context.graphUrl}/v1.0${call.path}?${freshQuery(query)}$deltatoken=`;
  }
  return new GraphFailure(410, code, text, headers, nested);
}

function freshQuery(query: DeltaQuery | undefined): string {
  const select = query?.select === undefined ? '' : `$select=${query.select.join(',')}&`;
  const filter = query?.ids?.map((id) => `id eq '${id}'`).join(' or ');
  return filter === undefined ? select : `${select}$filter=${encodeURIComponent(filter)}&`;
}
