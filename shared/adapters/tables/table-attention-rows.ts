import type { AttentionRows } from '../../ports/sync-state.js';
import type { RowAddress, TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';

/** One row per tenant; each signal writes it anew, which changes its ETag. */
export class TableAttentionRows implements AttentionRows {
  constructor(private readonly gateway: TableGateway) {}

  async signal(tenantId: string, reason: string): Promise<void> {
    await this.gateway.put('Attention', { ...addressOf(tenantId), columns: { reason } });
  }

  async look(tenantId: string): Promise<string | null> {
    return (await this.gateway.get('Attention', addressOf(tenantId)))?.tag ?? null;
  }
}

function addressOf(tenantId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('attention') };
}
