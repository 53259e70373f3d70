import type { MemberChain } from '../../core/member-chain.js';
import type { MemberChains } from '../../ports/member-chains.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { RowAddress, TableGateway } from './gateway.js';
import { rowOf, rowsUnder, tenantPartition } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

const chainColumns = documentColumns<MemberChain>({
  chainId: 'plain',
  groupIds: 'json',
  unread: 'json',
  leaving: 'json',
  nested: 'json',
  stage: 'plain',
  link: 'plain',
  pages: 'plain',
  seenChunks: 'plain',
  begunIn: 'plain',
  servedIn: 'plain',
  restarts: 'plain',
});

/** Rows `members|{chainId}` beside the states of the tenant's resources. */
export class TableMemberChains implements MemberChains {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'SyncState', options);
  }

  async all(tenantId: string): Promise<readonly MemberChain[]> {
    const found: MemberChain[] = [];
    const range = { in: tenantPartition(tenantId), rows: rowsUnder('members') };
    for await (const page of this.rows.pages(range))
      found.push(...page.map(({ columns }) => chainColumns.read(columns)));
    return found;
  }

  async save(fence: Fence, chain: MemberChain): Promise<void> {
    fence.assertHeld();
    const columns = chainColumns.write(chain);
    await this.gateway.put('SyncState', { ...addressOf(fence.tenantId, chain.chainId), columns });
  }

  async remove(fence: Fence, chainId: string): Promise<void> {
    fence.assertHeld();
    await this.gateway.delete('SyncState', addressOf(fence.tenantId, chainId), null);
  }
}

function addressOf(tenantId: string, chainId: string): RowAddress {
  return { partition: tenantPartition(tenantId), row: rowOf('members', chainId) };
}
