import type { Setup } from '../../core/setup/setup.js';
import type { MatchingJob } from '../../ports/record-matching.js';
import type { TenantScope } from '../../ports/scope.js';
import { tieValue } from './index-entries.js';
import type { RecordMatchingPorts } from './ports.js';

/** The other setups of the tenant for the same organization, whose records are records of the same product. */
export class OtherSetups {
  private constructor(
    private readonly ports: RecordMatchingPorts,
    private readonly scope: TenantScope,
    private readonly setupIds: readonly string[],
  ) {}

  static async of(
    ports: RecordMatchingPorts,
    scope: TenantScope,
    { setupId, document }: Setup,
  ): Promise<OtherSetups> {
    const others: string[] = [];
    for (const other of await ports.setups.all(scope.tenantId)) {
      if (other.setupId === setupId || other.document.organizationId !== document.organizationId) continue;
      const { isActive } = await ports.matchingStates.get(scope.tenantId, other.setupId);
      if (isActive) others.push(other.setupId);
    }
    return new OtherSetups(ports, scope, others);
  }

  /** Every record that one of them has tied. */
  async everyTaken(): Promise<ReadonlySet<string>> {
    const taken = new Set<string>();
    for (const setupId of this.setupIds)
      for await (const rows of this.ports.matches.scan(this.scope, setupId))
        for (const { tie } of rows) if (tie !== null) taken.add(tie.recordId);
    return taken;
  }

  /** Of these records, those that one of them has tied. */
  async taken(recordIds: readonly string[]): Promise<ReadonlySet<string>> {
    const taken = new Set<string>();
    for (const setupId of recordIds.length === 0 ? [] : this.setupIds) {
      const { tenantId } = this.scope;
      const { directoryIds } = await this.ports.matchIndex.find(tenantId, setupId, recordIds.map(tieValue));
      const rows = await this.ports.matches.read(this.scope, setupId, [...directoryIds]);
      for (const { tie } of rows.values()) if (tie !== null) taken.add(tie.recordId);
    }
    return new Set(recordIds.filter((id) => taken.has(id)));
  }

  /** Has those matched anew that wait for one of these records; to be called before the ties to them are written away. */
  async markWaiting(freed: ReadonlySet<string>, job: MatchingJob): Promise<void> {
    for (const setupId of freed.size === 0 ? [] : this.setupIds)
      if (await this.waits(setupId, freed)) await job.markOther(setupId);
  }

  private async waits(setupId: string, freed: ReadonlySet<string>): Promise<boolean> {
    for await (const conflicts of this.ports.matchConflicts.all(this.scope.tenantId, setupId))
      for (const { reasons, recordIds } of conflicts)
        if (reasons.includes('takenByOtherSetup') && recordIds.some((id) => freed.has(id))) return true;
    return false;
  }
}
