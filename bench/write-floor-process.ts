import { TableClient, type TableEntity, type TransactionAction } from '@azure/data-tables';
import { ManagedIdentityCredential } from '@azure/identity';
import { handOver } from './child-process.js';
import { tenantPartitions } from './tenant-partitions.js';
import { FLOOR_TABLES } from './write-floor.js';

const TRANSACTION_ROWS = 100;
/** As many as the product has under way for a table. */
const IN_FLIGHT = 8;

interface Transaction {
  readonly client: TableClient;
  readonly actions: TransactionAction[];
}

const credential = new ManagedIdentityCredential();
const source = process.env['TABLES_ENDPOINT'] ?? '';
const target = process.env['FLOOR_ENDPOINT'] ?? '';

/** All rows of a table in transactions, as full as their partitions allow. */
async function transactionsOf(table: string, partitions: readonly string[]): Promise<Transaction[]> {
  const from = new TableClient(source, table, credential);
  const client = new TableClient(target, table, credential);
  await client.createTable();
  const transactions: Transaction[] = [];
  for (const partition of partitions) {
    const actions: TransactionAction[] = [];
    const queryOptions = { filter: `PartitionKey eq '${partition}'` };
    for await (const { etag: _etag, timestamp: _timestamp, ...row } of from.listEntities({ queryOptions })) {
      actions.push(['create', withoutMetadata(row)]);
    }
    for (const slice of slices(actions, TRANSACTION_ROWS)) transactions.push({ client, actions: slice });
  }
  return transactions;
}

function withoutMetadata(row: object): TableEntity {
  const columns = Object.entries(row).filter(([name]) => !name.startsWith('odata.'));
  return Object.fromEntries(columns) as unknown as TableEntity;
}

function slices<Item>(items: readonly Item[], size: number): Item[][] {
  const cut: Item[][] = [];
  for (let at = 0; at < items.length; at += size) cut.push(items.slice(at, at + size));
  return cut;
}

async function write(transactions: readonly Transaction[]): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < transactions.length; at = next++) {
      const transaction = transactions[at];
      if (transaction !== undefined) await transaction.client.submitTransaction(transaction.actions);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

const partitions = await tenantPartitions(
  new TableClient(source, 'Tenants', credential),
  process.env['BENCH_TENANT'] ?? '',
);
const transactions: Transaction[] = [];
for (const table of FLOOR_TABLES) transactions.push(...(await transactionsOf(table, partitions)));
const begin = performance.now();
await write(transactions);
handOver({
  rows: transactions.reduce((sum, { actions }) => sum + actions.length, 0),
  transactions: transactions.length,
  seconds: (performance.now() - begin) / 1000,
});
