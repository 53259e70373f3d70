/** An identity that the sample stack can sign in as. */
export interface LocalPrincipal {
  readonly name: string;
  /** Entra object id of the person, fixed so that grants can name it. */
  readonly objectId: string;
  readonly displayName: string;
  readonly roles: readonly string[];
}

/** The directory that all sample identities belong to (the operator's own, none of the synced tenants). */
export const localOperatorTenantId = '0b9e6a3c-5d1f-4c57-9a0e-7f4d2c8b1e60';

/**
 * The sample identities, chosen by the header `x-local-principal`. The customer has no app role: what it may do comes
 * from the access that is granted to its object id for single tenants.
 */
export const localPrincipals = {
  operator: {
    name: 'operator',
    objectId: '5a0c1d2e-0001-4f6b-8a9c-d0e1f2a3b401',
    displayName: 'operator@rollcall.local',
    roles: ['Rollcall.Admin'],
  },
  reader: {
    name: 'reader',
    objectId: '5a0c1d2e-0002-4f6b-8a9c-d0e1f2a3b402',
    displayName: 'reader@rollcall.local',
    roles: ['Rollcall.Reader'],
  },
  runner: {
    name: 'runner',
    objectId: '5a0c1d2e-0003-4f6b-8a9c-d0e1f2a3b403',
    displayName: 'runner@rollcall.local',
    roles: ['Rollcall.Operator'],
  },
  product: {
    name: 'product',
    objectId: '5a0c1d2e-0004-4f6b-8a9c-d0e1f2a3b404',
    displayName: 'product@rollcall.local',
    roles: ['Rollcall.Product'],
  },
  customer: {
    name: 'customer',
    objectId: '5a0c1d2e-0005-4f6b-8a9c-d0e1f2a3b405',
    displayName: 'customer@rollcall.local',
    roles: [],
  },
} as const satisfies Record<string, LocalPrincipal>;

export function findLocalPrincipal(name: string): LocalPrincipal | undefined {
  return Object.values<LocalPrincipal>(localPrincipals).find((principal) => principal.name === name);
}
