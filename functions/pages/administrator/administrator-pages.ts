import type { ReplaceCredentialPorts } from '../../../shared/use-cases/credentials/replace-credential.js';
import type { Page } from '../page.js';
import { consentStartPages } from './consent-page.js';
import { credentialPages } from './credential-pages.js';
import { disconnectPages, type DisconnectPagesDependencies } from './disconnect-pages.js';
import { disconnectionPage } from './disconnection-page.js';
import { Door, type DoorPorts } from './door.js';
import { leavePages } from './leave-page.js';
import { linkPages, type LinkPagesDependencies } from './link-pages.js';
import { overviewPages, type OverviewDependencies } from './overview-pages.js';
import { readPages } from './read-pages.js';
import { setupPages, type SetupPagesDependencies } from './setups/setup-pages.js';
import type { RequestRunsPorts } from '../../../shared/use-cases/request-runs.js';
import type { StartConsent } from './work.js';

export type AdministratorPagesDependencies = DoorPorts &
  LinkPagesDependencies &
  OverviewDependencies &
  ReplaceCredentialPorts &
  RequestRunsPorts &
  DisconnectPagesDependencies &
  SetupPagesDependencies & { readonly startConsent: StartConsent };

/** The pages behind a one-time link, on which a customer's administrator connects and looks after one tenant. */
export function administratorPages(dependencies: AdministratorPagesDependencies): Page[] {
  const door = new Door(dependencies);
  return [
    ...linkPages(dependencies, door),
    ...overviewPages(dependencies, door),
    ...consentStartPages(dependencies, door),
    ...credentialPages(dependencies, door),
    ...readPages(dependencies, door),
    ...setupPages(dependencies, door),
    ...disconnectPages(dependencies, door),
    disconnectionPage(dependencies, door),
    ...leavePages(dependencies, door),
  ];
}
