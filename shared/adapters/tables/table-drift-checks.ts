import { NEVER_CHECKED, type DriftCheck } from '../../core/drift/drift-check.js';
import type { DriftChecks } from '../../ports/drift-checks.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { RowAddress, TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';

const columnsOf = documentColumns<DriftCheck>({
  checkedAt: 'plain',
  positions: 'json',
  suspects: 'json',
  found: 'json',
  repairs: 'json',
});

/** The row `drift` of each tenant, beside its other metrics. */
export class TableDriftChecks implements DriftChecks {
  constructor(private readonly gateway: TableGateway) {}

  async get(tenantId: string): Promise<DriftCheck> {
    const stored = await this.gateway.get('Metrics', addressOf(tenantId));
    return stored === null ? NEVER_CHECKED : columnsOf.read(stored.columns);
  }

  async save(fence: Fence, check: DriftCheck): Promise<void> {
    fence.assertHeld();
    await this.gateway.put('Metrics', { ...addressOf(fence.tenantId), columns: columnsOf.write(check) });
  }
}

function addressOf(tenantId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('drift') };
}
