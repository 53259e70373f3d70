import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import { allowed, type AccessTarget, type Principal, type Role } from '../../shared/core/access.js';
import type { AccessGrants } from '../../shared/ports/access-grants.js';
import { ApiError } from './errors.js';
import { tenantNotFound } from './not-found.js';
import type { Route } from './route.js';
import { readPrincipal } from './sign-in.js';

/** What decides about who is let in. */
export interface Gate {
  /** Whether the platform's sign-in stands in front (WEBSITE_AUTH_ENABLED is True). */
  readonly signInTrusted: boolean;
  readonly accessGrants: Pick<AccessGrants, 'get' | 'ofPrincipal'>;
}

/** Nobody: what a route without sign-in is called by. */
const ANYBODY: Principal = { id: '', name: '', roles: [], tenantRoles: new Map() };

/**
 * Who asks, where they may; with the roles that they hold for the tenants in question. These are read anew for each
 * request, so that access that was taken away ends with the next one.
 * @throws ApiError SignInRequired, RoleRequired or, of a tenant that is not theirs, TenantNotFound
 */
export async function admit(route: Route, gate: Gate, request: HttpRequest): Promise<Principal> {
  if (route.role === null) return ANYBODY;
  const roles = rolesOf(route);
  const everywhere = signedIn(gate, request);
  const target = targetOf(route, request);
  if (allowed(everywhere, roles, target) === 'granted') return everywhere;
  const principal = { ...everywhere, tenantRoles: await tenantRoles(gate, everywhere, target) };
  switch (allowed(principal, roles, target)) {
    case 'granted':
      return principal;
    case 'hidden':
      throw tenantNotFound();
    case 'refused':
      throw new ApiError('RoleRequired', `This needs the role ${roles.map(appRole).join(' or ')}.`);
  }
}

/** The roles of which one lets in; none where no sign-in is needed. */
export function rolesOf(route: Pick<Route, 'role' | 'orRole'>): Role[] {
  return [route.role, route.orRole].filter((role) => role !== null && role !== undefined);
}

function appRole(role: Role): string {
  return `Rollcall.${role}`;
}

function signedIn(gate: Gate, request: HttpRequest): Principal {
  if (!gate.signInTrusted)
    throw new ApiError(
      'SignInRequired',
      'The platform in front of this app is not set up to sign anybody in.',
    );
  const principal = readPrincipal(request.headers.get('x-ms-client-principal'));
  if (principal === null) throw new ApiError('SignInRequired', 'Sign in with Entra.');
  return principal;
}

/** A tenant in the path goes before what the route says of itself. */
function targetOf(route: Route, request: HttpRequest): AccessTarget {
  const inPath = request.params.tenantId;
  if (inPath !== undefined) return { kind: 'tenant', tenantId: inPath.toLowerCase() };
  switch (route.target) {
    case 'tenantInQuery':
      return { kind: 'tenant', tenantId: (request.query.get('tid') ?? '').toLowerCase() };
    case 'anyTenant':
      return { kind: 'anyTenant' };
    default:
      return { kind: 'registry' };
  }
}

const guid = z.guid();

async function tenantRoles(
  { accessGrants }: Gate,
  { id }: Principal,
  target: AccessTarget,
): Promise<Principal['tenantRoles']> {
  switch (target.kind) {
    case 'registry':
      return new Map();
    case 'anyTenant':
      return await accessGrants.ofPrincipal(id);
    case 'tenant': {
      // What is no tenant id names no tenant, and no key either.
      if (!guid.safeParse(target.tenantId).success) return new Map();
      const grant = await accessGrants.get(target.tenantId, id);
      return new Map(grant === null ? [] : [[target.tenantId, grant.value.roles]]);
    }
  }
}
