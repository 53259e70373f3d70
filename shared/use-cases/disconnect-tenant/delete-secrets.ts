import { withRemoved, withSecretDeleted } from '../../core/disconnection.js';
import type { Removal } from './removal.js';

/**
 * Puts the tenant's secrets into the vault's deleted ones: those that its row names and whatever else is tagged as
 * its own, as a stop in the midst of a change may have left it. Then the row that tells when they end.
 */
export async function deleteSecrets(removal: Removal): Promise<void> {
  const { tenant, ports, tenantId } = removal;
  const named = tenant?.credential ?? null;
  const names = named === null ? [] : [named, ...named.retiring].map(({ secretName }) => secretName);
  for (const name of new Set([...names, ...(await ports.tenantSecrets.namesOf(tenantId))])) {
    await removal.holdOn();
    const deleted = await ports.tenantSecrets.remove(name);
    if (deleted === null) continue;
    removal.progressed = true;
    await removal.note((operation) => withSecretDeleted(operation, deleted.scheduledPurgeDate));
  }
  await removal.note((operation) =>
    operation.secret.state === 'pending'
      ? { ...operation, secret: { state: 'none', scheduledPurgeDate: null } }
      : operation,
  );
  await removal.holdOn();
  const noted = await ports.secretExpiries.remove(tenantId);
  await removal.note((operation) => withRemoved(operation, 'SecretExpiry', noted ? 1 : 0));
}
