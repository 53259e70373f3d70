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
    const hidden = new Set<string>();
    const users = new Map<string, ComparedAttributes>();
    const deletedUsers = new Set<string>();
    for await (const row of this.rows('Users', tenantId)) {
      const id = decodeKey(row.rowKey);
      if (row['presence'] === 'softDeleted') {
        deletedUsers.add(id);
        hidden.add(id);
      } else {
        const attributes = pickAttributes(comparedUserAttributes, readColumns(row));
        users.set(id, { ...attributes, manager: row['managerId'] ?? null });
      }
    }
    const groups = await this.readGroups(tenantId, hidden);
    const memberships = new Map<string, string>();
    for await (const row of this.rows('Memberships', tenantId)) {
      const [groupId = '', memberId = ''] = row.rowKey.split('|').map(decodeKey);
      // The edges of what is soft-deleted are stored for its restore, and not in effect.
      if (hidden.has(groupId) || hidden.has(memberId)) continue;
      memberships.set(membershipKey(groupId, memberId), String(row['memberType']));
    }
    return { users, deletedUsers, groups, memberships };
  }

  /** Adds soft-deleted groups to `hidden`. A count of a group that is not there stands as a group too much. */
  private async readGroups(tenantId: string, hidden: Set<string>): Promise<Map<string, ComparedAttributes>> {
    const groups = new Map<string, ComparedAttributes>();
    for await (const row of this.rows('Groups', tenantId)) {
      const id = decodeKey(row.rowKey);
      if (row['presence'] === 'softDeleted') hidden.add(id);
      else groups.set(id, { ...pickAttributes(comparedGroupAttributes, readColumns(row)), peopleCount: 0 });
    }
    for await (const row of this.rows('GroupCounts', tenantId)) {
      const id = decodeKey(row.rowKey);
      if (!hidden.has(id)) groups.set(id, { ...groups.get(id), peopleCount: row['peopleCount'] });
    }
    return groups;
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

/** Keys hold ids as they are, but for what a key cannot hold: `=` and four hexadecimal digits. */
function decodeKey(part: string): string {
  return part.replace(/=([0-9a-f]{4})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
