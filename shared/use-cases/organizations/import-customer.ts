import type { Chance } from '../../ports/clock.js';
import { mayLieIn, type Organization } from '../../core/organization.js';
import type { Tenant } from '../../core/tenant.js';
import type { OrganizationPorts } from './organization-view.js';
import { CustomerOrganizations } from './customer-organizations.js';

/** A customer as an operator's list has it. */
export interface Customer extends Pick<Tenant, 'displayName' | 'cloud' | 'owner'> {
  /** Tenant id or domain; null where whoever consents is to tell. */
  readonly tenant: string | null;
  readonly externalId: string | null;
  readonly region: string | null;
  /** Null: what is asked for where nobody chose. */
  readonly bundles: Tenant['bundles'] | null;
}

/** Why something is not done, in words for the operator. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly target: string | null;
}

export interface ConsentOffer {
  readonly url: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
}

type Refused = { readonly kind: 'refused'; readonly refusal: Refusal };

export interface ImportCustomersPorts extends OrganizationPorts {
  readonly chance: Chance;
  /** Where this deployment keeps its data; null where it does not say. */
  readonly dataRegion: string | null;
  /** Makes a tenant that awaits consent. */
  connect(
    customer: Customer & { readonly tenant: string },
    organizationId: string,
  ): Promise<{ readonly kind: 'connected' | 'existed'; readonly tenantId: string } | Refused>;
  /** Makes the link for its administrator. @param tenantId null where whoever opens it is to tell */
  invite(
    customer: Customer,
    tenantId: string | null,
    organizationId: string,
  ): Promise<{ readonly kind: 'offered'; readonly offer: ConsentOffer } | Refused>;
}

export type ImportOutcome =
  /** `tenantId` null: the link tells. `problem`: the tenant is there, but no link. */
  | {
      readonly kind: 'created';
      readonly tenantId: string | null;
      readonly organizationId: string;
      readonly offer: ConsentOffer | null;
      readonly problem: Refusal | null;
    }
  | { readonly kind: 'existed'; readonly tenantId: string }
  | Refused;

export interface CustomerImport {
  /** Makes one customer a tenant awaiting consent, in an organization; refusals are of this one alone. */
  add(customer: Customer): Promise<ImportOutcome>;
  /**
   * Looks again at what was added, since a long list takes minutes: of a tenant that is being disconnected since then,
   * or is gone, the outcome is a refusal.
   */
  confirm(outcomes: readonly ImportOutcome[]): Promise<readonly ImportOutcome[]>;
  /** Removes the organizations that were made for customers of whom nothing came. */
  finish(): Promise<void>;
}

/** One list of customers; organizations are found, and made, once for all of it. */
export function createCustomerImport(ports: ImportCustomersPorts): CustomerImport {
  const organizations = new CustomerOrganizations(ports);
  return {
    async add(customer) {
      const foreign = wrongRegion(ports, customer, customer.region);
      if (foreign !== null) return foreign;
      const organization = await organizations.find(customer);
      const outcome =
        wrongRegion(ports, organization, organization.region) ?? (await addTo(ports, organization, customer));
      if (outcome.kind === 'created') organizations.keep(organization);
      return outcome;
    },
    confirm: (outcomes) => confirmed(ports, outcomes),
    finish: () => organizations.removeUnused(),
  };
}

async function addTo(
  ports: ImportCustomersPorts,
  { id: organizationId }: Organization,
  customer: Customer,
): Promise<ImportOutcome> {
  const { tenant } = customer;
  if (tenant === null) {
    const invited = await ports.invite(customer, null, organizationId);
    if (invited.kind === 'refused') return invited;
    return { kind: 'created', tenantId: null, organizationId, offer: invited.offer, problem: null };
  }
  const connected = await ports.connect({ ...customer, tenant }, organizationId);
  if (connected.kind === 'refused') return connected;
  const { tenantId } = connected;
  if (connected.kind === 'existed') return { kind: 'existed', tenantId };
  const invited = await ports.invite(customer, tenantId, organizationId);
  return invited.kind === 'refused'
    ? { kind: 'created', tenantId, organizationId, offer: null, problem: invited.refusal }
    : { kind: 'created', tenantId, organizationId, offer: invited.offer, problem: null };
}

async function confirmed(
  { tenants }: ImportCustomersPorts,
  outcomes: readonly ImportOutcome[],
): Promise<readonly ImportOutcome[]> {
  const created = outcomes.flatMap((one) => (one.kind === 'created' ? (one.tenantId ?? []) : []));
  const there = await tenants.readMany(created);
  const message = 'The tenant was disconnected while the list was imported.';
  const refusal = { code: 'TenantDisconnecting', message, target: 'tenantId' };
  return outcomes.map((one) => {
    if (one.kind !== 'created' || one.tenantId === null) return one;
    const state = there.get(one.tenantId)?.state.kind ?? 'disconnecting';
    return state === 'disconnecting' ? { kind: 'refused', refusal } : one;
  });
}

function wrongRegion(
  { dataRegion }: ImportCustomersPorts,
  placed: { readonly region: string | null },
  region: string | null,
): Refused | null {
  if (mayLieIn(dataRegion, placed)) return null;
  const message = `The customer's data belongs into ${region ?? ''}; this deployment keeps its data in ${dataRegion ?? ''}.`;
  return { kind: 'refused', refusal: { code: 'WrongRegion', message, target: 'region' } };
}
