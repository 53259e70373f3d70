import type { RecordClaim } from '../../core/matching/record-claim.js';
import type { Fence } from '../../ports/scope.js';
import { ClaimChanges, type KeepAlive } from './claim-changes.js';
import { SetupClaims, type ClaimPorts } from './setup-claims.js';

/**
 * Ends what a setup has of the records of an organization, or what every setup of its tenant has; whoever waits for
 * one of them is told. Repeatable.
 * @param setupId null for every setup of the tenant
 */
export async function leaveClaims(
  ports: ClaimPorts,
  fence: Fence,
  organizationId: string,
  setupId: string | null,
  keepAlive: KeepAlive,
): Promise<void> {
  const { tenantId } = fence;
  for await (const page of ports.recordClaims.naming(organizationId, tenantId, setupId)) {
    await keepAlive();
    const known = new Map(page.map((stored) => [stored.claim.recordId, stored]));
    const named = page.flatMap(({ claim }) => setupsNamed(claim, tenantId));
    const leaving = new Set(named.filter((id) => setupId === null || id === setupId));
    for (const id of leaving) {
      const claims = new SetupClaims(ports, fence, organizationId, { tenantId, setupId: id }, keepAlive);
      const concerned = page.filter(({ claim }) => setupsNamed(claim, tenantId).includes(id));
      await claims.settle(new Map(concerned.map(({ claim }) => [claim.recordId, 'none'])), known);
    }
    // What a stop left to be told: the setup may have left those claims before.
    const others = page.filter(({ claim }) => !setupsNamed(claim, tenantId).some((id) => leaving.has(id)));
    const changes = new ClaimChanges(ports, fence, organizationId, keepAlive);
    await changes.tell(others.map(({ claim }) => claim));
  }
}

function setupsNamed({ holder, waiting, former, untold }: RecordClaim, tenantId: string): string[] {
  const refs = [...(holder === null ? [] : [holder]), ...waiting, ...former, ...untold];
  return refs.filter((one) => one.tenantId === tenantId).map((one) => one.setupId);
}
