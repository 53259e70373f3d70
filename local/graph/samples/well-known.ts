/** The sample tenants that the local stack connects: fixed ids, app and secret, known to nobody else. */
export interface SampleTenant {
  readonly tenantId: string;
  readonly displayName: string;
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default size. */
  readonly users: number;
  readonly groups: number;
  readonly seed: number;
}

/** Permissions consented in the sample tenants. */
export const sampleRoles: readonly string[] = [
  'User.Read.All',
  'GroupMember.Read.All',
  'Group.Read.All',
  'Organization.Read.All',
];

export const sampleTenants: readonly [SampleTenant, SampleTenant] = [
  {
    tenantId: 'a1b0c5d2-0001-4e6f-8a11-5a3b1e000001',
    displayName: 'Alpenglow Cooperative',
    domain: 'alpenglow.example',
    clientId: 'c0ffee00-0001-4a5b-9c11-7d0000000001',
    clientSecret: 'sample~secret~of~alpenglow',
    users: 250,
    groups: 40,
    seed: 101,
  },
  {
    tenantId: 'b2c1d6e3-0002-4f70-9b22-6b4c2f000002',
    displayName: 'Harbour & Sons',
    domain: 'harbour.example',
    clientId: 'c0ffee00-0002-4a5b-9c22-7d0000000002',
    clientSecret: 'sample~secret~of~harbour',
    users: 1300,
    groups: 60,
    seed: 202,
  },
];

/** A directory that the local stack does not connect: whoever reads docs/api.md does, by its first example. */
export const newcomer: SampleTenant = {
  tenantId: 'c3d2e7f4-0003-4081-8c33-7c5d30000003',
  displayName: 'Contoso',
  domain: 'contoso.example',
  clientId: '6d1f5a3e-2b7c-4c0e-9f51-0a8f3e1d7b42',
  clientSecret: 'sample~secret~of~contoso',
  users: 25,
  groups: 5,
  seed: 303,
};
