import { describe } from 'vitest';
import { createTableStores } from '../../shared/adapters/tables/table-stores.js';
import { createMemoryDerived } from '../fakes/memory-derived.js';
import { createMemoryTables } from '../fakes/memory-tables.js';
import { describeDerived } from './derived-contract.js';

describe('in memory', () => {
  describeDerived(createMemoryDerived, 50);
});

describe('in tables that are in memory', () => {
  describeDerived(() => createTableStores(createMemoryTables()), 50);
});
