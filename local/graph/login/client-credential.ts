import type { AppSecret } from '../control-api.js';
import type { Random } from '../random.js';
import { need } from './login-context.js';
import { refusals } from './token-errors.js';

/** What a client says of itself in a token request. */
export interface ClientCredential {
  readonly clientId: string;
  readonly secret: string;
}

/** The client's id and secret, from the form or by HTTP Basic. @throws TokenRefused 7000216 without a secret */
export function clientCredential(form: URLSearchParams, headers: Headers): ClientCredential {
  const basic = /^Basic\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (basic !== undefined) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
    return { clientId: id, secret };
  }
  const secret = form.get('client_secret');
  const clientId = need(form, 'client_id');
  if (secret === null || secret === '') throw refusals.missingCredential();
  return { clientId, secret };
}

/** @throws TokenRefused 7000215 for a wrong secret, 7000222 for one that has expired */
export function checkSecret(
  secrets: readonly AppSecret[],
  secret: string,
  { now, random }: { readonly now: number; readonly random: Random },
): void {
  const matching = secrets.find(({ value }) => value === secret);
  if (matching === undefined || isUnknownToReplica(matching, now, random)) throw refusals.wrongSecret();
  if (matching.expiresAt !== undefined && Date.parse(matching.expiresAt) <= now)
    throw refusals.expiredSecret();
}

function isUnknownToReplica({ spreading }: AppSecret, now: number, random: Random): boolean {
  if (spreading === undefined || Date.parse(spreading.until) <= now) return false;
  return random.next() < (spreading.refusedShare ?? 0.5);
}
