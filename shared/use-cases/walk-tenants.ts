import type { Tenant } from '../core/tenant.js';
import type { Tenants } from '../ports/registry.js';
import type { TenantWalk } from '../ports/tenant-walk.js';

const TENANTS_PER_PAGE = 100;

/** How many failures the message of the thrown error spells out; the rest are in its `errors`. */
const FAILURES_SPELLED_OUT = 5;

/** @param settings `atOnce`: how many tenants are visited at a time */
export function createTenantWalk(
  ports: { readonly tenants: Tenants },
  settings: { readonly atOnce: number } = { atOnce: 8 },
): TenantWalk {
  return async (visit) => {
    const failures: Error[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<Tenants['list']>> | null = await ports.tenants
        .list({ after, limit: TENANTS_PER_PAGE })
        .catch((cause: unknown) => {
          failures.push(new Error('Not all tenants could be listed', { cause }));
          return null;
        });
      if (page === null) break;
      await visitAll(
        page.rows.map((stored) => stored.value),
        visit,
        { ...settings, failures },
      );
      after = page.next;
    } while (after !== null);
    if (failures.length > 0) throw new AggregateError(failures, summary(failures));
  };
}

async function visitAll(
  tenants: readonly Tenant[],
  visit: (tenant: Tenant) => Promise<void>,
  settings: { readonly atOnce: number; readonly failures: Error[] },
): Promise<void> {
  const waiting = [...tenants];
  const visitor = async (): Promise<void> => {
    for (let tenant = waiting.shift(); tenant !== undefined; tenant = waiting.shift()) {
      try {
        await visit(tenant);
      } catch (cause) {
        settings.failures.push(new Error(`Tenant ${tenant.tenantId}: ${messageOf(cause)}`, { cause }));
      }
    }
  };
  await Promise.all(Array.from({ length: settings.atOnce }, visitor));
}

function summary(failures: readonly Error[]): string {
  const shown = failures.slice(0, FAILURES_SPELLED_OUT).map((failure) => failure.message);
  const more = failures.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
