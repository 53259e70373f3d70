import type { Session } from './session.js';
import { countActivePeople } from './setups/people-rows.js';
import { formatSummary, type TenantSummaryRow } from './summary.js';
import type { MeasuredSync } from './sync-tenants.js';

const WITHOUT_DELETED =
  '  Deleted users and groups that Graph still names were read as well; they are not counted here.';

/** What the syncs left in the tables, tenant by tenant. */
export async function describeSummary(session: Session, syncs: readonly MeasuredSync[]): Promise<string> {
  const rows = await Promise.all(syncs.map((sync) => summaryRowOf(session, sync)));
  const readMore = syncs.some(({ sync }, index) => hasReadMore(sync.run.progress, rows[index]));
  return [formatSummary(rows), ...(readMore ? [WITHOUT_DELETED] : [])].join('\n');
}

async function summaryRowOf(
  session: Session,
  { sync, graphRequests }: MeasuredSync,
): Promise<TenantSummaryRow> {
  return {
    tenant: sync.displayName,
    ...(await session.mirror.counts(sync.tenantId)),
    people: await peopleOf(session, sync.tenantId),
    seconds: sync.seconds,
    graphRequests,
  };
}

async function peopleOf({ api, clients }: Session, tenantId: string): Promise<number | null> {
  const { value } = (await api.one(`/api/v1/tenants/${tenantId}/setups?top=1`)) as { value: unknown[] };
  return value.length === 0 ? null : await countActivePeople(clients.table('People'), tenantId);
}

function hasReadMore(
  progress: MeasuredSync['sync']['run']['progress'],
  row: TenantSummaryRow | undefined,
): boolean {
  if (row === undefined) return false;
  return (progress['users']?.objects ?? 0) > row.users || (progress['groups']?.objects ?? 0) > row.groups;
}
