import { bucketOf } from '../../core/bucket.js';
import type { Resource } from '../../core/resource.js';
import type { TenantScope } from '../../ports/scope.js';

declare const brand: unique symbol;

/** A partition that belongs to one tenant; only the functions below make one, and each demands the tenant. */
export type TenantPartition = string & { readonly [brand]: 'tenant' };
/** A partition of a registry table, which holds no person. */
export type RegistryPartition = string & { readonly [brand]: 'registry' };
export type Partition = TenantPartition | RegistryPartition;

/** Several partitions: at least `from`, below `before`. */
export interface PartitionRange {
  readonly from: string;
  readonly before: string;
  readonly [brand]: 'partitions';
}

export type RowKey = string & { readonly [brand]: 'row' };

/** At least `from`, below `before`. */
export interface RowRange {
  readonly from: string;
  readonly before: string;
}

/** Between the parts of a key; its successor ends the range of everything that begins with a part. */
const SEPARATOR = '|';
const AFTER_SEPARATOR = '}';
const BUCKET_DIGITS = 3;
const NUMBER_DIGITS = 16;

/**
 * Makes any text fit for a key. Letters, digits, `.`, `_` and `-` stay (so a GUID is readable as it is); every
 * other UTF-16 unit becomes `=` and four hexadecimal digits. That covers what Table Storage forbids
 * (https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model), the
 * separator, and braces and quotes, which the SDK would misread in the answer to a transaction.
 */
