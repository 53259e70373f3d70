import { RequestRefused, RowTooLarge } from '../../shared/core/failures.js';
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

/**
 * Limits of https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model.
 * A row may take 1 MiB with two bytes a character; Azurite measures the UTF-8 of its JSON instead, so both hold here.
 */
const MAX_KEY_CHARACTERS = 512;
const MAX_PROPERTIES = 252;
const MAX_PROPERTY_CHARACTERS = 32 * 1024;
const MAX_ROW_BYTES = 1024 * 1024;
/** No character takes more in JSON. */
const MOST_BYTES_OF_A_CHARACTER = 6;
// eslint-disable-next-line no-control-regex -- control characters are what the service forbids
const FORBIDDEN_IN_KEYS = /[/\\#?\u0000-\u001f\u007f-\u009f]/;
const PROPERTY_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

/**
 * Answers the bytes that the row takes in a request, or more where they are few.
 * @throws RequestRefused or RowTooLarge as the service would answer 400
 */
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
      tooLarge('PropertyValueTooLarge', name);
    }
    if (typeof value === 'number' && !Number.isFinite(value)) refuse('InvalidInput', name);
    characters += name.length + (typeof value === 'string' ? value.length : 4);
    properties++;
  }
  if (properties > MAX_PROPERTIES) tooLarge('TooManyProperties', row);
  const bytes = characters * MOST_BYTES_OF_A_CHARACTER;
  if (bytes <= MAX_ROW_BYTES) return bytes;
  const body = Buffer.byteLength(JSON.stringify({ partition, row, ...columns }));
  if (Math.max(2 * characters, body) > MAX_ROW_BYTES) tooLarge('EntityTooLarge', row);
  return body;
}

export function checkOperations(partition: Partition, operations: readonly RowOperation[]): void {
  if (operations.length === 0 || operations.length > MAX_OPERATIONS) {
    refuse('InvalidInput', `${operations.length} operations`);
  }
  if (new Set(operations.map(({ row }) => row)).size < operations.length) {
    refuse('InvalidDuplicateRow', 'a row occurs twice');
  }
  let most = 0;
  for (const operation of operations) {
    if (operation.kind !== 'delete') {
      most += checkRow({ partition, row: operation.row, columns: operation.columns });
    }
  }
  if (most <= MAX_TRANSACTION_BYTES) return;
  const bytes = Buffer.byteLength(JSON.stringify(operations));
  if (bytes > MAX_TRANSACTION_BYTES) tooLarge('RequestBodyTooLarge', `${bytes} bytes`);
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

function tooLarge(code: string, what: string): never {
  throw new RowTooLarge(`Table Storage refuses: ${code} (${what.slice(0, 80)})`);
}
