import type { TableEntity, TableEntityResult, TransactionAction } from '@azure/data-tables';
import type { Columns, ColumnValue, RowOperation, RowQuery, StoredRow } from './gateway.js';
import type { Partition, RowKey } from './keys.js';

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

export function entityOf(partition: Partition, row: RowKey, columns: Columns): TableEntity {
  const entity: TableEntity = { partitionKey: partition, rowKey: row };
  for (const name in columns) entity[name] = storable(columns[name]);
  return entity;
}

export function rowFrom(entity: TableEntityResult<Record<string, unknown>>): StoredRow {
  const { partitionKey, rowKey, etag, timestamp: _, 'odata.metadata': __, ...properties } = entity;
  const columns: Record<string, ColumnValue> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      columns[name] = value;
    else if (typeof value === 'bigint') columns[name] = Number(value);
  }
  return { partition: partitionKey as Partition, row: rowKey as RowKey, tag: etag, columns };
}

export function actionOf(partition: Partition, operation: RowOperation): TransactionAction {
  if (operation.kind === 'delete') return ['delete', { partitionKey: partition, rowKey: operation.row }];
  const entity = entityOf(partition, operation.row, operation.columns);
  switch (operation.kind) {
    case 'insert':
      return ['create', entity];
    case 'put':
      return ['upsert', entity, 'Replace'];
    case 'update':
      return ['update', entity, 'Replace', { etag: operation.tag }];
  }
}

/** The OData filter. Keys hold no quotes: `keys.ts` encodes them. */
export function filterOf(query: RowQuery): string {
  const partitions =
    typeof query.in === 'string'
      ? `PartitionKey eq '${query.in}'`
      : `PartitionKey ge '${query.in.from}' and PartitionKey lt '${query.in.before}'`;
  if (query.rows === undefined) return partitions;
  const rows =
    'keys' in query.rows
      ? query.rows.keys.map((key) => `RowKey eq '${key}'`).join(' or ')
      : `RowKey ge '${query.rows.from}' and RowKey lt '${query.rows.before}'`;
  return `${partitions} and (${rows})`;
}

/** A plain JSON number is an Int32 to the service; what is not one must say that it is a Double. */
function storable(value: ColumnValue | undefined): unknown {
  if (typeof value !== 'number') return value;
  if (Number.isInteger(value) && value <= INT32_MAX && value >= INT32_MIN) return value;
  return { type: 'Double', value };
}
