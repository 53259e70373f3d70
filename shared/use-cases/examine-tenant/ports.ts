import type { ConsentApp } from '../../core/bundle.js';
import type { Clock } from '../../ports/clock.js';
import type { DirectoryExamination } from '../../ports/directory-examination.js';
import type { Log } from '../../ports/log.js';
import type { SecretExpiries, Subscriptions, Tenants } from '../../ports/registry.js';
import type { SetupProgresses } from '../../ports/setup-progress.js';
import type { SyncStates } from '../../ports/sync-state.js';
import type { TenantLookup } from '../../ports/tenant-lookup.js';
import type { Vault } from '../../ports/vault.js';

export interface ExamineTenantPorts {
  readonly tenants: Pick<Tenants, 'get' | 'save'>;
  readonly secretExpiries: Pick<SecretExpiries, 'get' | 'save'>;
  readonly log: Log;
  readonly subscriptions: Pick<Subscriptions, 'list'>;
  readonly setupProgresses: Pick<SetupProgresses, 'all'>;
  readonly syncStates: Pick<SyncStates, 'read'>;
  readonly tenantLookup: TenantLookup;
  readonly directoryExamination: DirectoryExamination;
  readonly vault: Pick<Vault, 'expiryOf'>;
  readonly clock: Pick<Clock, 'now' | 'wait'>;
  readonly consentApps: readonly ConsentApp[];
  /** Where Graph reaches us: the public address followed by /api/graph/notifications. */
  readonly notificationUrl: string;
}
