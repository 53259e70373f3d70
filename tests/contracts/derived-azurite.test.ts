import { afterAll, beforeAll } from 'vitest';
import { createTableStores } from '../../shared/adapters/tables/table-stores.js';
import { startAzuriteTables, type AzuriteTables } from './azurite-tables.js';
import { describeDerived } from './derived-contract.js';

let azurite: AzuriteTables;
beforeAll(async () => {
  azurite = await startAzuriteTables();
});
afterAll(async () => {
  await azurite.stop();
});

describeDerived(() => createTableStores(azurite.gateway), 3);
