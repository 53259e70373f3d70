import { afterAll, beforeAll } from 'vitest';
import { startAzuriteTables, type AzuriteTables } from './azurite-tables.js';
import { createTableStores } from '../../shared/adapters/tables/table-stores.js';
import { describeAccess } from './access-contract.js';
import { describeAdminLinks } from './admin-links-contract.js';
import { describeConsentRequests } from './consent-requests-contract.js';
import { describeMatching } from './matching-contract.js';
import { describeMirror } from './mirror-contract.js';
import { describeOversizedPeople } from './oversized-people-contract.js';
import { describePeopleWork } from './people-work-contract.js';
import { describePersonSyncs } from './person-syncs-contract.js';
import { describeRegistry } from './registry-contract.js';
import { describeRetention } from './retention-contract.js';
import { describeRemoval } from './removal-contract.js';
import { describeRemovalDecisions } from './removal-decisions-contract.js';
import { describeRoleAssignments } from './role-assignments-contract.js';
import { describeSetups } from './setups-contract.js';
import { describeSyncWork } from './sync-work-contract.js';
import { describeTableGateway } from './table-gateway-contract.js';

let azurite: AzuriteTables;
beforeAll(async () => {
  azurite = await startAzuriteTables();
});
afterAll(async () => {
  await azurite.stop();
});

describeTableGateway(() => azurite.gateway);
describeMirror(() => createTableStores(azurite.gateway));
describeMatching(() => createTableStores(azurite.gateway));
describeSyncWork(() => createTableStores(azurite.gateway));
describePeopleWork(() => createTableStores(azurite.gateway));
describeOversizedPeople(() => createTableStores(azurite.gateway));
describePersonSyncs(() => createTableStores(azurite.gateway));
describeRegistry(() => createTableStores(azurite.gateway));
describeAccess(() => createTableStores(azurite.gateway));
describeAdminLinks(() => createTableStores(azurite.gateway));
describeConsentRequests(() => createTableStores(azurite.gateway));
describeSetups(() => createTableStores(azurite.gateway));
describeRemovalDecisions(() => createTableStores(azurite.gateway));
describeRetention(() => createTableStores(azurite.gateway));
describeRoleAssignments(() => createTableStores(azurite.gateway));
describeRemoval(() => azurite.gateway);
