import type { Edge } from '../../core/mirror-rows.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Fence, TenantScope } from '../../ports/scope.js';
import { MAX_PAGE, type KeyedRow, type RowAddress, type StoredRow } from './gateway.js';
import { bucketPartition, objectPartition, partsOf, rowOf, rowsUnder } from './keys.js';
import type { PartitionedRows } from './partitioned-rows.js';

/**
 * Direct memberships twice: by group, whose rows alone say what is, and an index by member. The index is written
 * first and removed last, so after a crash it may name an edge too many and never one too few.
 */
export class EdgeRows {
  constructor(
    private readonly byGroup: PartitionedRows,
    private readonly byMember: PartitionedRows,
  ) {}

  async create(fence: Fence, edges: readonly Edge[]): Promise<Edge[]> {
    await this.byMember.insert(
      fence,
      edges.map((edge) => memberRow(fence, edge)),
    );
    const existing = await this.byGroup.insert(
      fence,
      edges.map((edge) => groupRow(fence, edge)),
    );
    return pick(edges, existing);
  }

  async remove(fence: Fence, edges: readonly Edge[]): Promise<Edge[]> {
    const removed = await this.byGroup.remove(
      fence,
      edges.map((edge) => groupRow(fence, edge)),
    );
    await this.byMember.remove(
      fence,
      edges.map((edge) => memberRow(fence, edge)),
    );
    return pick(edges, removed);
  }

  async *membersOf(scope: TenantScope, groupId: string): AsyncIterable<readonly Edge[]> {
    const query = { in: objectPartition(scope, groupId), rows: rowsUnder(groupId) };
    for await (const page of this.byGroup.pages(query)) yield page.map(edgeByGroup);
  }

  async listMembers(scope: TenantScope, groupId: string, request: ListRequest): Promise<ListPage<Edge>> {
    const page = await this.byGroup.gateway.query(this.byGroup.table, {
      in: objectPartition(scope, groupId),
      rows: rowsUnder(groupId),
      limit: Math.min(request.limit, MAX_PAGE),
      after: request.after,
    });
    return { rows: page.rows.map(edgeByGroup), next: page.next };
  }

  async groupsOf(scope: TenantScope, memberIds: readonly string[]): Promise<Edge[]> {
    const edges: Edge[] = [];
    await this.byMember.eachRead([...new Set(memberIds)], async (memberId) => {
      const query = { in: objectPartition(scope, memberId), rows: rowsUnder(memberId) };
      for await (const page of this.byMember.pages(query)) edges.push(...page.map(edgeByMember));
    });
    return edges;
  }

  async existing(scope: TenantScope, edges: readonly Edge[]): Promise<Edge[]> {
    return pick(
      edges,
      await this.byGroup.read(
        edges.map((edge) => groupRow(scope, edge)),
        [],
      ),
    );
  }

  async *scan(scope: TenantScope, bucket: number): AsyncIterable<readonly Edge[]> {
    for await (const page of this.byGroup.pages({ in: bucketPartition(scope, bucket) })) {
      yield page.map(edgeByGroup);
    }
  }
}

function groupRow(scope: TenantScope, edge: Edge): KeyedRow {
  return {
    partition: objectPartition(scope, edge.groupId),
    row: rowOf(edge.groupId, edge.memberId),
    columns: { memberType: edge.memberType },
  };
}

function memberRow(scope: TenantScope, edge: Edge): KeyedRow {
  return {
    partition: objectPartition(scope, edge.memberId),
    row: rowOf(edge.memberId, edge.groupId),
    columns: { memberType: edge.memberType },
  };
}

function edgeByGroup({ row, columns }: StoredRow): Edge {
  const [groupId = '', memberId = ''] = partsOf(row);
  return { groupId, memberId, memberType: String(columns['memberType']) };
}

function edgeByMember({ row, columns }: StoredRow): Edge {
  const [memberId = '', groupId = ''] = partsOf(row);
  return { groupId, memberId, memberType: String(columns['memberType']) };
}

/** Of the edges those whose row is among the addresses, each once. */
function pick(edges: readonly Edge[], addresses: readonly RowAddress[]): Edge[] {
  if (addresses.length === 0) return [];
  const byRow = new Map(edges.map((edge) => [rowOf(edge.groupId, edge.memberId), edge]));
  return addresses.flatMap(({ row }) => byRow.get(row) ?? []);
}
