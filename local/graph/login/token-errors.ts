/** A refusal of the login host (graph-protocol section 9): an OAuth error, or a page that says so. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(
    readonly status: number,
    readonly error: string,
    readonly code: number,
    readonly reason: string,
  ) {
    super(`AADSTS${code}: ${reason}`);
  }
}

/** The OAuth errors that come with numbers which nothing here leads to by itself. */
const customaryErrors: Readonly<Record<number, string>> = {
  65001: 'invalid_grant',
  7000112: 'unauthorized_client',
};

/** A refusal by its number alone. */
export function customaryRefusal(
  code: number,
  error = customaryErrors[code] ?? 'invalid_request',
): TokenRefused {
  return new TokenRefused(400, error, code, 'The login service answered so on request.');
}

function invalidGrant(code: number, reason: string): TokenRefused {
  return new TokenRefused(400, 'invalid_grant', code, reason);
}

/** Every refusal that the emulator makes, by what is wrong. */
export const refusals = {
  wrongSecret: () => new TokenRefused(401, 'invalid_client', 7000215, 'Invalid client secret provided.'),
  expiredSecret: () =>
    new TokenRefused(401, 'invalid_client', 7000222, 'The provided client secret keys are expired.'),
  missingCredential: () =>
    new TokenRefused(
      401,
      'invalid_client',
      7000216,
      "'client_assertion', 'client_secret' or 'request' is required.",
    ),
  unknownApp: (clientId: string, tenant: string) =>
    new TokenRefused(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${tenant}'.`,
    ),
  unknownTenant: (tenant: string) =>
    new TokenRefused(
      400,
      'invalid_request',
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    ),
  /** A tenant that lives in another national cloud; which code comes is the tenant's setting. */
  otherCloud: (code: 90002 | 900432 | 500011, tenant: string, resource: string) => {
    switch (code) {
      case 90002:
        return refusals.unknownTenant(tenant);
      case 500011:
        return refusals.wrongResource(resource);
      case 900432: {
        const reason = 'Confidential Client is not supported in Cross Cloud request.';
        return new TokenRefused(400, 'invalid_request', code, reason);
      }
    }
  },
  malformedTenant: (tenant: string) =>
    new TokenRefused(
      400,
      'invalid_request',
      900023,
      `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
    ),
  sharedTenant: () =>
    new TokenRefused(
      400,
      'invalid_request',
      9001023,
      'The grant type is not supported over the /common or /consumers endpoints.',
    ),
  wrongScope: (scope: string) =>
    new TokenRefused(
      400,
      'invalid_scope',
      70011,
      `The provided value for the input parameter 'scope' is not valid: ${scope}.`,
    ),
  wrongResource: (resource: string) =>
    new TokenRefused(
      400,
      'invalid_resource',
      500011,
      `The resource principal named ${resource} was not found in the tenant.`,
    ),
  wrongGrant: (grant: string) =>
    new TokenRefused(
      400,
      'unsupported_grant_type',
      70003,
      `The app requested an unsupported grant type '${grant}'.`,
    ),
  missingParameter: (name: string) =>
    new TokenRefused(
      400,
      'invalid_request',
      900144,
      `The request body must contain the following parameter: '${name}'.`,
    ),
  wrongRedirect: (uri: string, clientId: string) =>
    new TokenRefused(
      400,
      'invalid_request',
      50011,
      `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'.`,
    ),
  foreignAccount: (account: string) =>
    new TokenRefused(
      400,
      'invalid_request',
      50020,
      `User account '${account}' does not exist in this tenant and cannot access the application in it.`,
    ),
  malformedCode: () =>
    invalidGrant(9002313, 'Invalid request. The authorization code is malformed or invalid.'),
  codeExpired: () => invalidGrant(70008, 'The provided authorization code or refresh token has expired.'),
  codeRedeemed: () =>
    invalidGrant(
      54005,
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code.',
    ),
  codeOfOtherApp: () =>
    invalidGrant(700005, 'Provided Authorization Code is intended to use against other app.'),
  codeOfOtherTenant: () =>
    invalidGrant(
      700005,
      'Provided Authorization Code is intended to use against other tenant, thus rejected.',
    ),
  otherRedirect: () =>
    invalidGrant(500112, 'The reply address does not match the reply address of the authorization request.'),
  wrongVerifier: () =>
    invalidGrant(
      501481,
      'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
    ),
};
