import { AccessRefused, type Failure } from '../failures.js';
import { RESOURCES, type Resource } from '../resource.js';
import type { ExaminedApplication, Fact, TenantFacts } from './facts.js';
import { finding, type Finding } from './finding.js';
import { suffices } from '../wider-permissions.js';

const PERMISSION: Readonly<Record<Resource, string>> = {
  users: 'User.Read.All',
  groups: 'GroupMember.Read.All',
};

/** What Graph answers to the reads that a sync is made of. */
export function directoryFindings(facts: TenantFacts): readonly Finding[] {
  return [...otherDirectory(facts), ...RESOURCES.flatMap((resource) => readFindings(facts, resource))];
}

function otherDirectory({ tenant, organizationId }: TenantFacts): readonly Finding[] {
  if (organizationId.kind !== 'told' || organizationId.value === tenant.tenantId) return [];
  return [
    finding('OtherDirectory', {
      message: `Microsoft Graph answers for the directory ${organizationId.value}, and not for ${tenant.tenantId}.`,
    }),
  ];
}

function readFindings(facts: TenantFacts, resource: Resource): readonly Finding[] {
  const read = facts.reads[resource];
  const failure = failureOf(read);
  if (failure === null) return [];
  const what = resource === 'users' ? 'a user' : 'a group';
  if (failure instanceof AccessRefused) {
    return refusal(facts, resource, `Microsoft Graph refuses to let ${what} be read (${failure.status})`);
  }
  return [
    finding('DirectoryUnreachable', {
      message: `Microsoft Graph gave no usable answer when ${what} was read.`,
    }),
  ];
}

/** A permission that is missing is found as such; what cannot be seen in the token is seen here. */
function refusal(facts: TenantFacts, resource: Resource, refuses: string): readonly Finding[] {
  const app = facts.applications.find(({ bundles }) => bundles.includes('directory'));
  const held = heldBy(app);
  const permission = PERMISSION[resource];
  if (held === null) {
    const fix = `Under API permissions in Entra, add ${permission} as type Application and grant admin consent.`;
    return [finding('MissingPermission', { message: `${refuses}: ${permission} is missing.`, fix })];
  }
  if (!suffices(held, permission)) return [];
  return [
    finding('DirectoryRefuses', { message: `${refuses}, although the application holds ${permission}.` }),
  ];
}

function heldBy(app: ExaminedApplication | undefined): readonly string[] | null {
  return app?.permissions.kind === 'told' ? app.permissions.value : null;
}

type Silence = Failure | 'late';

function failureOf(fact: Fact<unknown>): Silence | null {
  switch (fact.kind) {
    case 'told':
    case 'notAsked':
      return null;
    case 'late':
      return 'late';
    case 'failed':
      return fact.failure;
  }
}
