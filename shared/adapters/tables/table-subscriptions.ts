import type { Subscription } from '../../core/subscription.js';
import type { Subscriptions } from '../../ports/registry.js';
import { documentColumns } from './document-columns.js';
import type { RowAddress, TableGateway } from './gateway.js';
import { rowOf, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

const subscriptionColumns = documentColumns<Subscription>({
  tenantId: 'plain',
  subscriptionId: 'plain',
  resource: 'plain',
  clientStateHash: 'plain',
  expiresAt: 'plain',
  renewedAt: 'plain',
  madeAt: 'plain',
  changeTypes: 'plain',
  lifecycleUrl: 'plain',
});

/** A row per Graph subscription in the partition of its tenant. */
export class TableSubscriptions implements Subscriptions {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'Subscriptions', options);
  }

  async get(tenantId: string, subscriptionId: string): Promise<Subscription | null> {
    const stored = await this.gateway.get('Subscriptions', addressOf(tenantId, subscriptionId));
    return stored === null ? null : subscriptionColumns.read(stored.columns);
  }

  async list(tenantId: string): Promise<readonly Subscription[]> {
    const found: Subscription[] = [];
    for await (const page of this.rows.pages({ in: tenantPartition(tenantId) })) {
      found.push(...page.map(({ columns }) => subscriptionColumns.read(columns)));
    }
    return found;
  }

  async put(subscription: Subscription): Promise<void> {
    const address = addressOf(subscription.tenantId, subscription.subscriptionId);
    await this.gateway.put('Subscriptions', { ...address, columns: subscriptionColumns.write(subscription) });
  }

  async remove(tenantId: string, subscriptionId: string): Promise<void> {
    await this.gateway.delete('Subscriptions', addressOf(tenantId, subscriptionId), null);
  }
}

function addressOf(tenantId: string, subscriptionId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf(subscriptionId) };
}
