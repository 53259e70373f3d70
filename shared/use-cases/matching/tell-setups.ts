import type { SetupRef } from '../../core/matching/record-claim.js';
import type { RecordNews } from '../../ports/record-claims.js';
import type { Tenants } from '../../ports/registry.js';
import type { Setups } from '../../ports/setups.js';
import type { SetupWork } from '../../ports/setup-work.js';

export interface TellPorts {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly setups: Pick<Setups, 'get'>;
  readonly recordNews: Pick<RecordNews, 'tell'>;
  readonly setupWork: SetupWork;
}

/** Has a setup, of whichever tenant, look at records again. One that is no more is told nothing. */
export async function tellSetup(
  { tenants, setups, recordNews, setupWork }: TellPorts,
  setup: SetupRef,
  recordIds: readonly string[],
): Promise<void> {
  const { tenantId, setupId } = setup;
  const [tenant, stored] = await Promise.all([tenants.get(tenantId), setups.get(tenantId, setupId)]);
  if (tenant === null || tenant.value.state.kind === 'disconnecting') return;
  if (stored === null || stored.value.state === 'removing') return;
  await recordNews.tell(setup, recordIds);
  await setupWork.requested(tenantId, setupId);
}
