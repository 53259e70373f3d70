import { hidesMembers, holdsHidden } from '../../core/hidden-membership.js';
import { hiddenMessage } from '../../core/setup/setup-attention.js';
import type { SetupDocument } from '../../core/setup/setup.js';
import type { SetupFault } from '../../core/setup/setup-fault.js';
import { groupsNamed, type GroupStandings } from '../../core/setup/validate-groups.js';
import { validateSetup } from '../../core/setup/validate-setup.js';
import type { Tenant } from '../../core/tenant.js';
import type { JudgingPorts } from './ports.js';

/** A place in a document that could not be looked at yet, or that is as it may be but hardly as it was meant. */
export interface SetupWarning {
  readonly path: string;
  readonly code: 'GroupNotReadYet' | 'GroupHidden' | 'NobodyIsMatched';
  /** A sentence. */
  readonly message: string;
}

export interface Judgement {
  readonly faults: readonly SetupFault[];
  readonly warnings: readonly SetupWarning[];
}

/** Everything that is wrong with a document for this tenant, in the order of the document. */
export async function judgeSetup(
  ports: JudgingPorts,
  tenant: Tenant,
  document: SetupDocument,
): Promise<Judgement> {
  const { organizationId } = document;
  const { standingOf, hidden } = await groupStandings(ports, tenant, document);
  const belongs = tenant.organizationIds.includes(organizationId);
  const faults = validateSetup(document, {
    // Nothing is told of an organization that the tenant does not belong to, not even whether it is there.
    organization: belongs ? 'known' : 'ofOtherTenants',
    catalog: belongs ? await ports.catalogEntries.whole(organizationId) : { find: () => null },
    groups: standingOf,
  });
  const outside = faults.find(({ path }) => path === 'organizationId');
  return {
    faults: outside === undefined ? faults : [outside],
    warnings: warningsOf(document, standingOf, hidden),
  };
}

function warningsOf(
  document: SetupDocument,
  standingOf: GroupStandings,
  hidden: ReadonlySet<string>,
): SetupWarning[] {
  const groups = groupsNamed(document).flatMap(({ path, groupId }): SetupWarning[] => {
    if (hidden.has(groupId)) return [{ path, code: 'GroupHidden', message: hiddenMessage(path, groupId) }];
    if (standingOf(groupId) !== 'unknownYet') return [];
    const message = `Whether there is a group ${groupId} shows when the groups of the tenant have been read.`;
    return [{ path, code: 'GroupNotReadYet', message }];
  });
  return !document.create && document.match.length === 0 ? [...groups, NOBODY_IS_MATCHED] : groups;
}

const NOBODY_IS_MATCHED: SetupWarning = {
  path: 'match',
  code: 'NobodyIsMatched',
  message:
    'Nobody is created, and no key ties anybody to a record: only whom an operator chooses a record for becomes a person.',
};

async function groupStandings(
  { mirror, syncStates }: JudgingPorts,
  { tenantId, bucketCount }: Tenant,
  document: SetupDocument,
): Promise<{ readonly standingOf: GroupStandings; readonly hidden: ReadonlySet<string> }> {
  const ids = [...new Set(groupsNamed(document).map(({ groupId }) => groupId))];
  if (bucketCount === null || ids.length === 0) return { standingOf: () => 'unknownYet', hidden: new Set() };
  // The state first: a round that ends meanwhile has written its rows by then.
  const { groups } = await syncStates.read(tenantId);
  const rows = await mirror.readGroups({ tenantId, bucketCount }, ids);
  const hiding = holdsHidden(groups) ? [] : [...rows.values()].filter(hidesMembers);
  const standingOf: GroupStandings = (groupId) => {
    const group = rows.get(groupId);
    if (group === undefined) return groups.last === null ? 'unknownYet' : 'absent';
    if (group.presence !== 'live') return 'deleted';
    return group.attributes['securityEnabled'] === true ? 'suitable' : 'notSecurityEnabled';
  };
  return { standingOf, hidden: new Set(hiding.map(({ id }) => id)) };
}
