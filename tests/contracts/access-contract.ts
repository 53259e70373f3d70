import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TableStores } from '../../shared/adapters/tables/table-stores.js';
import type { AccessGrant } from '../../shared/core/access.js';
import { RowConflict } from '../../shared/core/failures.js';
import type { Organization } from '../../shared/core/organization.js';
import type { RepeatableRequest } from '../../shared/ports/repeatable-requests.js';
import { listed } from './table-stores-fixture.js';

/** What the stores of access, of organizations and of repeatable requests must do. */
export function describeAccess(
  storesOf: () => Pick<TableStores, 'accessGrants' | 'organizations' | 'repeatableRequests'>,
): void {
  let stores: ReturnType<typeof storesOf>;
  let tenantId: string;
  beforeEach(() => {
    stores = storesOf();
    tenantId = randomUUID();
  });

  describe('access', () => {
    const grantOf = (values: Partial<AccessGrant> = {}): AccessGrant => ({
      tenantId,
      principalId: randomUUID(),
      roles: ['Reader', 'Product'],
      grantedAt: '2026-05-01T00:00:00.000Z',
      grantedBy: 'somebody',
      ...values,
    });

    it('comes back as it was given, and is changed only over what was read', async () => {
      const { accessGrants } = stores;
      const grant = grantOf();
      expect(await accessGrants.get(tenantId, grant.principalId)).toBeNull();
      const given = await accessGrants.save(grant, null);
      expect(await accessGrants.get(tenantId, grant.principalId)).toEqual(given);
      await expect(accessGrants.save(grant, null)).rejects.toBeInstanceOf(RowConflict);
      const changed = await accessGrants.save({ ...grant, roles: ['Admin'] }, given.tag);
      await expect(accessGrants.save(grant, given.tag)).rejects.toBeInstanceOf(RowConflict);
      await expect(accessGrants.remove(grant, given.tag)).rejects.toBeInstanceOf(RowConflict);
      await accessGrants.remove(grant, changed.tag);
      expect(await accessGrants.get(tenantId, grant.principalId)).toBeNull();
      await accessGrants.remove(grant, changed.tag);
    });

    it('is listed for its tenant alone, whatever the page size', async () => {
      const ours = [grantOf(), grantOf(), grantOf()];
      for (const grant of [...ours, grantOf({ tenantId: randomUUID() })])
        await stores.accessGrants.save(grant, null);
      for (const limit of [1, 100]) {
        const found = await listed((request) => stores.accessGrants.list(tenantId, request), limit);
        expect(found).toEqual(ours.sort((a, b) => (a.principalId < b.principalId ? -1 : 1)));
      }
    });

    it('is found for a principal over all tenants', async () => {
      const principalId = randomUUID();
      const elsewhere = randomUUID();
      await stores.accessGrants.save(grantOf({ principalId }), null);
      await stores.accessGrants.save(grantOf({ principalId, tenantId: elsewhere, roles: ['Admin'] }), null);
      await stores.accessGrants.save(grantOf(), null);
      expect(await stores.accessGrants.ofPrincipal(principalId)).toEqual(
        new Map([
          [tenantId, ['Reader', 'Product']],
          [elsewhere, ['Admin']],
        ]),
      );
    });
  });

  describe('organizations', () => {
    const organizationOf = (values: Partial<Organization> = {}): Organization => ({
      id: randomUUID(),
      designation: 'Ærø Kommune',
      externalId: 'K 17',
      region: null,
      ...values,
    });

    it('come back as they were saved, and are changed only over what was read', async () => {
      const { organizations } = stores;
      const organization = organizationOf();
      expect(await organizations.get(organization.id)).toBeNull();
      const saved = await organizations.save(organization, null);
      expect(await organizations.get(organization.id)).toEqual(saved);
      await expect(organizations.save(organization, null)).rejects.toBeInstanceOf(RowConflict);
      const changed = await organizations.save(
        organizationOf({ id: organization.id, externalId: null }),
        saved.tag,
      );
      expect((await organizations.get(organization.id))?.value.externalId).toBeNull();
      await expect(organizations.remove(organization.id, saved.tag)).rejects.toBeInstanceOf(RowConflict);
      await organizations.remove(organization.id, changed.tag);
      expect(await organizations.get(organization.id)).toBeNull();
    });

    it('are listed once each, whatever the page size', async () => {
      const ours = [organizationOf(), organizationOf({ region: 'westeurope' }), organizationOf()];
      for (const organization of ours) await stores.organizations.save(organization, null);
      for (const limit of [1, 100]) {
        const found = await listed((request) => stores.organizations.list(request), limit);
        const ids = found.map(({ value }) => value.id).filter((id) => ours.some((each) => each.id === id));
        expect(ids).toEqual(ours.map(({ id }) => id).sort());
      }
    });
  });

  describe('repeatable requests', () => {
    const requestOf = (values: Partial<RepeatableRequest> = {}): RepeatableRequest => ({
      tenantId,
      name: randomUUID(),
      content: 'digest',
      claimedAt: '2026-05-01T00:00:00.000Z',
      expiresAt: '2026-05-02T00:00:00.000Z',
      answer: null,
      ...values,
    });

    it.each([
      ['of a tenant', true],
      ['of none', false],
    ])('%s are claimed once and settled over the claim', async (_, ofTenant) => {
      const { repeatableRequests } = stores;
      const request = requestOf(ofTenant ? {} : { tenantId: null });
      const claim = await repeatableRequests.save(request, null);
      await expect(repeatableRequests.save(request, null)).rejects.toBeInstanceOf(RowConflict);
      const answer = 'A'.repeat(400_000);
      const settled = await repeatableRequests.save({ ...request, answer }, claim.tag);
      expect(await repeatableRequests.get(request.tenantId, request.name)).toEqual(settled);
      await repeatableRequests.forget(claim);
      expect(await repeatableRequests.get(request.tenantId, request.name)).toEqual(settled);
      await repeatableRequests.forget(settled);
      await repeatableRequests.forget(settled);
      expect(await repeatableRequests.get(request.tenantId, request.name)).toBeNull();
    });

    it('are forgotten once they have expired', async () => {
      const { repeatableRequests } = stores;
      const [old, young] = [
        requestOf({ tenantId: null }),
        requestOf({ expiresAt: '2026-05-02T00:00:01.000Z' }),
      ];
      for (const request of [old, young]) await repeatableRequests.save(request, null);
      expect(await repeatableRequests.forgetExpired('2026-05-02T00:00:00.500Z')).toBeGreaterThanOrEqual(1);
      expect(await repeatableRequests.get(null, old.name)).toBeNull();
      expect(await repeatableRequests.get(tenantId, young.name)).not.toBeNull();
    });
  });
}
