import { roleWarnings, unreadRoleLists } from '../../../core/role-warnings.js';
import type { RoleListState } from '../../../core/role-assignment.js';
import type { Warning } from '../../../core/round.js';
import { setupAttention, setupMatter } from '../../../core/setup/setup-attention.js';
import { tenantAfter, type Tenant } from '../../../core/tenant.js';
import type { Matter } from '../../../core/tenant-state.js';
import { changeTenant } from '../../../ports/change-tenant.js';
import type { Session } from '../session.js';
import type { StartedSetup } from './started-setup.js';

/** What runs are told of lists of roles that setups name and that could not be read. */
export async function warningsOfRoles(
  session: Session,
  started: readonly StartedSetup[],
): Promise<readonly Warning[]> {
  const lists = started.flatMap(({ roleLists }) => roleLists);
  return roleWarnings(unreadRoleLists(lists, await roleListsRead(session, started)));
}

/** The tenant says of its started setups what needs attention in them, and no longer than it does. */
export async function noteSetupAttention(session: Session, started: readonly StartedSetup[]): Promise<void> {
  const { ports, tenantId } = session;
  const roleLists = await roleListsRead(session, started);
  const found = started.map(({ setup, progress: { missingGroups } }) => {
    return { setup, attention: setupAttention(setup, { missingGroups, roleLists }) };
  });
  const matter = setupMatter(found);
  const noted = (tenant: Tenant): Tenant => withMatter(tenant, matter, session.now());
  const seen = await ports.tenants.get(tenantId);
  // Nearly always nothing changes.
  if (seen !== null && noted(seen.value) !== seen.value) await changeTenant(ports, tenantId, noted);
}

async function roleListsRead(
  { ports, tenantId }: Session,
  started: readonly StartedSetup[],
): Promise<readonly RoleListState[]> {
  return started.some(({ roleLists }) => roleLists.length > 0) ? await ports.roleLists.lists(tenantId) : [];
}

function withMatter(tenant: Tenant, matter: Matter | null, at: string): Tenant {
  const matters = tenant.state.kind === 'attention' ? tenant.state.matters : [];
  const others = matters.filter(({ code }) => code !== 'setupAttention');
  return tenantAfter(tenant, {
    kind: 'matters',
    at,
    matters: matter === null ? others : [...others, matter],
  });
}
