import type { PersonVersions } from '../../ports/person-versions.js';
import type { Fence } from '../../ports/scope.js';
import type { RowAddress, TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';
import { retryConflict } from './retry-conflict.js';

/** A row `version|{setupId}` of `SyncState` for each setup whose people were forgotten. */
export class TablePersonVersions implements PersonVersions {
  constructor(private readonly gateway: TableGateway) {}

  async highest(tenantId: string, setupId: string): Promise<number> {
    const stored = await this.gateway.get('SyncState', addressOf(tenantId, setupId));
    return Number(stored?.columns['highest'] ?? 0);
  }

  async raise(fence: Fence, setupId: string, version: number): Promise<void> {
    const address = addressOf(fence.tenantId, setupId);
    await retryConflict(async () => {
      const stored = await this.gateway.get('SyncState', address);
      if (Number(stored?.columns['highest'] ?? 0) >= version) return;
      fence.assertHeld();
      const row = { ...address, columns: { highest: version } };
      await (stored === null
        ? this.gateway.insert('SyncState', row)
        : this.gateway.update('SyncState', row, stored.tag));
    });
  }
}

function addressOf(tenantId: string, setupId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('version', setupId) };
}
