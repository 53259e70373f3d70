import { consentAppFor, type Bundle, type ConsentApp } from '../../core/bundle.js';
import type { ExaminedApplication } from '../../core/doctor/facts.js';
import { appCredentialFor, type AppCredential, type Tenant } from '../../core/tenant.js';

/** An application to look at, before anybody was asked about it. */
export interface ApplicationCandidate extends Pick<
  ExaminedApplication,
  'clientId' | 'origin' | 'bundles' | 'admitted' | 'namedExpiry'
> {
  readonly credential: AppCredential;
}

/** What a customer's own application is for, where nobody said otherwise. */
const USUAL: readonly Bundle[] = ['directory', 'near-real-time'];

/** The applications by which a tenant is read, or would be once consent is given; each once. */
export function candidatesFor(tenant: Tenant, apps: readonly ConsentApp[]): ApplicationCandidate[] {
  const own = tenant.credential;
  if (own !== null) {
    const { clientId, expiresOn: namedExpiry } = own;
    const bundles = tenant.bundles.length === 0 ? USUAL : tenant.bundles;
    return [{ clientId, origin: 'credential', bundles, admitted: true, namedExpiry, credential: own }];
  }
  const found = new Map<string, ApplicationCandidate>();
  for (const bundle of wantedBundles(tenant)) {
    const app = consentAppFor(apps, bundle, tenant.cloud);
    if (app === undefined) continue;
    const before = found.get(app.clientId);
    found.set(app.clientId, {
      clientId: app.clientId,
      origin: 'consent',
      bundles: [...(before?.bundles ?? []), bundle],
      admitted: (before?.admitted ?? true) && appCredentialFor(tenant, bundle, apps) !== null,
      namedExpiry: null,
      credential: { clientId: app.clientId, secretName: app.secretName, secretVersion: null },
    });
  }
  return [...found.values()];
}

/** Bundles without an application in the tenant's cloud; its own application does for all. */
export function unservedBundles(tenant: Tenant, apps: readonly ConsentApp[]): Bundle[] {
  if (tenant.credential !== null) return [];
  return wantedBundles(tenant).filter((bundle) => consentAppFor(apps, bundle, tenant.cloud) === undefined);
}

function wantedBundles({ bundles, consents }: Tenant): readonly Bundle[] {
  return [...new Set([...bundles, ...consents.map(({ bundle }) => bundle)])];
}
