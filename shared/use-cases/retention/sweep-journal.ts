import { monthBefore } from '../../core/retention.js';
import type { ValuedEntry } from '../../ports/journal-retention.js';
import { isTurn, type Sweep } from './sweep.js';

/** The tenant forgets months that have had their time; the tables are removed once every tenant has. */
export async function sweepMonths({ ports, fence, now, retention }: Sweep): Promise<void> {
  const month = monthBefore(now, retention.journalMonths);
  await ports.journalRetention.forgetBefore(fence, month, new Date(now).toISOString());
}

/**
 * Once a week, removes from entries what they hold of people and hosts who were removed long ago. Every entry is looked
 * at, since a person's may lie anywhere in the journal.
 */
export async function sweepValues(sweep: Sweep): Promise<void> {
  const { ports, fence, keeper, now, retention } = sweep;
  const before = new Date(now - retention.personalValuesMs).toISOString();
  if (!isTurn(sweep, 0)) return;
  let kept: ReadonlySet<string> | null = null;
  for await (const page of ports.journalRetention.valued(fence.tenantId, before)) {
    await keeper.renewIfDue();
    kept ??= await subjectsKept(sweep, before);
    const isKept = ({ subject }: ValuedEntry): boolean => kept?.has(subject) === true;
    await ports.journalRetention.redact(
      fence,
      page.filter((entry) => !isKept(entry)),
    );
  }
}

/** Ids of the people and hosts who are there, or were removed since that instant. */
async function subjectsKept({ ports, tenant, fence, keeper }: Sweep, since: string): Promise<Set<string>> {
  const kept = new Set<string>();
  for (const { setupId } of await ports.setups.all(tenant.tenantId)) {
    for (let bucket = 0; bucket < (tenant.bucketCount ?? 0); bucket += 1) {
      for await (const people of ports.people.scan(fence, setupId, bucket)) {
        await keeper.renewIfDue();
        for (const { id, status, statusSince } of people)
          if (status !== 'removed' || statusSince >= since) kept.add(id);
      }
      for await (const hosts of ports.hosts.scan(fence, setupId, bucket))
        for (const { id } of hosts) kept.add(id);
    }
  }
  return kept;
}
