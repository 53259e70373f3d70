import {
  DEFAULT_REMOVAL_GUARD,
  type Setup,
  type SetupDocument,
  type SetupTemplate,
} from '../../shared/core/setup/setup.js';

/** A setup document of everybody in a directory, with nothing given to anybody. */
export function aSetupDocument(values: Partial<SetupDocument> = {}): SetupDocument {
  return {
    designation: 'Everybody',
    organizationId: 'org-1',
    customerType: null,
    resourceTypes: ['users'],
    scope: {
      kind: 'directory',
      groupIds: [],
      groupTypes: 'security',
      includeDisabled: false,
      includeGuests: false,
      filter: null,
      excludeGroupIds: [],
    },
    attributes: { preset: null, fields: [], mailFallback: null, initialsFrom: null, connection: null },
    match: ['entraId'],
    create: true,
    update: true,
    remove: { whenLeft: { mode: 'disable', afterDays: 0 }, whenDeleted: { mode: 'delete', afterDays: 30 } },
    grants: [],
    segments: { fromGroups: 'none', groupIds: [], rules: [] },
    removalGuard: DEFAULT_REMOVAL_GUARD,
    ...values,
  };
}

export function aSetup(values: Partial<Setup> = {}): Setup {
  return {
    tenantId: '11111111-1111-4111-8111-111111111111',
    setupId: 'everybody',
    document: aSetupDocument(),
    state: 'saved',
    version: 1,
    createdAt: '2026-05-01T00:00:00.000Z',
    changedAt: '2026-05-01T00:00:00.000Z',
    ...values,
  };
}

export function aSetupTemplate(values: Partial<SetupTemplate> = {}): SetupTemplate {
  const { organizationId: _, ...document } = aSetupDocument();
  return { templateId: 'standard', document, changedAt: '2026-05-01T00:00:00.000Z', ...values };
}
