import type { Organizations } from '../../ports/organizations.js';
import type { Tenants } from '../../ports/registry.js';
import type { CatalogEntries, Setups } from '../../ports/setups.js';
import type { SetupWork } from '../../ports/setup-work.js';

export interface CatalogPorts {
  readonly organizations: Organizations;
  readonly tenants: Tenants;
  readonly catalogEntries: CatalogEntries;
  readonly setups: Setups;
  readonly setupWork: SetupWork;
}
