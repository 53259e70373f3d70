import { consentAppFor, withSharedConsents, type Bundle, type ConsentApp } from '../../core/bundle.js';
import type { Cloud } from '../../core/cloud.js';
import { newConsentRequest, type InvitedCustomer } from '../../core/consent-request.js';
import type { Tenant } from '../../core/tenant.js';
import { linkPath, type ConsentPorts, type ConsentSettings } from './ports.js';

export interface ConsentWish {
  /** Null: what is asked of the tenant and not consented yet. */
  readonly bundles: readonly Bundle[] | null;
  /** Name of the operator, which the administrator is shown. */
  readonly askedBy: string;
  readonly expiresInMs: number;
}

export interface OfferedLink {
  readonly kind: 'offered';
  readonly url: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
}

export type OfferConsentOutcome =
  | OfferedLink
  | { readonly kind: 'notFound' }
  | { readonly kind: 'disconnecting' }
  /** The operator has no application that asks for it in that cloud. */
  | { readonly kind: 'bundleNotServed'; readonly bundle: Bundle };

export type OfferPorts = Pick<
  ConsentPorts,
  'tenants' | 'consentRequests' | 'clientStates' | 'clock' | 'chance'
>;
export type OfferSettings = Pick<ConsentSettings, 'consentApps' | 'publicUrl'>;

/** Makes a link that asks a known tenant for consent. The tenant stays as it is until a consent is proven. */
export async function offerConsent(
  ports: OfferPorts,
  settings: OfferSettings,
  tenantId: string,
  wish: ConsentWish,
): Promise<OfferConsentOutcome> {
  const tenant = (await ports.tenants.get(tenantId))?.value ?? null;
  if (tenant === null) return { kind: 'notFound' };
  if (tenant.state.kind === 'disconnecting') return { kind: 'disconnecting' };
  const bundles = wish.bundles ?? bundlesOpen(tenant, settings.consentApps);
  const { consentApps } = settings;
  const missing = notServed(bundles, tenant.cloud, consentApps);
  if (missing !== null) return { kind: 'bundleNotServed', bundle: missing };
  const shared = withSharedConsents(consentApps, bundles, tenant.cloud);
  const isAsked = (bundle: Bundle): boolean =>
    bundles.includes(bundle) || !isGiven(tenant, bundle, consentApps);
  return await makeLink(
    ports,
    settings,
    { ...wish, bundles: shared.filter(isAsked) },
    { tenantId, cloud: tenant.cloud, customer: null },
  );
}

/** Makes a link for a customer whose tenant is not known: whoever opens it signs in first. */
export async function offerConsentToUnknown(
  ports: OfferPorts,
  settings: OfferSettings,
  customer: InvitedCustomer & { readonly cloud: Cloud },
  wish: ConsentWish,
): Promise<Exclude<OfferConsentOutcome, { kind: 'notFound' | 'disconnecting' }>> {
  const { cloud, ...invited } = customer;
  const bundles = wish.bundles ?? byDefault(settings.consentApps, cloud);
  const missing = notServed(bundles, cloud, settings.consentApps);
  if (missing !== null) return { kind: 'bundleNotServed', bundle: missing };
  const shared = withSharedConsents(settings.consentApps, bundles, cloud);
  return await makeLink(
    ports,
    settings,
    { ...wish, bundles: shared },
    { tenantId: null, cloud, customer: invited },
  );
}

/** What was asked for and not given; all of it where nothing is left, or where what was given does not work. */
function bundlesOpen(tenant: Tenant, apps: readonly ConsentApp[]): readonly Bundle[] {
  const asked = tenant.bundles.length > 0 ? tenant.bundles : byDefault(apps, tenant.cloud);
  const open = asked.filter((bundle) => !isGiven(tenant, bundle, apps));
  return open.length > 0 ? open : asked;
}

/** Whether a consent to the bundle was proven and is not refused since. */
function isGiven({ state, consents, cloud }: Tenant, bundle: Bundle, apps: readonly ConsentApp[]): boolean {
  const app = consentAppFor(apps, bundle, cloud);
  return (
    state.kind !== 'parked' &&
    consents.some((each) => each.bundle === bundle && each.clientId === app?.clientId)
  );
}

const USUAL: readonly Bundle[] = ['directory', 'near-real-time'];

/** At least the directory, even where it is not served, so that the operator is told. */
function byDefault(apps: readonly ConsentApp[], cloud: Cloud): readonly Bundle[] {
  return USUAL.filter((bundle) => bundle === 'directory' || consentAppFor(apps, bundle, cloud) !== undefined);
}

function notServed(bundles: readonly Bundle[], cloud: Cloud, apps: readonly ConsentApp[]): Bundle | null {
  return bundles.find((bundle) => consentAppFor(apps, bundle, cloud) === undefined) ?? null;
}

/** Expired links stay for so long, so that whoever opens one is told so. */
const KEPT_MS = 30 * 24 * 3_600_000;

async function makeLink(
  ports: OfferPorts,
  { publicUrl }: OfferSettings,
  { bundles, askedBy, expiresInMs }: ConsentWish & { readonly bundles: readonly Bundle[] },
  whose: {
    readonly tenantId: string | null;
    readonly cloud: Cloud;
    readonly customer: InvitedCustomer | null;
  },
): Promise<OfferedLink> {
  const now = ports.clock.now();
  const token = ports.chance.newToken();
  const requestId = ports.clientStates.hash(token);
  const request = newConsentRequest(
    { ...whose, requestId, askedBy, bundles, expiresAtMs: now + expiresInMs },
    now,
  );
  await ports.consentRequests.removeExpiredBefore(whose.tenantId, new Date(now - KEPT_MS).toISOString());
  await ports.consentRequests.create(request);
  const url = new URL(linkPath({ tenantId: whose.tenantId, token }), publicUrl).href;
  return { kind: 'offered', url, expiresAt: request.expiresAt };
}
