import type { SetupDocument } from '../../core/setup/setup.js';
import { judgeSetup, type Judgement } from './judge-setup.js';
import type { SetupPorts } from './ports.js';

export type JudgeDraftOutcome =
  ({ readonly kind: 'judged' } & Judgement) | { readonly kind: 'tenantNotFound' };

/** What saving a document would say of it; nothing is saved. */
export async function judgeDraft(
  ports: Pick<SetupPorts, 'tenants' | 'catalogEntries' | 'mirror' | 'syncStates'>,
  tenantId: string,
  document: SetupDocument,
): Promise<JudgeDraftOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  return { kind: 'judged', ...(await judgeSetup(ports, tenant.value, document)) };
}
