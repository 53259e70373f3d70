import { bucketOf } from '../../core/bucket.js';
import { isSetup, isUnclaimed, type RecordClaim } from '../../core/matching/record-claim.js';
import type { RecordClaims, StoredClaim } from '../../ports/record-claims.js';
import type { Fence } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { RowAddress, StoredRow, TableGateway } from './gateway.js';
import { claimPartition, claimShards, rowOf } from './keys.js';
import { PartitionedRows, type RowAccessOptions } from './partitioned-rows.js';

/** Never to be changed: it decides in which partition a stored row lies. */
const SHARDS = 64;

const claimColumns = documentColumns<RecordClaim>({
  recordId: 'plain',
  holder: 'json',
  waiting: 'json',
  former: 'json',
  untold: 'json',
});

/** A registry table: a row per record that a setup has or waits for, spread over 64 partitions of the organization. */
export class TableRecordClaims implements RecordClaims {
  private readonly rows: PartitionedRows;

  constructor(
    private readonly gateway: TableGateway,
    options: RowAccessOptions,
  ) {
    this.rows = new PartitionedRows(gateway, 'RecordClaims', options);
  }

  async read(
    organizationId: string,
    recordIds: readonly string[],
  ): Promise<ReadonlyMap<string, StoredClaim>> {
    const addresses = recordIds.map((id) => addressOf(organizationId, id));
    const found = await this.rows.read(addresses, undefined, true);
    return new Map(found.map(claimFrom).map((stored) => [stored.claim.recordId, stored]));
  }

  async insert(
    fence: Fence,
    organizationId: string,
    claims: readonly RecordClaim[],
  ): Promise<readonly string[]> {
    const rows = claims.map((claim) => rowFrom(organizationId, claim));
    const present = await this.rows.insert(fence, rows);
    const keys = new Set(present.map(({ partition, row }) => `${partition} ${row}`));
    return claims
      .map(({ recordId }) => recordId)
      .filter((id) => {
        const { partition, row } = addressOf(organizationId, id);
        return keys.has(`${partition} ${row}`);
      });
  }

  async save(fence: Fence, organizationId: string, { tag }: StoredClaim, next: RecordClaim): Promise<void> {
    fence.assertHeld();
    const row = rowFrom(organizationId, next);
    if (!isUnclaimed(next)) {
      await (tag === null
        ? this.gateway.insert('RecordClaims', row)
        : this.gateway.update('RecordClaims', row, tag));
    } else if (tag !== null) {
      await this.gateway.delete('RecordClaims', row, tag);
    }
  }

  async *naming(
    organizationId: string,
    tenantId: string,
    setupId: string | null,
  ): AsyncIterable<readonly StoredClaim[]> {
    for await (const page of this.rows.pages({ in: claimShards(organizationId) })) {
      const naming = page
        .map(claimFrom)
        .filter(
          ({ claim: { holder, waiting, former, untold } }) =>
            untold.length > 0 ||
            [...(holder === null ? [] : [holder]), ...waiting, ...former].some((one) =>
              setupId === null ? one.tenantId === tenantId : isSetup(one, { tenantId, setupId }),
            ),
        );
      if (naming.length > 0) yield naming;
    }
  }
}

function addressOf(organizationId: string, recordId: string): RowAddress {
  return { partition: claimPartition(organizationId, bucketOf(recordId, SHARDS)), row: rowOf(recordId) };
}

function rowFrom(organizationId: string, claim: RecordClaim) {
  return { ...addressOf(organizationId, claim.recordId), columns: claimColumns.write(claim) };
}

function claimFrom({ columns, tag }: StoredRow): StoredClaim {
  return { claim: claimColumns.read(columns), tag };
}
