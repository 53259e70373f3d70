import type { Page } from '../../page.js';
import type { Door } from '../door.js';
import { fieldsPages } from './fields-pages.js';
import { groupsPages } from './groups-pages.js';
import { listPage } from './list-page.js';
import { mappingsPages } from './mappings-pages.js';
import { newSetupPages } from './new-setup-pages.js';
import { peoplePage } from './people-page.js';
import { personPage } from './person-page.js';
import { numbersPage } from './numbers-page.js';
import type { SetupPagesDependencies } from './ports.js';
import { previewPage } from './preview-page.js';
import { oneSetupPages } from './one-setup-pages.js';

export type { SetupPagesDependencies } from './ports.js';

/** What is synced of one tenant, for links with the purpose `setup`. */
export function setupPages(ports: SetupPagesDependencies, door: Door): Page[] {
  return [
    listPage(ports, door),
    ...newSetupPages(ports, door),
    ...oneSetupPages(ports, door),
    previewPage(ports, door),
    numbersPage(ports, door),
    peoplePage(ports, door),
    personPage(ports, door),
    ...groupsPages(ports, door),
    ...mappingsPages(ports, door),
    ...fieldsPages(ports, door),
  ];
}
