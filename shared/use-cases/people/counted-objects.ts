import type { MemberType } from '../../core/mirror-rows.js';
import type { PersonFacts } from '../../core/people/facts.js';
import type { TenantScope } from '../../ports/scope.js';
import { FactsReader } from '../../ports/read-facts.js';
import { walkBeneath } from '../../ports/walk-beneath.js';
import { factPorts, type DerivationPorts } from './derivation-ports.js';
import { TenantFacts } from './tenant-facts.js';

/** An object that Entra counts and that is no user. */
export interface CountedMember {
  readonly id: string;
  readonly type: Exclude<MemberType, 'user'>;
}

/** Some of the objects that are counted, in the order of `positionOf`. */
export interface CountedBatch {
  /** Positions of a batch sort behind those of the batch before. */
  readonly stretch: number;
  readonly users: readonly PersonFacts[];
  readonly members: readonly CountedMember[];
}

const USERS_AT_ONCE = 200;

/**
 * Everything that is a member of these groups, directly or through live groups, each once: users, then others. The ids
 * are held in memory.
 *
 * @param wanted the groups that decide anything; null for all
 */
export async function* membersOfGroups(
  ports: DerivationPorts,
  scope: TenantScope,
  groupIds: readonly string[],
  wanted: ReadonlySet<string> | null,
  from: number,
): AsyncGenerator<CountedBatch> {
  const { users, others } = await everythingBeneath(ports, scope, groupIds);
  const reader = new FactsReader(factPorts(ports), scope, wanted);
  const stretches = Math.ceil(users.length / USERS_AT_ONCE);
  for (let stretch = from; stretch < stretches; stretch += 1) {
    const some = users.slice(stretch * USERS_AT_ONCE, (stretch + 1) * USERS_AT_ONCE);
    yield { stretch, users: await reader.read(some), members: [] };
  }
  yield { stretch: stretches, users: [], members: others };
}

/** All users of a tenant, bucket by bucket. */
export async function* everyUser(
  ports: DerivationPorts,
  scope: TenantScope,
  wanted: ReadonlySet<string> | null,
  from: number,
): AsyncGenerator<CountedBatch> {
  const everybody = await TenantFacts.read(ports, scope, wanted);
  for (let stretch = from; stretch < scope.bucketCount; stretch += 1)
    yield { stretch, users: await everybody.ofBucket(stretch, []), members: [] };
}

/** Soft-deleted groups are no members, and lead nowhere; groups that are not mirrored are members. */
async function everythingBeneath(
  { mirror }: DerivationPorts,
  scope: TenantScope,
  groupIds: readonly string[],
): Promise<{ readonly users: readonly string[]; readonly others: readonly CountedMember[] }> {
  const users = new Set<string>();
  const groups = new Set<string>();
  const others = new Map<string, CountedMember>();
  const presences = await walkBeneath(mirror, scope, groupIds, ({ memberId, memberType }) => {
    if (memberType === 'user') users.add(memberId);
    else if (memberType === 'group') groups.add(memberId);
    else others.set(memberId, { id: memberId, type: memberType });
  });
  for (const id of groups) if (presences.get(id) !== 'softDeleted') others.set(id, { id, type: 'group' });
  const byId = (a: CountedMember, b: CountedMember): number => (a.id < b.id ? -1 : 1);
  return { users: [...users].sort(), others: [...others.values()].sort(byId) };
}
