import { monthBefore } from '../../core/retention.js';
import type { JournalRetention } from '../../ports/journal-retention.js';
import type { Log } from '../../ports/log.js';
import type { TenantWalk } from '../../ports/tenant-walk.js';

export interface DropMonthsPorts {
  readonly walkTenants: TenantWalk;
  readonly journalRetention: Pick<JournalRetention, 'months' | 'monthsOf' | 'drop'>;
  readonly log: Log;
}

/**
 * Removes the tables of months of the journal that have had their time and that no tenant has entries in any more.
 * @param now epoch milliseconds
 * @throws AggregateError if not every tenant could be looked at: then no table is removed
 */
export async function dropMonths(
  { walkTenants, journalRetention, log }: DropMonthsPorts,
  { journalMonths }: { readonly journalMonths: number },
  now: number,
): Promise<void> {
  const old = (await journalRetention.months()).filter((month) => month < monthBefore(now, journalMonths));
  if (old.length === 0) return;
  const used = new Set<string>();
  await walkTenants(async ({ tenantId }) => {
    for (const month of await journalRetention.monthsOf(tenantId)) used.add(month);
  });
  for (const month of old.filter((each) => !used.has(each))) {
    await journalRetention.drop(month);
    log.info('A month of the journal was removed', { month });
  }
}
