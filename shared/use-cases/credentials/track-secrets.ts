import { followedConsentApp, type ConsentApp } from '../../core/bundle.js';
import { ownerOfConsentSecret, ownerOfSecret, type SecretExpiry } from '../../core/secret-expiry.js';
import type { Tenant } from '../../core/tenant.js';
import type { Clock } from '../../ports/clock.js';
import type { Directory } from '../../ports/directory.js';
import type { Log } from '../../ports/log.js';
import type { SecretExpiries, Tenants } from '../../ports/registry.js';
import type { TenantWalk } from '../../ports/tenant-walk.js';
import type { Vault } from '../../ports/vault.js';
import { followSecret, type TrackedSecret } from './follow-secret.js';
import { tellTenant } from '../../ports/tell-tenant.js';

export interface TrackSecretsPorts {
  readonly walkTenants: TenantWalk;
  readonly tenants: Tenants;
  readonly vault: Pick<Vault, 'expiryOf'>;
  readonly directory: Pick<Directory, 'secretEnd'>;
  readonly secretExpiries: SecretExpiries;
  readonly clock: Clock;
  readonly log: Log;
}

const ROWS_PER_PAGE = 500;

/**
 * One tick of the upkeep timer: keeps the expiry of every tenant's secret and of the operator's own consent
 * applications, warns once at each threshold, and lets the tenant's state say the same. Parked tenants too, since an
 * expired secret is what parks them.
 * @throws AggregateError after all secrets were tried, where some failed
 */
export function createTrackSecrets(
  ports: TrackSecretsPorts,
  settings: { readonly consentApps: readonly ConsentApp[] },
): () => Promise<void> {
  return async () => {
    const known = await knownExpiries(ports.secretExpiries);
    const failures: unknown[] = [];
    const attempt = (work: Promise<unknown>): Promise<unknown> =>
      work.catch((failure: unknown) => failures.push(failure));
    for (const app of onePerSecret(settings.consentApps)) {
      const before = known.get(ownerOfConsentSecret(app)) ?? null;
      await attempt(followSecret(ports, consentSecret(app), before));
    }
    await attempt(
      ports.walkTenants(async (tenant) => {
        const secret = tenantSecret(tenant);
        if (secret === null) return;
        const expiry = await followSecret(ports, secret, known.get(tenant.tenantId) ?? null);
        await tellTenant(ports, tenant, expiry);
      }),
    );
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('; '));
  };
}

function consentSecret({ bundle, clientId, secretName }: ConsentApp): TrackedSecret {
  return {
    ...{ tenantId: null, bundle, clientId, secretName, secretVersion: null },
    ...{ secretId: null, expiresOn: null, connection: null, letInAt: null },
    name: `the consent application for ${bundle}`,
  };
}

function tenantSecret(tenant: Tenant): TrackedSecret | null {
  const { tenantId, cloud, credential, displayName, state, paused } = tenant;
  if (credential === null || state.kind === 'disconnecting') return null;
  const { clientId, secretName, secretVersion, secretId, expiresOn } = credential;
  const asksGraph = state.kind !== 'awaitingConsent' && state.kind !== 'parked' && !paused;
  return {
    ...{ tenantId, bundle: null, clientId, secretName, secretVersion, secretId, expiresOn },
    connection: asksGraph ? { tenantId, cloud, credential } : null,
    letInAt: letInAt(tenant),
    name: displayName,
  };
}

/** No access token of an application outlives this: whatever is read later was read by another login. */
const LONGEST_TOKEN_MS = 2 * 60 * 60_000;

/** When the secret was last seen to serve: the tenant came back, or was synced by a token that was got since. */
function letInAt({ lastOutage, lastSyncedAt }: Tenant): string | null {
  const backAt = lastOutage?.backAt ?? null;
  if (lastSyncedAt === null) return backAt;
  const byLogin = new Date(Date.parse(lastSyncedAt) - LONGEST_TOKEN_MS).toISOString();
  return backAt !== null && backAt > byLogin ? backAt : byLogin;
}

async function knownExpiries(expiries: SecretExpiries): Promise<Map<string, SecretExpiry>> {
  const known = new Map<string, SecretExpiry>();
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<SecretExpiries['list']>> = await expiries.list({
      after,
      limit: ROWS_PER_PAGE,
    });
    for (const row of page.rows) known.set(ownerOfSecret(row), row);
    after = page.next;
  } while (after !== null);
  return known;
}

/** An application that is named for several bundles has one secret, of which is warned once. */
function onePerSecret(apps: readonly ConsentApp[]): readonly ConsentApp[] {
  return apps.filter((app) => followedConsentApp(apps, app) === app);
}
