import { createMemoryTables } from '../fakes/memory-tables.js';
import { describeTableGateway } from './table-gateway-contract.js';

describeTableGateway(() => createMemoryTables());
