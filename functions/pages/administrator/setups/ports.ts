import type { SyncStates } from '../../../../shared/ports/sync-state.js';
import type { CatalogPorts } from '../../../../shared/use-cases/catalog/ports.js';
import type { NameGroupsPorts } from '../../../../shared/use-cases/name-groups.js';
import type { DerivationPorts } from '../../../../shared/use-cases/people/derivation-ports.js';
import type { SearchGroupsPorts } from '../../../../shared/use-cases/search-groups.js';
import type { SetupPorts, TemplatePorts } from '../../../../shared/use-cases/setups/ports.js';

/** What the pages of setups work with. */
export type SetupPagesDependencies = SetupPorts &
  DerivationPorts &
  SearchGroupsPorts &
  NameGroupsPorts &
  Pick<TemplatePorts, 'setupTemplates'> &
  Pick<CatalogPorts, 'organizations'> & { readonly syncStates: Pick<SyncStates, 'read' | 'wants'> };
