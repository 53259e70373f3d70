import type { ClientSecretCredentialOptions } from '@azure/identity';

import type { LoginAnswer } from './login-refusal.js';

type AdditionalPolicy = NonNullable<ClientSecretCredentialOptions['additionalPolicies']>[number];

/** Sees the answers of the login endpoint, which the SDK does not always pass on, and bounds each attempt of a request. */
export interface LoginWatch {
  readonly policy: AdditionalPolicy;
  /** The last answer outside 2xx since `begin`; null where there was none. */
  lastRefusal(): LoginAnswer | null;
  begin(): void;
}

export function createLoginWatch(requestTimeoutMs: number): LoginWatch {
  let last: LoginAnswer | null = null;
  return {
    lastRefusal: () => last,
    begin: () => {
      last = null;
    },
    policy: {
      position: 'perRetry',
      policy: {
        name: 'loginWatch',
        sendRequest: async (request, next) => {
          request.timeout = requestTimeoutMs;
          const response = await next(request);
          if (response.status >= 300) {
            last = { status: response.status, body: (response.bodyAsText ?? '').slice(0, 10_000) };
          }
          return response;
        },
      },
    },
  };
}
