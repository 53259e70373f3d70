import { otherClouds, ownCloud } from './clouds.js';
import { resolveTenant, type LoginContext } from './login-context.js';
import { TokenRefused } from './token-errors.js';

/**
 * The discovery document of a tenant by GUID or domain; its issuer names the GUID. A tenant of another cloud has
 * one too, which says where it lives. For `organizations` and `common` the issuer is a template with the literal
 * text `{tenantid}`.
 * @throws TokenRefused `invalid_tenant` for a tenant that does not exist
 */
export function openidConfiguration(context: LoginContext, name: string): unknown {
  const { loginUrl } = context;
  const own = ownCloud(loginUrl, context.graphUrl);
  if (['organizations', 'common'].includes(name.toLowerCase()))
    return document(`${loginUrl}/{tenantid}`, `${loginUrl}/${name}`, { ...own, tenant_region_scope: null });
  const tenant = existingTenant(context, name);
  const base = `${loginUrl}/${tenant.id}`;
  return document(base, base, tenant.cloud === null ? own : otherClouds[tenant.cloud.name]);
}

/** Discovery names its error otherwise than the token endpoint does. */
function existingTenant(context: LoginContext, name: string): ReturnType<typeof resolveTenant> {
  try {
    return resolveTenant(context, name);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    throw new TokenRefused(error.status, 'invalid_tenant', error.code, error.reason);
  }
}

function document(issuer: string, base: string, cloud: object): unknown {
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile'],
    code_challenge_methods_supported: ['S256'],
    issuer: `${issuer}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    ...cloud,
  };
}

/** Which hosts belong together, for a client that does not know this login host. */
export function instanceDiscovery(context: LoginContext, tenant: string): unknown {
  const host = new URL(context.loginUrl).host;
  return {
    tenant_discovery_endpoint: `${context.loginUrl}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
