import type { AttributeValue, MirrorGroup, MirrorUser } from '../../core/mirror-rows.js';
import type { Columns, ColumnValue } from './gateway.js';
import { joinColumns, splitColumns } from './wide-columns.js';

/** Columns of our own, and names that the SDK gives a meaning. */
const RESERVED = new Set([
  ...['presence', 'managerId', 'jsonColumns', 'tooLarge', 'lostBeneathAt'],
  ...['etag', 'timestamp', 'Timestamp', 'partitionKey', 'PartitionKey', 'rowKey', 'RowKey'],
]);
const ENCODED_PREFIX = 'x_n';

type Attributes = MirrorUser['attributes'];

/**
 * The column of an attribute: its Graph name where that is a valid property name, else `x_n` and the name with
 * what is not a letter or digit as `_` and four hexadecimal digits.
 */
function columnOf(attribute: string): string {
  const plain =
    /^[A-Za-z][A-Za-z0-9_]{0,199}$/.test(attribute) &&
    !attribute.includes('__') &&
    !attribute.startsWith(ENCODED_PREFIX) &&
    !RESERVED.has(attribute);
  if (plain) return attribute;
  const encoded = attribute.replace(
    /[^A-Za-z0-9]/g,
    (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return ENCODED_PREFIX + encoded;
}

function attributeOf(column: string): string {
  if (!column.startsWith(ENCODED_PREFIX)) return column;
  return column
    .slice(ENCODED_PREFIX.length)
    .replace(/_([0-9a-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

export function userColumns(user: MirrorUser): Columns {
  return splitColumns({ ...objectColumns(user), managerId: user.managerId });
}

export function groupColumns(group: MirrorGroup): Columns {
  const { lostBeneathAt } = group;
  return splitColumns({ ...objectColumns(group), ...(lostBeneathAt !== undefined && { lostBeneathAt }) });
}

export function userFrom(id: string, columns: Columns): MirrorUser {
  const { managerId } = columns;
  return { ...groupFrom(id, columns), managerId: typeof managerId === 'string' ? managerId : null };
}

export function groupFrom(id: string, columns: Columns): MirrorGroup {
  const joined = joinColumns(columns);
  const json = new Set(typeof joined['jsonColumns'] === 'string' ? joined['jsonColumns'].split(',') : []);
  const attributes: [string, Attributes[string]][] = [];
  for (const [column, value] of Object.entries(joined)) {
    if (RESERVED.has(column)) continue;
    const restored = json.has(column) ? (JSON.parse(String(value)) as Attributes[string]) : value;
    attributes.push([attributeOf(column), restored]);
  }
  return {
    id,
    presence: joined['presence'] === 'softDeleted' ? 'softDeleted' : 'live',
    attributes: Object.fromEntries(attributes),
    ...(typeof joined['tooLarge'] === 'string' && {
      tooLarge: joined['tooLarge'].split(',').map(attributeOf),
    }),
    ...(typeof joined['lostBeneathAt'] === 'string' && { lostBeneathAt: joined['lostBeneathAt'] }),
  };
}

function objectColumns(object: MirrorGroup): Record<string, ColumnValue> {
  const columns: Record<string, ColumnValue> = { presence: object.presence };
  const json: string[] = [];
  for (const [attribute, value] of Object.entries<AttributeValue>(object.attributes)) {
    if (value === null) continue;
    const column = columnOf(attribute);
    if (typeof value === 'object') json.push(column);
    columns[column] = typeof value === 'object' ? JSON.stringify(value) : value;
  }
  if (json.length > 0) columns['jsonColumns'] = json.join(',');
  if (object.tooLarge !== undefined) columns['tooLarge'] = object.tooLarge.map(columnOf).join(',');
  return columns;
}
