import { ClientSecretCredential, type ClientSecretCredentialOptions } from '@azure/identity';

import type { Cloud, CloudHosts } from '../../core/cloud.js';
import { Unavailable } from '../../core/failures.js';
import type { Secret } from '../../core/secret.js';
import { keptConnections } from '../http/kept-connections.js';
import { repetitionPolicy } from '../http/repetition-policy.js';
import { translateLoginError } from './login-refusal.js';
import { createLoginWatch, type LoginWatch } from './login-watch.js';

export interface LoginOptions {
  readonly clouds: (cloud: Cloud) => CloudHosts;
  /** Milliseconds for one request to the login endpoint, attempts included. */
  readonly requestTimeoutMs: number;
  /** In place of the connections that are kept, and of the repetition of requests that goes with them; for tests. */
  readonly httpClient?: NonNullable<ClientSecretCredentialOptions['httpClient']>;
}

/** An application in a tenant, logged in with its secret: the SDK behind it keeps a token while it is valid. */
export interface Login {
  /** An access token for Graph. @throws CredentialRefused, Unavailable */
  token(): Promise<string>;
}

export interface LoginIdentity {
  /** GUID or domain. */
  readonly tenant: string;
  readonly cloud: Cloud;
  readonly clientId: string;
}

/** A token may be asked for any number of times; the watch sees the answer of each. */
function carrierOf(
  { httpClient, requestTimeoutMs: deadlineMs }: LoginOptions,
  watch: LoginWatch['policy'],
): Pick<ClientSecretCredentialOptions, 'httpClient' | 'additionalPolicies'> {
  if (httpClient !== undefined) return { httpClient, additionalPolicies: [watch] };
  const repetition = repetitionPolicy({ deadlineMs, unanswered: 'all' });
  return { httpClient: keptConnections, additionalPolicies: [repetition, watch] };
}

/** The one place where a tenant's secret is revealed: it goes into the token request. */
export function openLogin(identity: LoginIdentity, secret: Secret, options: LoginOptions): Login {
  const hosts = options.clouds(identity.cloud);
  const watch = createLoginWatch(options.requestTimeoutMs);
  const credential = new ClientSecretCredential(identity.tenant, identity.clientId, secret.reveal(), {
    authorityHost: hosts.login,
    // A cloud of one's own is not in the list that instance discovery asks Microsoft for.
    disableInstanceDiscovery: identity.cloud === 'local',
    retryOptions: { maxRetries: 0 },
    ...carrierOf(options, watch.policy),
  });
  const scope = `${new URL(hosts.graph).origin}/.default`;
  return {
    token: async () => {
      watch.begin();
      const token = await credential.getToken(scope).catch((error: unknown) => {
        throw translateLoginError(error, watch.lastRefusal());
      });
      if (token.token === '') throw new Unavailable('The login endpoint gave an empty token');
      return token.token;
    },
  };
}
