import type { AppRegistration, ConsentApp } from '../control-api.js';
import type { Random } from '../random.js';
import type { Tenant } from '../tenant.js';
import type { AccessTokens } from './access-tokens.js';
import type { AuthorizationCodes } from './authorization-codes.js';
import type { IdTokens } from './id-tokens.js';
import { refusals } from './token-errors.js';

/** What the login host needs from the emulator. */
export interface LoginContext {
  readonly loginUrl: string;
  readonly graphUrl: string;
  readonly tokens: AccessTokens;
  readonly idTokens: IdTokens;
  readonly codes: AuthorizationCodes;
  readonly random: Random;
  readonly accessTokenLifeMs: number;
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** By lower-case client id. */
  readonly consentApps: ReadonlyMap<string, ConsentApp>;
  /** The emulator's clock. */
  now(): number;
  /** What the emulated servers take for the time. */
  serverTime(): number;
  tenant(idOrDomain: string): Tenant | undefined;
  /** The app as the tenant knows it now, if it does. */
  knownApp(tenant: Tenant, clientId: string): AppRegistration | undefined;
}

const sharedNames = ['common', 'consumers', 'organizations'];

/** The tenant of a path's first segment. @throws TokenRefused */
export function resolveTenant(context: LoginContext, name: string): Tenant {
  if (sharedNames.includes(name.toLowerCase())) throw refusals.sharedTenant();
  const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name);
  if (!guid && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name)) throw refusals.malformedTenant(name);
  const tenant = context.tenant(name);
  if (tenant === undefined) throw refusals.unknownTenant(name);
  return tenant;
}

/** The tenants that somebody may sign in to at a path: the one it names, or for `organizations` all. @throws TokenRefused */
export function signInTenants(context: LoginContext, name: string): readonly Tenant[] {
  const all = [...context.tenants.values()].filter(({ cloud }) => cloud === null);
  if (name.toLowerCase() === 'organizations') return all;
  const tenant = resolveTenant(context, name);
  if (tenant.cloud !== null) throw refusals.unknownTenant(name);
  return [tenant];
}

/** The value of a parameter. @throws TokenRefused 900144 where there is none */
export function need(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '') throw refusals.missingParameter(name);
  return value;
}
