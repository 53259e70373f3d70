import {
  findLocalPrincipal,
  localOperatorTenantId,
  localPrincipals,
  type LocalPrincipal,
} from './principals.js';

const choiceHeader = 'x-local-principal';
const platformHeader = /^x-ms-client-principal(?:$|-)/i;
const nameClaim = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name';
const roleClaim = 'roles';

/** The request's headers after the platform has been at work, or why it was turned away. */
export type SignIn =
  | { readonly kind: 'passed'; readonly headers: Record<string, string> }
  | { readonly kind: 'unknownPrincipal'; readonly message: string };

/**
 * Plays App Service authentication in front of the app, set to allow anonymous requests. Principal headers that the
 * client sent are dropped; a request is the sample operator unless `x-local-principal` names another identity, and
 * `anonymous` carries no principal.
 *
 * @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
export function signIn(requestHeaders: Readonly<Record<string, string>>): SignIn {
  const headers: Record<string, string> = {};
  let chosen: string = localPrincipals.operator.name;
  for (const [name, value] of Object.entries(requestHeaders)) {
    if (name.toLowerCase() === choiceHeader) chosen = value.trim().toLowerCase();
    else if (!platformHeader.test(name)) headers[name] = value;
  }
  if (chosen === 'anonymous') return { kind: 'passed', headers };
  const principal = findLocalPrincipal(chosen);
  if (principal === undefined) return { kind: 'unknownPrincipal', message: unknownPrincipal(chosen) };
  return { kind: 'passed', headers: { ...headers, ...principalHeaders(principal) } };
}

/** The headers by which App Service passes an identity to the app. */
export function principalHeaders(principal: LocalPrincipal): Record<string, string> {
  const claim = (typ: string, val: string) => ({ typ, val });
  const document = {
    auth_typ: 'aad',
    name_typ: nameClaim,
    role_typ: roleClaim,
    claims: [
      claim('http://schemas.microsoft.com/identity/claims/objectidentifier', principal.objectId),
      claim('http://schemas.microsoft.com/identity/claims/tenantid', localOperatorTenantId),
      claim(nameClaim, principal.displayName),
      claim('name', principal.displayName),
      ...principal.roles.map((role) => claim(roleClaim, role)),
    ],
  };
  return {
    'x-ms-client-principal': Buffer.from(JSON.stringify(document)).toString('base64'),
    'x-ms-client-principal-id': principal.objectId,
    'x-ms-client-principal-name': principal.displayName,
    'x-ms-client-principal-idp': 'aad',
  };
}

function unknownPrincipal(name: string): string {
  const known = [...Object.keys(localPrincipals), 'anonymous'].join(', ');
  return `x-local-principal: there is no "${name}"; known are ${known}.`;
}
