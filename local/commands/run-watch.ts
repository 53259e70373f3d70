import { setTimeout as delay } from 'node:timers/promises';
import { DisconnectionWatch } from './disconnection-watch.js';
import type { ProductApi, RunView, TenantView } from './product-api.js';

const pollIntervalMs = 1_000;

/**
 * Shows every run that ends from now on, which is how a change in a directory is seen to arrive, and the stages of
 * tenants that are disconnected, until the signal aborts. Runs that are known when it begins are not shown.
 */
export async function watchRuns(
  api: ProductApi,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  const disconnections = new DisconnectionWatch(api, tell);
  let isFirstLook = true;
  while (!signal.aborted) {
    try {
      const tenants = await api.tenants();
      await disconnections.look(tenants);
      for (const tenant of tenants) {
        for (const run of await api.runs(tenant.tenantId)) {
          if (told.has(run.id) || run.status === 'NotStarted' || run.status === 'Running') continue;
          told.add(run.id);
          if (isFirstLook) continue;
          for (const line of [describeEndedRun(tenant, run), ...describeWarnings(tenant, run)]) tell(line);
        }
      }
      isFirstLook = false;
    } catch {
      // The host may be restarting; what was missed is told at the next look.
    }
    await delay(pollIntervalMs, undefined, { signal }).catch(() => undefined);
  }
}

/** What a run changed, in one line. */
export function describeEndedRun(tenant: TenantView, run: RunView): string {
  const changes = Object.entries(run.counts).flatMap(([resource, counts]) => {
    const parts = Object.entries(counts as unknown as Record<string, number>)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${inWords(what)}`);
    return parts.length === 0 ? [] : [`${resource} ${parts.join(', ')}`];
  });
  const what = changes.length === 0 ? 'nothing changed' : changes.join(' · ');
  const error = run.error == null ? '' : ` · ${run.error.code}: ${run.error.message}`;
  return `${tenant.displayName}: ${run.trigger} run ${run.status.toLowerCase()} · ${what}${error}`;
}

/** The warnings of a run, one a line. */
export function describeWarnings(
  { displayName }: Pick<TenantView, 'displayName'>,
  { warnings }: Pick<RunView, 'warnings'>,
): string[] {
  return warnings.map(({ code, message, count }) => {
    const times = count > 1 ? ` (${count} times)` : '';
    return `${displayName}: warning ${code}: ${message}${times}`;
  });
}

function inWords(count: string): string {
  return count === 'softDeleted' ? 'soft-deleted' : count;
}
