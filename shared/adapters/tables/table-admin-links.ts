import type { AdminLink, AdminSession } from '../../core/admin-link.js';
import type { AdminLinks } from '../../ports/admin-links.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { rowOf, rowsUnder, tenantPartition } from './keys.js';

const linkColumns = documentColumns<AdminLink>({
  tenantId: 'plain',
  id: 'plain',
  purposes: 'json',
  createdBy: 'plain',
  createdAt: 'plain',
  expiresAt: 'plain',
  consumedAt: 'plain',
  failedTries: 'plain',
});

const sessionColumns = documentColumns<AdminSession>({
  tenantId: 'plain',
  id: 'plain',
  linkId: 'plain',
  startedAt: 'plain',
  endsAt: 'plain',
});

type RowKind = 'link' | 'session';

/** Links and their sessions side by side in the partition of their tenant, so that one transaction changes both. */
export class TableAdminLinks implements AdminLinks {
  constructor(private readonly gateway: TableGateway) {}

  async create(link: AdminLink): Promise<void> {
    const address = addressOf('link', link);
    await this.gateway.insert('AdminLinks', { ...address, columns: linkColumns.write(link) });
  }

  async get(tenantId: string, id: string): Promise<Stored<AdminLink> | null> {
    const stored = await this.gateway.get('AdminLinks', addressOf('link', { tenantId, id }));
    return stored === null ? null : { value: linkColumns.read(stored.columns), tag: stored.tag };
  }

  async list(tenantId: string, { limit, after }: ListRequest): Promise<ListPage<AdminLink>> {
    const page = await this.gateway.query('AdminLinks', {
      in: tenantPartition(tenantId),
      rows: rowsUnder('link'),
      limit: Math.min(limit, MAX_PAGE),
      after,
    });
    return { rows: page.rows.map(({ columns }) => linkColumns.read(columns)), next: page.next };
  }

  async save(link: AdminLink, tag: string): Promise<void> {
    const address = addressOf('link', link);
    await this.gateway.update('AdminLinks', { ...address, columns: linkColumns.write(link) }, tag);
  }

  async remove(tenantId: string, id: string): Promise<boolean> {
    return await this.gateway.delete('AdminLinks', addressOf('link', { tenantId, id }), null);
  }

  async startSession(link: AdminLink, tag: string, session: AdminSession): Promise<void> {
    await this.gateway.transact('AdminLinks', tenantPartition(link.tenantId), [
      { kind: 'update', row: addressOf('link', link).row, columns: linkColumns.write(link), tag },
      { kind: 'insert', row: addressOf('session', session).row, columns: sessionColumns.write(session) },
    ]);
  }

  async session(tenantId: string, id: string): Promise<AdminSession | null> {
    const stored = await this.gateway.get('AdminLinks', addressOf('session', { tenantId, id }));
    return stored === null ? null : sessionColumns.read(stored.columns);
  }

  async endSession(tenantId: string, id: string): Promise<void> {
    await this.gateway.delete('AdminLinks', addressOf('session', { tenantId, id }), null);
  }

  async removeEndedBefore(tenantId: string, instant: string): Promise<void> {
    const limit = Date.parse(instant);
    let after: string | null = null;
    do {
      const query = { in: tenantPartition(tenantId), limit: MAX_PAGE, after };
      const page = await this.gateway.query('AdminLinks', query);
      for (const { partition, row } of page.rows.filter((each) => endOf(each) < limit))
        await this.gateway.delete('AdminLinks', { partition, row }, null);
      after = page.next;
    } while (after !== null);
  }
}

/** Epoch milliseconds: of a session its end, of a link the last instant at which it could be used. */
function endOf({ columns }: StoredRow): number {
  return Date.parse(String(columns['endsAt'] ?? columns['expiresAt']));
}

function addressOf(kind: RowKind, { tenantId, id }: { tenantId: string; id: string }): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf(kind, id) };
}
