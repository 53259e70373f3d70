import type { CompiledSetup } from '../../core/people/compile-setup.js';
import type { PersonFacts } from '../../core/people/facts.js';
import type { MirrorUser } from '../../core/mirror-rows.js';
import type { TenantScope } from '../../ports/scope.js';
import { WholeGraph } from '../../ports/whole-graph.js';
import { factPorts, type DerivationPorts } from './derivation-ports.js';

/** The groups that decide anything for a setup; null where every group does. */
export function groupsThatMatter(compiled: CompiledSetup): ReadonlySet<string> | null {
  const { scopeGroups, excludedGroups, grants } = compiled;
  return grants.everyGroupIsSegment
    ? null
    : new Set([...scopeGroups, ...excludedGroups, ...grants.byGroup.keys()]);
}

/**
 * The facts of everybody of a tenant, bucket by bucket, as a job reads them. Memberships are held in memory, see
 * `WholeGraph`; where no group matters, none is read.
 */
export class TenantFacts {
  private constructor(
    private readonly ports: DerivationPorts,
    private readonly scope: TenantScope,
    private readonly graph: WholeGraph,
  ) {}

  static async read(
    ports: DerivationPorts,
    scope: TenantScope,
    wanted: ReadonlySet<string> | null,
  ): Promise<TenantFacts> {
    const { mirror, roleAssignments } = factPorts(ports);
    const source = {
      ports: { roleAssignments, mirror: wanted?.size === 0 ? withoutGroups(mirror) : mirror },
      fence: scope,
      keeper: { renewIfDue: () => Promise.resolve() },
    };
    return new TenantFacts(ports, scope, await WholeGraph.read(source, wanted));
  }

  get liveGroups(): ReadonlySet<string> {
    return this.graph.liveGroups;
  }

  /** See `WholeGraph.hidingGroups`. */
  hidingGroups(): ReadonlySet<string> {
    return this.graph.hidingGroups();
  }

  /** Of all users of a bucket and of these ids besides, in the order of the ids. */
  async ofBucket(bucket: number, besides: Iterable<string>): Promise<PersonFacts[]> {
    const users = new Map<string, MirrorUser>();
    for await (const rows of this.ports.mirror.scanUsers(this.scope, bucket))
      for (const row of rows) users.set(row.id, row);
    const ids = [...new Set([...users.keys(), ...besides])].sort();
    return await this.graph.factsOf(ids, users);
  }
}

function withoutGroups(
  mirror: DerivationPorts['mirror'],
): Parameters<typeof WholeGraph.read>[0]['ports']['mirror'] {
  return {
    readUsers: (scope, ids) => mirror.readUsers(scope, ids),
    scanGroups: nothing,
    scanEdges: nothing,
  };
}

async function* nothing(): AsyncGenerator<never> {
  yield* [];
}
