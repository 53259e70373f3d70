import { RowConflict } from '../../core/failures.js';
import type { Organization } from '../../core/organization.js';
import type { Chance } from '../../ports/clock.js';
import type { Organizations } from '../../ports/organizations.js';
import type { Stored } from '../../ports/registry.js';
import { everyTenant, idsNaming, type OrganizationPorts } from './organization-view.js';

const PER_PAGE = 1000;

/** What may stand as an id in an address. */
const PLAIN_ID = /^[A-Za-z0-9_.:~-]{1,128}$/;

interface CustomerNames {
  readonly displayName: string;
  readonly externalId: string | null;
  readonly region: string | null;
}

/**
 * The organizations of a list of customers: found by external id, else by designation, else made. Two rows of one
 * customer meet in one organization. What failed is not remembered: the next row tries anew.
 */
export class CustomerOrganizations {
  #known: Promise<Organization[]> | null = null;
  readonly #found = new Map<string, Promise<Organization>>();
  readonly #made: Stored<Organization>[] = [];
  readonly #kept = new Set<string>();

  constructor(private readonly ports: OrganizationPorts & { readonly chance: Chance }) {}

  find(customer: CustomerNames): Promise<Organization> {
    const key = JSON.stringify(
      customer.externalId === null ? [customer.displayName] : [null, customer.externalId],
    );
    const before = this.#found.get(key);
    if (before !== undefined) return before;
    const finding = this.findOrMake(customer).catch((failure: unknown) => {
      this.#found.delete(key);
      throw failure;
    });
    this.#found.set(key, finding);
    return finding;
  }

  keep({ id }: Organization): void {
    this.#kept.add(id);
  }

  /** One that somebody else gave a tenant, or changed, meanwhile stays. */
  async removeUnused(): Promise<void> {
    const unused = this.#made.filter(({ value }) => !this.#kept.has(value.id));
    if (unused.length === 0) return;
    const tenants = await everyTenant(this.ports);
    for (const { value, tag } of unused) {
      if (idsNaming(tenants, value.id).length === 0)
        await removeUnchanged(this.ports.organizations, value.id, tag);
    }
  }

  private known(): Promise<Organization[]> {
    this.#known ??= everyOrganization(this.ports.organizations).catch((failure: unknown) => {
      this.#known = null;
      throw failure;
    });
    return this.#known;
  }

  private async findOrMake(customer: CustomerNames): Promise<Organization> {
    const { externalId, displayName, region } = customer;
    const known = (await this.known()).find((each) =>
      externalId === null ? each.designation === displayName : each.externalId === externalId,
    );
    if (known !== undefined) return known;
    const id = externalId !== null && PLAIN_ID.test(externalId) ? externalId : this.ports.chance.newId();
    return await this.make({ id, designation: displayName, externalId, region });
  }

  private async make(organization: Organization): Promise<Organization> {
    try {
      const made = await this.ports.organizations.save(organization, null);
      this.#made.push(made);
      return made.value;
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
      // The id is taken: by the same customer, made by another import just now, or by somebody else altogether.
      const there = (await this.ports.organizations.get(organization.id))?.value;
      if (there?.externalId === organization.externalId && organization.externalId !== null) return there;
      return await this.make({ ...organization, id: this.ports.chance.newId() });
    }
  }
}

async function removeUnchanged(organizations: Organizations, id: string, tag: string): Promise<void> {
  try {
    await organizations.remove(id, tag);
  } catch (failure) {
    if (!(failure instanceof RowConflict)) throw failure;
  }
}

async function everyOrganization(organizations: Organizations): Promise<Organization[]> {
  const all: Organization[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Organizations['list']>> = await organizations.list({
      after,
      limit: PER_PAGE,
    });
    all.push(...page.rows.map(({ value }) => value));
    after = page.next;
  } while (after !== null);
  return all;
}
