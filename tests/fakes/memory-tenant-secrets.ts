import type { TenantSecrets } from '../../shared/ports/tenant-secrets.js';

/** Which secrets a vault holds and whose they are; no values. */
export class MemoryTenantSecrets implements TenantSecrets {
  /** Tenant id by name. */
  readonly live = new Map<string, string>();
  /** When each is purged, by name. */
  readonly deleted = new Map<string, string>();

  async namesOf(tenantId: string): Promise<readonly string[]> {
    return [...this.live].flatMap(([name, owner]) => (owner === tenantId ? [name] : []));
  }

  async remove(name: string): Promise<{ readonly scheduledPurgeDate: string | null } | null> {
    if (this.live.delete(name)) this.deleted.set(name, '2030-01-01T00:00:00.000Z');
    const scheduledPurgeDate = this.deleted.get(name);
    return scheduledPurgeDate === undefined ? null : { scheduledPurgeDate };
  }
}
