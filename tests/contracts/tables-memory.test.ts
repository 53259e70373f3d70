import { createMemoryTables } from '../fakes/memory-tables.js';
import { createTableStores } from '../../shared/adapters/tables/table-stores.js';
import { describeMirror } from './mirror-contract.js';
import { describeTableGateway } from './table-gateway-contract.js';

describeTableGateway(() => createMemoryTables());
describeMirror(() => createTableStores(createMemoryTables()));
