import { NO_GRANTS, type Host, type Person } from '../../shared/core/people/person.js';

/** An active person of the setup `everybody` without grants, where nothing else is said. */
export function aPerson(over: Partial<Person> = {}): Person {
  const at = '2026-05-01T00:00:00.000Z';
  const directoryId = over.directoryId ?? 'ada';
  const setupId = over.setupId ?? 'everybody';
  return {
    id: `${setupId}.${directoryId}`,
    tenantId: '11111111-1111-4111-8111-111111111111',
    setupId,
    organizationId: 'org-1',
    customerType: null,
    directoryId,
    recordId: null,
    matchedBy: null,
    recordError: null,
    status: 'active',
    statusReason: 'inScope',
    statusSince: at,
    deleteAfter: null,
    removalHeld: false,
    kind: 'user',
    accountEnabled: true,
    displayName: 'Ada Lovelace',
    givenName: 'Ada',
    surname: 'Lovelace',
    mail: 'ada@contoso.com',
    mailSource: 'mail',
    userPrincipalName: 'ada.l@contoso.com',
    initials: null,
    attributes: {},
    manager: null,
    ...NO_GRANTS,
    version: 1,
    createdAt: at,
    changedAt: at,
    asOf: at,
    ...over,
  };
}

export function aHost(over: Partial<Host> = {}): Host {
  const { setupId = 'everybody', receptionId = 'lobby', directoryId = 'ada' } = over;
  return {
    id: `${setupId}.${receptionId}.${directoryId}`,
    tenantId: '11111111-1111-4111-8111-111111111111',
    setupId,
    receptionId,
    directoryId,
    personId: null,
    displayName: 'Ada Lovelace',
    mail: 'ada@contoso.com',
    ...over,
  };
}
