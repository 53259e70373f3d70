import type { Fence } from '../../ports/scope.js';
import type { SetupProgress, SetupProgresses } from '../../ports/setup-progress.js';
import { documentColumns } from './document-columns.js';
import type { Columns, RowAddress, TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

const progressColumns = documentColumns<SetupProgress>({
  setupId: 'plain',
  basis: 'plain',
  readiness: 'plain',
  missingGroups: 'json',
  hiddenGroups: 'json',
  dueAt: 'plain',
  isHolding: 'plain',
  asOf: 'plain',
});

/** A row per setup in the partition of its tenant. */
export class TableSetupProgresses implements SetupProgresses {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'SetupProgress', options);
  }

  async get(tenantId: string, setupId: string): Promise<SetupProgress | null> {
    const stored = await this.gateway.get('SetupProgress', addressOf(tenantId, setupId));
    return stored === null ? null : progressFrom(stored.columns);
  }

  async all(tenantId: string): Promise<readonly SetupProgress[]> {
    const found: SetupProgress[] = [];
    for await (const page of this.rows.pages({ in: tenantPartition(tenantId) }))
      found.push(...page.map(({ columns }) => progressFrom(columns)));
    return found;
  }

  async save(fence: Fence, progress: SetupProgress): Promise<void> {
    fence.assertHeld();
    const columns = progressColumns.write(progress);
    await this.gateway.put('SetupProgress', { ...addressOf(fence.tenantId, progress.setupId), columns });
  }

  async remove(fence: Fence, setupId: string): Promise<void> {
    fence.assertHeld();
    await this.gateway.delete('SetupProgress', addressOf(fence.tenantId, setupId), null);
  }
}

type Stored = Omit<SetupProgress, 'hiddenGroups'> & { readonly hiddenGroups: readonly string[] | null };

/** Rows of versions that did not look for what groups hide have no column for it. */
function progressFrom(columns: Columns): SetupProgress {
  const stored: Stored = progressColumns.read(columns);
  return { ...stored, hiddenGroups: stored.hiddenGroups ?? [] };
}

function addressOf(tenantId: string, setupId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf(setupId) };
}
