import type { Setup, SetupDocument } from '../../core/setup/setup.js';
import type { Stored } from '../../ports/registry.js';
import { makeCopy, type MakeCopyOutcome } from './make-copy.js';
import type { SetupPorts } from './ports.js';

export interface CopyWish {
  /** Id of the copy. */
  readonly setupId: string;
  /** Parts that take the place of the original's: the organization, the designation, the scope … */
  readonly changes: Partial<SetupDocument>;
}

export type CopySetupOutcome = MakeCopyOutcome | { readonly kind: 'notFound' };

/** Copies a setup within its tenant, for another organization perhaps; the copy is saved and not started. */
export async function copySetup(
  ports: SetupPorts,
  { tenantId, setupId }: { readonly tenantId: string; readonly setupId: string },
  wish: CopyWish,
): Promise<CopySetupOutcome> {
  const tenant = await ports.tenants.get(tenantId);
  if (tenant === null) return { kind: 'tenantNotFound' };
  const original: Stored<Setup> | null = await ports.setups.get(tenantId, setupId);
  if (original === null) return { kind: 'notFound' };
  return await makeCopy(ports, tenant.value, wish.setupId, { ...original.value.document, ...wish.changes });
}
