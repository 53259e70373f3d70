import { judgeHearing } from './hearing.js';
import type { Resource } from './resource.js';
import type { ResourceState } from './round.js';
import { tenantAfter, type Tenant } from './tenant.js';
import type { Matter } from './tenant-state.js';

const CODE = 'notificationsSilent';

/** Those of the doubtful resources whose notifications have gone silent; `now` in epoch milliseconds. */
export function silentResources(
  states: Readonly<Record<Resource, ResourceState>>,
  doubtful: readonly Resource[],
  now: number,
): Resource[] {
  return doubtful.filter((resource) => judgeHearing(states[resource].hearing, now) === 'silent');
}

/**
 * The tenant saying which of its notifications have gone silent, beside whatever else is to be mended. The same object
 * where it says so already.
 * @param at ISO 8601 UTC
 */
export function withSilence(tenant: Tenant, silent: readonly Resource[], at: string): Tenant {
  const matters = tenant.state.kind === 'attention' ? tenant.state.matters : [];
  const others = matters.filter(({ code }) => code !== CODE);
  const all = silent.length === 0 ? others : [...others, silenceOf(silent)];
  return tenantAfter(tenant, { kind: 'matters', at, matters: all });
}

function silenceOf(silent: readonly Resource[]): Matter {
  return {
    code: CODE,
    reason: `Changes of ${silent.join(' and ')} are found by polling, but no notification announces them.`,
    fix: 'See that Microsoft Graph reaches PUBLIC_URL (firewall, proxy, certificate; the doctor tries it). Until it is heard again the tenant is polled every 15 minutes, so that nothing is lost.',
  };
}
