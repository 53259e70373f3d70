import type { Chance, Clock } from '../../ports/clock.js';
import type { ListPage } from '../../ports/mirror.js';
import type { Tenants } from '../../ports/registry.js';
import type { RemovalDecisions } from '../../ports/removal-decisions.js';
import type { Removals, StagedRemoval } from '../../ports/removals.js';
import type { SetupWork } from '../../ports/setup-work.js';
import type { Setups } from '../../ports/setups.js';

export interface DecidePorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly setups: Pick<Setups, 'get'>;
  readonly removals: Pick<Removals, 'list' | 'tagOf'>;
  readonly removalDecisions: Pick<RemovalDecisions, 'add'>;
  readonly setupWork: SetupWork;
  readonly clock: Clock;
  readonly chance: Chance;
}

export type DecideHeldOutcome =
  | { readonly kind: 'decided'; readonly count: number }
  | { readonly kind: 'tenantNotFound' | 'setupNotFound' }
  /** The list is another than the one that was seen. */
  | { readonly kind: 'preconditionFailed' };

const ROWS_AT_ONCE = 1_000;
/** So many ids travel in one row. */
const IDS_IN_ROW = 500;

/**
 * Approves or rejects every removal that is held, as the list stood that the operator saw; a job carries it out. Who
 * comes back before that is left alone, and who is held later waits for another decision. Once the decision is
 * written it stands, also where waking the job fails: any later job finds it.
 *
 * @param accepts whether the operator saw the list of that ETag
 * @throws Unavailable, Throttled
 */
export async function decideHeld(
  ports: DecidePorts,
  key: { readonly tenantId: string; readonly setupId: string },
  decision: { readonly kind: 'approve' | 'reject'; readonly decidedBy: string },
  accepts: (tag: string) => boolean,
): Promise<DecideHeldOutcome> {
  const { tenantId, setupId } = key;
  if ((await ports.tenants.get(tenantId)) === null) return { kind: 'tenantNotFound' };
  if ((await ports.setups.get(tenantId, setupId)) === null) return { kind: 'setupNotFound' };
  const tag = await ports.removals.tagOf(tenantId, setupId);
  if (!accepts(tag)) return { kind: 'preconditionFailed' };
  const held = await heldIds(ports.removals, tenantId, setupId);
  if ((await ports.removals.tagOf(tenantId, setupId)) !== tag) return { kind: 'preconditionFailed' };
  const decidedAt = new Date(ports.clock.now()).toISOString();
  const id = `${decidedAt}.${ports.chance.newId()}`;
  for (let at = 0; at < held.length; at += IDS_IN_ROW) {
    const directoryIds = held.slice(at, at + IDS_IN_ROW);
    const decisionId = `${id}.${String(at / IDS_IN_ROW).padStart(6, '0')}`;
    await ports.removalDecisions.add(tenantId, { ...decision, setupId, decisionId, directoryIds, decidedAt });
  }
  if (held.length > 0) await ports.setupWork.requested(tenantId, setupId);
  return { kind: 'decided', count: held.length };
}

async function heldIds(
  removals: Pick<Removals, 'list'>,
  tenantId: string,
  setupId: string,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const request = { after, limit: ROWS_AT_ONCE };
    const page: ListPage<StagedRemoval> = await removals.list(tenantId, setupId, request);
    for (const { kind, directoryId } of page.rows) if (kind === 'held') ids.push(directoryId);
    after = page.next;
  } while (after !== null);
  return ids;
}
