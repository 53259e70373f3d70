import { consentAppFor, type Bundle, type ConsentApp } from '../core/bundle.js';
import type { Cloud } from '../core/cloud.js';
import { RowConflict, Unavailable } from '../core/failures.js';
import { NOTHING_FOUND } from '../core/issues/tenant-health.js';
import { SECRET_NAME_PREFIX, secretTags } from '../core/given-secret.js';
import type { Secret } from '../core/secret.js';
import { sameSecret, type CredentialReference, type Tenant } from '../core/tenant.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { SecretExpiries, Stored, Tenants } from '../ports/registry.js';
import type { TenantLookup } from '../ports/tenant-lookup.js';
import { tryCredential, type CredentialObstacle, type TryCredentialPorts } from '../ports/try-credential.js';
import type { Vault } from '../ports/vault.js';
import { noteNewSecret, withNewSecret } from '../ports/note-new-secret.js';
import { withdrawnUnlessNamed, withdrawSecret } from '../ports/withdraw-secret.js';

export interface ConnectTenantPorts extends TryCredentialPorts {
  readonly tenants: Tenants;
  readonly tenantLookup: TenantLookup;
  readonly secretExpiries: SecretExpiries;
  readonly vault: Pick<Vault, 'save' | 'disable' | 'discard'>;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly consentApps: readonly ConsentApp[];
}

export interface ConnectTenantWish extends Pick<
  Tenant,
  'displayName' | 'organizationIds' | 'owner' | 'timeZone' | 'nightlyAt' | 'groupMembers' | 'pollEveryMinutes'
> {
  readonly cloud: Cloud;
  /** GUID in lower case, or a domain. */
  readonly tenant: string;
  /** Null: what a tenant is for in this version, as far as there is an application to consent to. */
  readonly bundles: readonly Bundle[] | null;
  /** Null: an administrator is to consent, or to enter one. */
  readonly credential: CandidateSecret | null;
}

interface CandidateSecret {
  readonly clientId: string;
  readonly secretId: string | null;
  readonly secret: Secret;
  /** ISO 8601 UTC. */
  readonly expiresOn: string | null;
}

export type ConnectTenantOutcome =
  | { readonly kind: 'connected'; readonly tenant: Stored<Tenant> }
  | { readonly kind: 'alreadyConnected'; readonly tenantId: string; readonly displayName: string }
  /** Everything of an earlier connection is being removed. */
  | { readonly kind: 'disconnecting' }
  /** There is no application to consent to; the position in the list of bundles. */
  | { readonly kind: 'bundleNotServed'; readonly index: number }
  | { readonly kind: 'tenantUnknown' }
  /** It lives in that cloud. */
  | { readonly kind: 'wrongCloud'; readonly cloud: Cloud }
  /** Nothing was stored. */
  | CredentialObstacle;

/** Everything that keeps a tenant from being connected. */
type Obstacle = Exclude<ConnectTenantOutcome, { kind: 'connected' }>;

const DEFAULT_BUNDLES: readonly Bundle[] = ['directory', 'near-real-time'];

/**
 * Resolves which tenant is meant and in which cloud it lives; with a credential, tries it against the directory and
 * keeps it in the vault; and only then keeps the tenant in the registry. Without a credential it awaits consent.
 */
export async function connectTenant(
  ports: ConnectTenantPorts,
  wish: ConnectTenantWish,
): Promise<ConnectTenantOutcome> {
  const unserved = wish.credential === null ? unservedBundle(ports.consentApps, wish) : null;
  if (unserved !== null) return { kind: 'bundleNotServed', index: unserved };
  const resolved = await resolve(ports, wish);
  if (resolved.kind !== 'found') return resolved;
  const { tenantId } = resolved;
  const there = await ports.tenants.get(tenantId);
  if (there !== null) return inTheWay(there.value);
  if (wish.credential === null) return keep(ports, newTenant(ports, tenantId, wish, null));
  const { clientId, secret } = wish.credential;
  const candidate = { tenant: tenantId, cloud: wish.cloud, clientId, secret };
  const obstacle = await tryCredential(ports, candidate);
  if (obstacle !== null) return obstacle;
  const credential = await keepSecret(ports, tenantId, wish.credential);
  const saved = { tenantId, before: null, location: credential };
  const tenant = withNewSecret(newTenant(ports, tenantId, wish, credential), ports.clock.now());
  const outcome = await withdrawnUnlessNamed(ports, saved, () => keep(ports, tenant));
  // Somebody was faster: nothing refers to this secret, so nothing of it stays.
  if (outcome.kind !== 'connected') await withdrawSecret(ports, saved);
  else await noteNewSecret(ports, outcome.tenant.value);
  return outcome;
}

