import { describe, expect, it } from 'vitest';
import type { SetupDocument } from '../../../../shared/core/setup/setup.js';
import { requirementsOf, unionOf } from '../../../../shared/core/setup/requirements.js';
import { grant, setupDocument } from './setup-document.js';

const PROFILE = [
  'accountEnabled',
  'displayName',
  'givenName',
  'mail',
  'surname',
  'userPrincipalName',
  'userType',
];
const { scope, attributes } = setupDocument();

describe('what a setup needs to have read', () => {
  it('is what every person has, where nothing is mapped', () => {
    expect(requirementsOf(setupDocument())).toEqual({
      userAttributes: PROFILE,
      groups: [],
      allGroups: false,
      appRoles: [],
      directoryRoles: [],
      manager: false,
      managerDecides: false,
    });
  });

  it('follows from fields, initials, connection and every condition', () => {
    const needed = requirementsOf(
      setupDocument({
        scope: { ...scope, filter: 'city = "Aarhus" and unit = "x"' },
        attributes: {
          ...attributes,
          fields: [
            {
              from: 'employeeOrgData.division',
              to: 'unit',
              policy: 'authoritative',
              visible: true,
              usableInRules: true,
            },
          ],
          initialsFrom: 'onPremisesSamAccountName',
          connection: {
            attribute: 'onPremisesExtensionAttributes.extensionAttribute2',
            equals: 'x',
            mode: 'require',
          },
        },
        grants: [grant({ source: { kind: 'rule', where: 'usageLocation = "DK" or manager.id is empty' } })],
        segments: {
          fromGroups: 'all',
          groupIds: [],
          rules: [{ id: 'a', name: 'A', where: 'faxNumber is empty' }],
        },
      }),
    );
    expect(needed.userAttributes).toEqual(
      [
        ...PROFILE,
        'city',
        'employeeOrgData',
        'faxNumber',
        'onPremisesExtensionAttributes',
        'onPremisesSamAccountName',
        'usageLocation',
      ].sort(),
    );
    expect(needed).toMatchObject({ manager: true, allGroups: true });
  });

  it('has the addresses of users only if records are matched by them', () => {
    const selected = (match: SetupDocument['match']) =>
      requirementsOf(setupDocument({ match })).userAttributes;
    expect(selected(['entraId', 'mail'])).toEqual(PROFILE);
    expect(selected(['mail', 'alias'])).toEqual([...PROFILE, 'proxyAddresses'].sort());
  });

  it('names every group once, and every role', () => {
    const needed = requirementsOf(
      setupDocument({
        scope: { ...scope, kind: 'groups', groupIds: ['d', 'a'], excludeGroupIds: ['b'] },
        grants: [
          grant({ source: { kind: 'group', groupId: 'c' } }),
          grant({ source: { kind: 'appRole', appRole: 'sp/role' } }),
          grant({ source: { kind: 'directoryRole', directoryRole: 'admins' } }),
        ],
        segments: { fromGroups: 'listed', groupIds: ['a', 'e'], rules: [] },
      }),
    );
    expect(needed).toMatchObject({
      groups: ['a', 'b', 'c', 'd', 'e'],
      appRoles: ['sp/role'],
      directoryRoles: ['admins'],
    });
  });

  it('passes over what validation refuses', () => {
    const faulty = setupDocument({ scope: { ...scope, filter: 'city =' } });
    expect(requirementsOf(faulty).userAttributes).toEqual(PROFILE);
  });

  it('is put together over the setups of a tenant', () => {
    const one = requirementsOf(setupDocument({ scope: { ...scope, kind: 'rootGroup', groupIds: ['b'] } }));
    const other = requirementsOf(
      setupDocument({
        scope: { ...scope, kind: 'groups', groupIds: ['a', 'b'] },
        attributes: { ...attributes, preset: 'workforce' },
      }),
    );
    const union = unionOf([one, other]);
    expect(union).toMatchObject({ groups: ['a', 'b'], manager: true, allGroups: false });
    expect(union.userAttributes).toEqual([...new Set([...PROFILE, ...other.userAttributes])].sort());
    expect(unionOf([])).toMatchObject({ userAttributes: [], groups: [], manager: false });
  });
});
