import type { Host, Person } from '../../core/people/person.js';
import type { TenantScope } from '../../ports/scope.js';
import { documentColumns } from './document-columns.js';
import type { RowAddress } from './gateway.js';
import { objectPartition, rowOf } from './keys.js';

/** How people lie in columns. */
export const personColumns = documentColumns<Person>({
  id: 'plain',
  tenantId: 'plain',
  setupId: 'plain',
  organizationId: 'plain',
  customerType: 'plain',
  kind: 'plain',
  directoryId: 'plain',
  recordId: 'plain',
  matchedBy: 'plain',
  recordError: 'plain',
  status: 'plain',
  statusReason: 'plain',
  statusSince: 'plain',
  deleteAfter: 'plain',
  removalHeld: 'plain',
  accountEnabled: 'plain',
  displayName: 'plain',
  givenName: 'plain',
  surname: 'plain',
  mail: 'plain',
  mailSource: 'plain',
  userPrincipalName: 'plain',
  initials: 'plain',
  attributes: 'json',
  manager: 'json',
  roles: 'json',
  memberships: 'json',
  hostsOf: 'json',
  organizationalUnits: 'json',
  segments: 'json',
  version: 'plain',
  createdAt: 'plain',
  changedAt: 'plain',
  asOf: 'plain',
});

/** How hosts lie in columns. */
export const hostColumns = documentColumns<Host>({
  id: 'plain',
  tenantId: 'plain',
  setupId: 'plain',
  receptionId: 'plain',
  directoryId: 'plain',
  personId: 'plain',
  displayName: 'plain',
  mail: 'plain',
});

export function personAddress(scope: TenantScope, setupId: string, directoryId: string): RowAddress {
  return { partition: objectPartition(scope, directoryId), row: rowOf(setupId, directoryId) };
}

export function hostAddress(
  scope: TenantScope,
  host: Pick<Host, 'setupId' | 'directoryId' | 'receptionId'>,
): RowAddress {
  const { setupId, directoryId, receptionId } = host;
  return { partition: objectPartition(scope, directoryId), row: rowOf(setupId, directoryId, receptionId) };
}
