import { isTurn, type Sweep } from './sweep.js';

/** Removes, in some buckets each day, who reported to a manager before and does not any more. */
export async function sweepReports(sweep: Sweep): Promise<void> {
  const { ports, tenant, fence, keeper } = sweep;
  for (let bucket = 0; bucket < (tenant.bucketCount ?? 0); bucket += 1) {
    if (!isTurn(sweep, bucket)) continue;
    for await (const reports of ports.reports.scan(fence, bucket)) {
      await keeper.renewIfDue();
      const users = await ports.mirror.readUsers(fence, [
        ...new Set(reports.map(({ reportId }) => reportId)),
      ]);
      const past = reports.filter(({ managerId, reportId }) => users.get(reportId)?.managerId !== managerId);
      await ports.reports.leave(fence, past);
    }
  }
}
