/** A refusal of the token endpoint (graph-protocol section 9). */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(
    readonly status: number,
    readonly error: string,
    readonly code: number,
    message: string,
  ) {
    super(`AADSTS${code}: ${message}`);
  }
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
    new TokenRefused(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`),
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
};
