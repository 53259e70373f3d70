import type { Cloud } from '../core/cloud.js';
import { credentialFinding, type CredentialFinding } from '../core/credential-finding.js';
import {
  AccessRefused,
  CredentialRefused,
  Failure,
  RowConflict,
  Throttled,
  Unavailable,
} from '../core/failures.js';
import type { Secret } from '../core/secret.js';
import { secretState } from '../core/secret-expiry.js';
import type { CredentialReference, Tenant } from '../core/tenant.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { Directory } from '../ports/directory.js';
import type { Log } from '../ports/log.js';
import type { SecretExpiries, Stored, Tenants } from '../ports/registry.js';
import type { Vault } from '../ports/vault.js';

export interface ConnectTenantPorts {
  readonly tenants: Tenants;
  readonly secretExpiries: SecretExpiries;
  readonly directory: Pick<Directory, 'probe'>;
  readonly vault: Pick<Vault, 'save' | 'discard'>;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export interface ConnectTenantWish extends Pick<
  Tenant,
  'displayName' | 'organizationIds' | 'owner' | 'timeZone' | 'nightlyAt' | 'groupMembers'
> {
  readonly cloud: Cloud;
  /** GUID in lower case, or a domain. */
  readonly tenant: string;
  readonly credential: {
    readonly clientId: string;
    readonly secretId: string | null;
    readonly secret: Secret;
    /** ISO 8601 UTC. */
    readonly expiresOn: string | null;
  };
}

export type ConnectTenantOutcome =
  | { readonly kind: 'connected'; readonly tenant: Stored<Tenant> }
  | { readonly kind: 'alreadyConnected'; readonly tenantId: string }
  | ({ readonly kind: 'credentialRefused' } & CredentialFinding)
  /** The directory could not be asked; nothing was stored. */
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number | null };

/**
 * Tries the credential against the directory, and only if it works keeps the secret in the vault and the tenant
 * in the registry.
 */
export async function connectTenant(
  ports: ConnectTenantPorts,
  wish: ConnectTenantWish,
): Promise<ConnectTenantOutcome> {
  if ((await ports.tenants.get(wish.tenant)) !== null) return alreadyConnected(wish.tenant);
  const probed = await probe(ports.directory, wish);
  if (probed.kind !== 'works') return probed;
  const { tenantId } = probed;
  // A domain names its tenant only now, and somebody else may have connected it meanwhile.
  if ((await ports.tenants.get(tenantId)) !== null) return alreadyConnected(tenantId);
  const { tenant, credential } = await keepSecret(ports, tenantId, wish);
  const stored = await create(ports.tenants, tenant);
  if (stored === null) {
    // Somebody was faster: nothing refers to this secret, so nothing of it stays.
    await ports.vault.discard(credential.secretName);
    return alreadyConnected(tenantId);
  }
  await trackExpiry(ports, tenantId, credential);
  return { kind: 'connected', tenant: stored };
}

type Probed =
  | { readonly kind: 'works'; readonly tenantId: string }
  | Extract<ConnectTenantOutcome, { kind: 'credentialRefused' | 'unavailable' }>;

async function probe(directory: Pick<Directory, 'probe'>, wish: ConnectTenantWish): Promise<Probed> {
  const { tenant, cloud, credential } = wish;
  try {
    const { tenantId } = await directory.probe({
      tenant,
      cloud,
      clientId: credential.clientId,
      secret: credential.secret,
    });
    return { kind: 'works', tenantId: tenantId.toLowerCase() };
  } catch (failure) {
    if (failure instanceof CredentialRefused || failure instanceof AccessRefused)
      return { kind: 'credentialRefused', ...credentialFinding(failure) };
    if (failure instanceof Throttled || failure instanceof Unavailable)
      return { kind: 'unavailable', retryAfterMs: failure.retryAfterMs };
    // What is neither: an answer that is no answer of Graph.
    if (failure instanceof Failure) return { kind: 'unavailable', retryAfterMs: null };
    throw failure;
  }
}

async function keepSecret(
  ports: ConnectTenantPorts,
  tenantId: string,
  wish: ConnectTenantWish,
): Promise<{ readonly tenant: Tenant; readonly credential: CredentialReference }> {
  const { secret, ...reference } = wish.credential;
  // A random name: the vault keeps the names of deleted secrets taken for a while.
  const secretName = `graph-${ports.chance.newId()}`;
  await ports.vault.save(secretName, secret, {
    expiresOn: reference.expiresOn,
    tags: { tenantId, clientId: reference.clientId },
  });
  const credential: CredentialReference = { kind: 'clientSecret', ...reference, secretName };
  const now = new Date(ports.clock.now()).toISOString();
  const tenant: Tenant = {
    tenantId,
    displayName: wish.displayName,
    cloud: wish.cloud,
    state: { kind: 'connected', since: now },
    organizationIds: wish.organizationIds,
    owner: wish.owner,
    timeZone: wish.timeZone,
    nightlyAt: wish.nightlyAt,
    paused: false,
    groupMembers: wish.groupMembers,
    credential,
    bundles: [],
    consents: [],
    createdAt: now,
    connectedAt: now,
    bucketCount: null,
    lastSyncedAt: null,
    lastOutage: null,
  };
  return { tenant, credential };
}

async function create(tenants: Tenants, tenant: Tenant): Promise<Stored<Tenant> | null> {
  try {
    return await tenants.create(tenant);
  } catch (failure) {
    if (failure instanceof RowConflict) return null;
    throw failure;
  }
}

async function trackExpiry(
  ports: ConnectTenantPorts,
  tenantId: string,
  { secretName, clientId, secretId, expiresOn }: CredentialReference,
): Promise<void> {
  const now = ports.clock.now();
  try {
    await ports.secretExpiries.put({
      tenantId,
      secretName,
      clientId,
      secretId,
      expiresOn,
      state: secretState(expiresOn, now),
      checkedAt: new Date(now).toISOString(),
    });
  } catch (failure) {
    // The tenant is connected by now, and the timer that checks every secret writes this row as well.
    if (!(failure instanceof Throttled || failure instanceof Unavailable)) throw failure;
    ports.log.warn('The expiry of a new secret could not be noted yet', { tenantId });
  }
}

function alreadyConnected(tenantId: string): ConnectTenantOutcome {
  return { kind: 'alreadyConnected', tenantId };
}
