import { randomUUID } from 'node:crypto';
import type { MirrorGroup, MirrorUser } from '../../shared/core/mirror-rows.js';
import type { ListPage, ListRequest } from '../../shared/ports/mirror.js';
import type { Fence } from '../../shared/ports/scope.js';
import { LeaseLost } from '../../shared/core/failures.js';

/** A fence that holds until it is told to break. */
export interface TestFence extends Fence {
  readonly asserted: () => number;
  break(): void;
}

export function fenceOf(tenantId: string = randomUUID(), bucketCount = 16): TestFence {
  let held = true;
  let asserted = 0;
  return {
    tenantId,
    bucketCount,
    asserted: () => asserted,
    assertHeld() {
      asserted++;
      if (!held) throw new LeaseLost('The test broke the fence');
    },
    break() {
      held = false;
    },
  };
}

export function userOf(id: string, values: Partial<Omit<MirrorUser, 'id'>> = {}): MirrorUser {
  return { id, presence: 'live', attributes: {}, managerId: null, ...values };
}

export function groupOf(id: string, values: Partial<Omit<MirrorGroup, 'id'>> = {}): MirrorGroup {
  return { id, presence: 'live', attributes: {}, ...values };
}

/** All rows of a list, read in pages of at most `limit`. */
export async function listed<Row>(
  list: (request: ListRequest) => Promise<ListPage<Row>>,
  limit: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const page: ListPage<Row> = await list({ after, limit });
    if (page.rows.length > limit) throw new Error(`A page of ${page.rows.length} rows, asked for ${limit}`);
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}

export async function collected<Row>(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}
