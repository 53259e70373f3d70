import type { TableClient } from '@azure/data-tables';
import {
  comparedGroupAttributes,
  comparedUserAttributes,
  membershipKey,
  pickAttributes,
  type ComparedAttributes,
  type DirectoryPicture,
} from './directory-picture.js';
import type { MirrorCounts, MirrorReader } from './mirror-reader.js';

type Row = Readonly<Record<string, unknown>> & { readonly rowKey: string };

const collections: readonly string[] = ['businessPhones', 'groupTypes'];

/**
 * Reads a tenant's mirror from its tables, as docs/tables.md describes them, without any of the product's code.
 */
export class TableMirror implements MirrorReader {
  constructor(private readonly table: (name: string) => TableClient) {}

  async picture(tenantId: string): Promise<DirectoryPicture> {
    const users = new Map<string, ComparedAttributes>();
    const deletedUsers = new Set<string>();
    for await (const row of this.rows('Users', tenantId)) {
      if (row['presence'] === 'softDeleted') deletedUsers.add(row.rowKey);
      else {
        const attributes = pickAttributes(comparedUserAttributes, readColumns(row));
        users.set(row.rowKey, { ...attributes, manager: row['managerId'] ?? null });
      }
    }
    const peopleCounts = new Map<string, unknown>();
    for await (const row of this.rows('GroupCounts', tenantId))
      peopleCounts.set(row.rowKey, row['peopleCount']);
    const groups = new Map<string, ComparedAttributes>();
    const hidden = new Set(deletedUsers);
    for await (const row of this.rows('Groups', tenantId)) {
      if (row['presence'] === 'softDeleted') {
        hidden.add(row.rowKey);
        continue;
      }
      const attributes = pickAttributes(comparedGroupAttributes, readColumns(row));
      groups.set(row.rowKey, { ...attributes, peopleCount: peopleCounts.get(row.rowKey) });
    }
    const memberships = new Map<string, string>();
    for await (const row of this.rows('Memberships', tenantId)) {
      const [groupId = '', memberId = ''] = row.rowKey.split('|');
      memberships.set(membershipKey(groupId, memberId), String(row['memberType']));
    }
    return { users, deletedUsers, groups, memberships: effective(memberships, hidden) };
  }

  async counts(tenantId: string): Promise<MirrorCounts> {
    const { users, groups, memberships } = await this.picture(tenantId);
    return { users: users.size, groups: groups.size, memberships: memberships.size };
  }

  /** All partitions of a tenant begin with its id and a bar; `}` is the character after the bar. */
  private rows(name: string, tenantId: string): AsyncIterable<Row> {
    const filter = `PartitionKey ge '${tenantId}|' and PartitionKey lt '${tenantId}}'`;
    return this.table(name).listEntities<Row>({ queryOptions: { filter } });
  }
}

/** A row's columns as Graph's attributes: objects and lists are JSON text, an empty list has no column. */
function readColumns(row: Row): Record<string, unknown> {
  const json = typeof row['jsonColumns'] === 'string' ? row['jsonColumns'].split(',') : [];
  const attributes: Record<string, unknown> = { ...row };
  for (const name of collections) attributes[name] ??= [];
  for (const name of json) attributes[name] = JSON.parse(String(row[name])) as unknown;
  return attributes;
}

/** The edges of what is soft-deleted are stored, for its restore, and not in effect. */
function effective(
  memberships: ReadonlyMap<string, string>,
  hidden: ReadonlySet<string>,
): Map<string, string> {
  return new Map([...memberships].filter(([key]) => key.split(' ').every((id) => !hidden.has(id))));
}