function unservedBundle(apps: readonly ConsentApp[], { bundles, cloud }: ConnectTenantWish): number | null {
  const index = (bundles ?? []).findIndex((bundle) => consentAppFor(apps, bundle, cloud) === undefined);
  return index < 0 ? null : index;
}

function bundlesOf(apps: readonly ConsentApp[], { bundles, cloud, credential }: ConnectTenantWish): Bundle[] {
  if (bundles !== null) return [...new Set(bundles)];
  // The customer's own application needs no consent to the operator's.
  if (credential !== null) return [];
  return DEFAULT_BUNDLES.filter((bundle) => consentAppFor(apps, bundle, cloud) !== undefined);
}

/** A tenant is known by its id; a domain is only a name for it, of which it may have many. */
async function resolve(
  { tenantLookup }: Pick<ConnectTenantPorts, 'tenantLookup'>,
  { tenant, cloud }: ConnectTenantWish,
): Promise<{ readonly kind: 'found'; readonly tenantId: string } | Obstacle> {
  try {
    const answer = await tenantLookup.find(tenant, cloud);
    if (answer.kind === 'unknown') return { kind: 'tenantUnknown' };
    return answer.cloud === cloud ? answer : { kind: 'wrongCloud', cloud: answer.cloud };
  } catch (failure) {
    if (failure instanceof Unavailable)
      return { kind: 'unavailable', retryAfterMs: failure.retryAfterMs, cause: failure };
    throw failure;
  }
}

async function keepSecret(
  ports: Pick<ConnectTenantPorts, 'vault' | 'chance'>,
  tenantId: string,
  { secret, ...reference }: CandidateSecret,
): Promise<CredentialReference> {
  // A random name: the vault keeps the names of deleted secrets taken for a while.
  const secretName = `${SECRET_NAME_PREFIX}${ports.chance.newId()}`;
  const secretVersion = await ports.vault.save(secretName, secret, {
    expiresOn: reference.expiresOn,
    tags: secretTags(tenantId, reference),
  });
  return { kind: 'clientSecret', ...reference, secretName, secretVersion, retiring: [] };
}

function newTenant(
  { clock, consentApps }: Pick<ConnectTenantPorts, 'clock' | 'consentApps'>,
  tenantId: string,
  wish: ConnectTenantWish,
  credential: CredentialReference | null,
): Tenant {
  const now = new Date(clock.now()).toISOString();
  const { displayName, cloud, organizationIds, owner, timeZone, nightlyAt, groupMembers } = wish;
  return {
    tenantId,
    ...{ displayName, cloud, organizationIds, owner, timeZone, nightlyAt, groupMembers },
    pollEveryMinutes: wish.pollEveryMinutes,
    state: { kind: credential === null ? 'awaitingConsent' : 'connected', since: now },
    paused: false,
    credential,
    bundles: bundlesOf(consentApps, wish),
    consents: [],
    createdAt: now,
    connectedAt: credential === null ? null : now,
    bucketCount: null,
    lastSyncedAt: null,
    lastOutage: null,
    health: NOTHING_FOUND,
  };
}

async function keep(
  { tenants }: Pick<ConnectTenantPorts, 'tenants'>,
  tenant: Tenant,
): Promise<ConnectTenantOutcome> {
  try {
    return { kind: 'connected', tenant: await tenants.create(tenant) };
  } catch (failure) {
    if (!(failure instanceof RowConflict)) throw failure;
    const there = await tenants.get(tenant.tenantId);
    if (there === null) return { kind: 'disconnecting' };
    // The write was made, only its answer was lost: the name of its secret is random.
    const { credential } = tenant;
    const isOurs = credential !== null && sameSecret(there.value.credential, credential);
    return isOurs ? { kind: 'connected', tenant: there } : inTheWay(there.value);
  }
}

function inTheWay({ tenantId, displayName, state }: Tenant): Obstacle {
  if (state.kind === 'disconnecting') return { kind: 'disconnecting' };
  return { kind: 'alreadyConnected', tenantId, displayName };
}