export function encodeKeyPart(text: string): string {
  if (text === '') return '=';
  return text.replace(/[^A-Za-z0-9._-]/g, (unit) => `=${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function decodeKeyPart(part: string): string {
  if (part === '=') return '';
  return part.replace(/=([0-9a-f]{4})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** The decoded parts of a row key. */
export function partsOf(row: string): string[] {
  return row.split(SEPARATOR).map(decodeKeyPart);
}

export function tenantPartition(tenantId: string): TenantPartition {
  return encodeKeyPart(tenantId) as TenantPartition;
}

/** The partition of one of the tenant's buckets. */
export function bucketPartition(scope: TenantScope, bucket: number): TenantPartition {
  const digits = String(bucket).padStart(BUCKET_DIGITS, '0');
  return `${encodeKeyPart(scope.tenantId)}${SEPARATOR}${digits}` as TenantPartition;
}

/** The partition in which the rows of this object lie. */
export function objectPartition(scope: TenantScope, id: string): TenantPartition {
  return bucketPartition(scope, bucketOf(id, scope.bucketCount));
}

/** All buckets of the tenant. */
export function allBuckets(scope: TenantScope): PartitionRange {
  return partitionsUnder(scope.tenantId);
}

/** Every partition that begins with the tenant and has more parts. */
export function partitionsUnder(tenantId: string): PartitionRange {
  const tenant = encodeKeyPart(tenantId);
  return { from: tenant + SEPARATOR, before: tenant + AFTER_SEPARATOR } as PartitionRange;
}

/** Every partition of the tenant: its own, and all that begin with it. */
export function everythingOf(tenantId: string): PartitionRange {
  const tenant = encodeKeyPart(tenantId);
  return { from: tenant, before: tenant + AFTER_SEPARATOR } as PartitionRange;
}

/** Below every character of a key, so that it begins whatever follows a key. */
const BEHIND = '!';

/** What of a range lies behind the partitions that share their first parts, so many, with this one. */
export function partitionsBehind(range: PartitionRange, partition: string, parts: number): PartitionRange {
  const all = partition.split(SEPARATOR);
  const from =
    all.length > parts ? all.slice(0, parts).join(SEPARATOR) + AFTER_SEPARATOR : partition + BEHIND;
  return { ...range, from };
}

/** Rows of a registry table whose key is the tenant, or begins with it. */
export function rowsOfTenant(tenantId: string): RowRange {
  const tenant = encodeKeyPart(tenantId);
  return { from: tenant, before: tenant + AFTER_SEPARATOR };
}

export function seenPartition(tenantId: string, resource: Resource, roundId: string): TenantPartition {
  return [tenantId, resource, roundId].map(encodeKeyPart).join(SEPARATOR) as TenantPartition;
}

/** What a setup has in one piece. */
export function setupPartition(tenantId: string, setupId: string): TenantPartition {
  return [tenantId, setupId].map(encodeKeyPart).join(SEPARATOR) as TenantPartition;
}

/** One of the partitions over which the rows that find a setup's people are spread. */
export function grantPartition(tenantId: string, setupId: string, shard: number): TenantPartition {
  const digits = String(shard).padStart(BUCKET_DIGITS, '0');
  return [tenantId, setupId, digits].map(encodeKeyPart).join(SEPARATOR) as TenantPartition;
}

/** All of them. */
export function setupShards(tenantId: string, setupId: string): PartitionRange {
  const setup = [tenantId, setupId].map(encodeKeyPart).join(SEPARATOR);
  return { from: setup + SEPARATOR, before: setup + AFTER_SEPARATOR } as PartitionRange;
}

/** Letters of a word that decide in which partition of a search index it lies. */
const SEARCH_LETTERS = 2;

/** The partition of a search index in which a word lies, as all that begin with the same two letters. */
export function searchPartition(scope: TenantScope, index: readonly string[], word: string): TenantPartition {
  const shard = bucketOf(word.slice(0, SEARCH_LETTERS), scope.bucketCount);
  const digits = String(shard).padStart(BUCKET_DIGITS, '0');
  return [scope.tenantId, ...index, digits].map(encodeKeyPart).join(SEPARATOR) as TenantPartition;
}

/** Where words that begin so can lie: one letter alone may be in any partition of the index. */
export function searchPartitions(
  scope: TenantScope,
  index: readonly string[],
  beginning: string,
): TenantPartition | PartitionRange {
  return beginning.length >= SEARCH_LETTERS
    ? searchPartition(scope, index, beginning)
    : searchIndex(scope.tenantId, index);
}

/** All of one search index. */
export function searchIndex(tenantId: string, name: readonly string[]): PartitionRange {
  const index = [tenantId, ...name].map(encodeKeyPart).join(SEPARATOR);
  return { from: index + SEPARATOR, before: index + AFTER_SEPARATOR } as PartitionRange;
}

export const TENANTS_PARTITION = 'tenants' as RegistryPartition;
export const ORGANIZATIONS_PARTITION = 'organizations' as RegistryPartition;
export const SETUP_TEMPLATES_PARTITION = 'templates' as RegistryPartition;
/** Repeatable requests whose route names no tenant. */
export const REQUESTS_PARTITION = 'requests' as RegistryPartition;
export const SECRETS_PARTITION = 'secrets' as RegistryPartition;
export const DISCONNECTIONS_PARTITION = 'disconnections' as RegistryPartition;
/** Dead letters that name no known tenant. */
export const UNKNOWN_PARTITION = 'unknown' as RegistryPartition;
/** Every partition of a table: for small tables that are looked through over all tenants. */
export const EVERY_PARTITION = { from: '', before: '~' } as PartitionRange;

/** What an organization has in a registry table. */
export function organizationPartition(organizationId: string): RegistryPartition {
  return encodeKeyPart(organizationId) as RegistryPartition;
}

/** One of the partitions over which the claims of an organization are spread. */
export function claimPartition(organizationId: string, shard: number): RegistryPartition {
  const digits = String(shard).padStart(BUCKET_DIGITS, '0');
  return [organizationId, digits].map(encodeKeyPart).join(SEPARATOR) as RegistryPartition;
}

/** All of them. */
export function claimShards(organizationId: string): PartitionRange {
  const organization = encodeKeyPart(organizationId);
  return { from: organization + SEPARATOR, before: organization + AFTER_SEPARATOR } as PartitionRange;
}

/** A row named by ids or words, in this order. */
export function rowOf(...parts: readonly string[]): RowKey {
  return parts.map(encodeKeyPart).join(SEPARATOR) as RowKey;
}

/** All rows whose first parts are these, and that have more. */
export function rowsUnder(...parts: readonly string[]): RowRange {
  const prefix = rowOf(...parts);
  return { from: prefix + SEPARATOR, before: prefix + AFTER_SEPARATOR };
}

/** All rows whose first part begins so. */
export function rowsBeginning(text: string): RowRange {
  const prefix = encodeKeyPart(text);
  return { from: prefix, before: `${prefix}~` };
}

/** All rows from the first to the last, both included: no key goes on with a character below the hyphen. */
export function upTo(first: RowKey, last: RowKey): RowRange {
  return { from: first, before: `${last}-` };
}

/** From that row on, as far as the range goes. */
export function rowsFrom(row: RowKey, { before }: RowRange): RowRange {
  return { from: row, before };
}

/** What of a range lies behind that row. */
export function behindRow({ before }: RowRange, row: string): RowRange {
  return { from: row + BEHIND, before };
}

/** What of a range lies behind that row and those that begin with the same part. */
export function rowsBehind({ before }: RowRange, row: string): RowRange {
  const [first = '', ...others] = row.split(SEPARATOR);
  return { from: first + (others.length > 0 ? AFTER_SEPARATOR : BEHIND), before };
}

/** Every row of a partition. */
export const ALL_ROWS: RowRange = { from: '', before: '~' };

/** Rows whose key begins with a digit. */
export const NUMBERED_ROWS: RowRange = { from: '0', before: ':' };

/** A whole number as text that sorts as the number does. */
export function ascending(value: number): string {
  return String(value).padStart(NUMBER_DIGITS, '0');
}

/** A whole number as text that sorts the other way round, so that the newest instant comes first. */
export function descending(value: number): string {
  return ascending(Number.MAX_SAFE_INTEGER - value);
}
