import { describe, expect, it } from 'vitest';
import { CATALOG_KINDS } from '../../../../shared/core/catalog/catalog.js';
import { usesOf } from '../../../../shared/core/catalog/uses-of.js';
import type { Setup, SetupDocument } from '../../../../shared/core/setup/setup.js';
import { grant, setupDocument } from '../setup/setup-document.js';

function setup(setupId: string, parts: Partial<SetupDocument>): Setup {
  const at = '2026-11-23T00:00:00.000Z';
  const document = setupDocument(parts);
  return { tenantId: 't', setupId, document, state: 'saved', version: 1, createdAt: at, changedAt: at };
}

describe('where an entry of the catalog is used', () => {
  const setups = [
    setup('a', {
      customerType: 'x',
      grants: [
        grant({ roles: ['y', 'x'], memberships: [{ kind: 'costCenter', id: 'x' }] }),
        grant({ hostsOf: ['x'], organizationalUnits: ['x'] }),
      ],
    }),
    setup('b', { grants: [grant({ memberships: [{ kind: 'reception', id: 'x' }] })] }),
  ];

  it.each([
    ['role', ['a grants[0].roles[1]']],
    ['costCenter', ['a grants[0].memberships[0]']],
    ['deliveryProvider', []],
    ['reception', ['a grants[1].hostsOf[0]', 'b grants[0].memberships[0]']],
    ['organizationalUnit', ['a grants[1].organizationalUnits[0]']],
    ['customerType', ['a customerType']],
  ] as const)('as a %s: %j', (kind, places) => {
    expect(CATALOG_KINDS).toContain(kind);
    expect(usesOf({ kind, id: 'x' }, setups).map(({ setupId, path }) => `${setupId} ${path}`)).toEqual(
      places,
    );
  });
});
