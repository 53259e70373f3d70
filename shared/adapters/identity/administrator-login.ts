import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { Cloud, CloudHosts } from '../../core/cloud.js';
import { CredentialRefused, Failure, NotFound, Unavailable } from '../../core/failures.js';
import type { Secret } from '../../core/secret.js';
import type { AdministratorLogin, SignInCode } from '../../ports/administrator-login.js';
import { boundedText } from './bounded-text.js';
import { createIdTokenVerifier } from './id-token.js';
import { translateLoginError } from './login-refusal.js';
import { repeatingFetch, type Fetch } from './repeating-fetch.js';

export interface AdministratorLoginOptions {
  /** Addresses of a cloud that the deployment serves. */
  readonly clouds: (cloud: Cloud) => CloudHosts;
  readonly readSecret: (name: string, version: string | null) => Promise<Secret>;
  /** Milliseconds for one request with its answer. */
  readonly requestTimeoutMs: number;
  /** In place of the platform's fetch. */
  readonly fetch?: Fetch;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** A token answer has a few KB. */
const LONGEST_ANSWER = 256 * 1024;
const answered = z.looseObject({ id_token: z.string().min(1).max(64_000) });

/**
 * Sources: learn.microsoft.com/entra/identity-platform/v2-admin-consent and v2-oauth2-auth-code-flow. The paths are
 * those of every cloud; the client secret goes into the token request and nowhere else.
 */
export function createAdministratorLogin(options: AdministratorLoginOptions): AdministratorLogin {
  // A code is good for one request: its request is never repeated, unlike that for the keys.
  const send: Fetch = options.fetch ?? ((address, init) => fetch(address, init));
  const readKeys = options.fetch ?? repeatingFetch(options.requestTimeoutMs, LONGEST_ANSWER);
  const verify = createIdTokenVerifier({ ...options, fetch: readKeys });
  const loginOf = (cloud: Cloud): string => new URL(options.clouds(cloud).login).origin;
  return {
    origin: loginOf,
    consentAddress: ({ cloud, tenantId, clientId, redirectUri, state }) =>
      withQuery(`${loginOf(cloud)}/${tenantId}/v2.0/adminconsent`, {
        client_id: clientId,
        scope: `${new URL(options.clouds(cloud).graph).origin}/.default`,
        redirect_uri: redirectUri,
        state,
      }),
    signInAddress: ({ cloud, clientId, redirectUri, state, nonce, verifier }) =>
      withQuery(`${loginOf(cloud)}/organizations/oauth2/v2.0/authorize`, {
        client_id: clientId,
        response_type: 'code',
        response_mode: 'query',
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        prompt: 'select_account',
      }),
    redeem: async (code) => {
      const login = loginOf(code.cloud);
      const body = await tokenRequest(code, options);
      const address = `${login}/organizations/oauth2/v2.0/token`;
      const idToken = await redeemedBy(send, address, body, options.requestTimeoutMs);
      return await verify(idToken, login, code.app.clientId);
    },
  };
}

function withQuery(address: string, query: Readonly<Record<string, string>>): string {
  return `${address}?${new URLSearchParams(query).toString()}`;
}

async function tokenRequest(
  { app, redirectUri, code, verifier }: SignInCode,
  { readSecret }: AdministratorLoginOptions,
): Promise<URLSearchParams> {
  const secret = await secretOf(readSecret(app.secretName, app.secretVersion));
  return new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: app.clientId,
    client_secret: secret.reveal(),
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  });
}

async function secretOf(read: Promise<Secret>): Promise<Secret> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    throw new CredentialRefused("The consent application's secret is not in the vault.", null, {
      cause: error,
    });
  }
}

/** Sends the code; no redirect is followed, so that the secret goes to the cloud's own login host alone. */
async function redeemedBy(
  send: Fetch,
  address: string,
  body: URLSearchParams,
  timeoutMs: number,
): Promise<string> {
  try {
    const response = await send(address, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await boundedText(response, LONGEST_ANSWER);
    if (!response.ok)
      throw translateLoginError('The code was refused', { status: response.status, body: text ?? '' });
    const parsed = answered.safeParse(JSON.parse(text ?? 'null'));
    if (!parsed.success) throw new Unavailable('The login service gave no id token');
    return parsed.data.id_token;
  } catch (error) {
    if (error instanceof Failure) throw error;
    // What the platform throws may hold the request, and with it the secret: only its name is kept.
    const name = error instanceof Error ? error.name : 'unknown';
    throw new Unavailable(`The login service could not be asked (${name})`);
  }
}
