import type { ChangeCause, PersonChange } from '../../shared/core/people/person-change.js';
import { NO_GRANTS, personIdOf, type Host, type Person } from '../../shared/core/people/person.js';

const TENANT = '11111111-1111-4111-8111-111111111111';

/** An active person in scope who has nothing but a name. */
export function aPerson(values: Partial<Person> = {}): Person {
  const { setupId = 'setup-1', directoryId = 'ada' } = values;
  const at = '2026-03-01T00:00:00.000Z';
  return {
    id: personIdOf(setupId, directoryId),
    tenantId: TENANT,
    setupId,
    directoryId,
    organizationId: 'org-1',
    customerType: null,
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
    displayName: 'Åse Zoë',
    givenName: null,
    surname: null,
    mail: null,
    mailSource: null,
    userPrincipalName: null,
    initials: null,
    attributes: {},
    manager: null,
    ...NO_GRANTS,
    version: 1,
    createdAt: at,
    changedAt: at,
    asOf: at,
    ...values,
  };
}

export function aHost(values: Partial<Host> = {}): Host {
  const { setupId = 'setup-1', receptionId = 'lobby', directoryId = 'ada' } = values;
  return {
    id: `${setupId}.${receptionId}.${directoryId}`,
    tenantId: TENANT,
    setupId,
    receptionId,
    directoryId,
    personId: null,
    displayName: null,
    mail: null,
    ...values,
  };
}

/** Whatever of the first level differs. */
export function aChange(before: Person | null, after: Person): PersonChange {
  const names = Object.keys(after) as (keyof Person)[];
  const differs = (name: keyof Person): boolean =>
    JSON.stringify(before?.[name]) !== JSON.stringify(after[name]);
  return { before, after, changed: names.filter(differs) };
}

export function aCause(at = '2026-03-01T00:00:00.000Z'): ChangeCause {
  return { runId: 'run-1', reason: 'The user changed in the directory.', at };
}
