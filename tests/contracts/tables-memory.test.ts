import { createMemoryTables } from '../fakes/memory-tables.js';
import { createTableStores } from '../../shared/adapters/tables/table-stores.js';
import { describeAccess } from './access-contract.js';
import { describeAdminLinks } from './admin-links-contract.js';
import { describeConsentRequests } from './consent-requests-contract.js';
import { describeMirror } from './mirror-contract.js';
import { describeRegistry } from './registry-contract.js';
import { describeRemoval } from './removal-contract.js';
import { describeSyncWork } from './sync-work-contract.js';
import { describeTableGateway } from './table-gateway-contract.js';

describeTableGateway(() => createMemoryTables());
describeMirror(() => createTableStores(createMemoryTables()));
describeSyncWork(() => createTableStores(createMemoryTables()));
describeRegistry(() => createTableStores(createMemoryTables()));
describeAccess(() => createTableStores(createMemoryTables()));
describeAdminLinks(() => createTableStores(createMemoryTables()));
describeConsentRequests(() => createTableStores(createMemoryTables()));
describeRemoval(() => createMemoryTables());
