import { RequestRefused } from '../../shared/core/failures.js';
import {
  MAX_KEYS_PER_QUERY,
  MAX_OPERATIONS,
  MAX_PAGE,
  MAX_TRANSACTION_BYTES,
  type KeyedRow,
  type RowOperation,
  type RowQuery,
} from '../../shared/adapters/tables/gateway.js';
import type { Partition } from '../../shared/adapters/tables/keys.js';

/** Limits of https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
const MAX_KEY_CHARACTERS = 512;
const MAX_PROPERTIES = 252;
const MAX_PROPERTY_CHARACTERS = 32 * 1024;
const MAX_ROW_CHARACTERS = 512 * 1024;
// eslint-disable-next-line no-control-regex -- control characters are what the service forbids
const FORBIDDEN_IN_KEYS = /[/\\#?\u0000-\u001f\u007f-\u009f]/;
const PROPERTY_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

/** Answers the characters of the row. @throws RequestRefused as the service would answer 400 */
export function checkRow({ partition, row, columns }: KeyedRow): number {
  for (const key of [partition, row]) {
    if (key.length > MAX_KEY_CHARACTERS || FORBIDDEN_IN_KEYS.test(key)) refuse('OutOfRangeInput', key);
  }
  let characters = partition.length + row.length;
  let properties = 0;
  for (const name in columns) {
    const value = columns[name];
    if (!PROPERTY_NAME.test(name)) refuse('PropertyNameInvalid', name);
    if (typeof value === 'string' && value.length > MAX_PROPERTY_CHARACTERS) {
      refuse('PropertyValueTooLarge', name);
    }
    if (typeof value === 'number' && !Number.isFinite(value)) refuse('InvalidInput', name);
    characters += name.length + (typeof value === 'string' ? value.length : 4);
    properties++;
  }
  if (properties > MAX_PROPERTIES) refuse('TooManyProperties', row);
  if (characters > MAX_ROW_CHARACTERS) refuse('EntityTooLarge', row);
  return characters;
}

export function checkOperations(partition: Partition, operations: readonly RowOperation[]): void {
  if (operations.length === 0 || operations.length > MAX_OPERATIONS) {
    refuse('InvalidInput', `${operations.length} operations`);
  }
  if (new Set(operations.map(({ row }) => row)).size < operations.length) {
    refuse('InvalidDuplicateRow', 'a row occurs twice');
  }
  let bytes = 0;
  for (const operation of operations) {
    if (operation.kind !== 'delete') {
      bytes += checkRow({ partition, row: operation.row, columns: operation.columns });
    }
  }
  if (bytes > MAX_TRANSACTION_BYTES) refuse('RequestBodyTooLarge', `${bytes} bytes`);
}

export function checkQuery({ limit, rows }: RowQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) refuse('InvalidInput', `limit ${limit}`);
  if (rows !== undefined && 'keys' in rows) {
    if (rows.keys.length === 0 || rows.keys.length > MAX_KEYS_PER_QUERY) {
      refuse('InvalidInput', `${rows.keys.length} keys`);
    }
  }
}

function refuse(code: string, what: string): never {
  throw new RequestRefused(`Table Storage refuses: ${code} (${what.slice(0, 80)})`, 400, code);
}
