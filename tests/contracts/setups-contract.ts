import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TableStores } from '../../shared/adapters/tables/table-stores.js';
import type { CatalogEntry } from '../../shared/core/catalog/catalog.js';
import { RowConflict } from '../../shared/core/failures.js';
import { aSetup, aSetupDocument, aSetupTemplate } from '../builders/setup.js';
import { listed } from './table-stores-fixture.js';

/** What the stores of setups, of their templates and of catalogs must do. */
export function describeSetups(
  storesOf: () => Pick<TableStores, 'setups' | 'setupTemplates' | 'catalogEntries'>,
): void {
  let stores: ReturnType<typeof storesOf>;
  let tenantId: string;
  beforeEach(() => {
    stores = storesOf();
    tenantId = randomUUID();
  });

  describe('setups', () => {
    it('come back as they were saved, and are changed only over what was read', async () => {
      const { setups } = stores;
      const setup = aSetup({ tenantId, setupId: 'a-1' });
      expect(await setups.get(tenantId, 'a-1')).toBeNull();
      const inserted = await setups.insert(setup);
      expect(inserted.value).toEqual(setup);
      expect(await setups.get(tenantId, 'a-1')).toEqual(inserted);
      await expect(setups.insert(setup)).rejects.toBeInstanceOf(RowConflict);
      const started = await setups.replace(inserted, { ...setup, state: 'started', version: 2 });
      expect(await setups.get(tenantId, 'a-1')).toEqual(started);
      await expect(setups.replace(inserted, setup)).rejects.toBeInstanceOf(RowConflict);
      await expect(setups.remove(inserted)).rejects.toBeInstanceOf(RowConflict);
      await setups.remove(started);
      expect(await setups.get(tenantId, 'a-1')).toBeNull();
      await expect(setups.replace(started, setup)).rejects.toBeInstanceOf(RowConflict);
    });

    it('are listed in the order of their ids for their tenant alone, whatever the page size', async () => {
      const ids = ['b', 'a', 'a-2'];
      for (const setupId of ids) await stores.setups.insert(aSetup({ tenantId, setupId }));
      await stores.setups.insert(aSetup({ tenantId: randomUUID(), setupId: 'c' }));
      for (const limit of [1, 100]) {
        const found = await listed((request) => stores.setups.list(tenantId, request), limit);
        expect(found.map(({ value }) => value.setupId)).toEqual(['a', 'a-2', 'b']);
      }
      const all = await stores.setups.all(tenantId);
      expect(all.map(({ setupId }) => setupId)).toEqual(['a', 'a-2', 'b']);
    });

    it('are listed in shorter pages if they are large, and each page makes progress', async () => {
      const rules = Array.from({ length: 10_000 }, (_, n) => ({
        ...{ id: `s${n}`, name: 'x'.repeat(80), where: `city = "${n}"` },
      }));
      const document = aSetupDocument({ segments: { fromGroups: 'none', groupIds: [], rules } });
      const ids = Array.from({ length: 12 }, (_, at) => `large-${String(at).padStart(2, '0')}`);
      for (const setupId of ids) await stores.setups.insert({ ...aSetup({ tenantId, setupId }), document });
      const { rows, next } = await stores.setups.list(tenantId, { limit: 1_000, after: null });
      expect(JSON.stringify(rows).length).toBeLessThan(8 * 1024 * 1024);
      expect(next).not.toBeNull();
      const found = await listed((request) => stores.setups.list(tenantId, request), 1_000);
      expect(found.map(({ value }) => value.setupId)).toEqual(ids);
    });

    it('hold ten thousand groups, each in the scope, with a grant and as a segment', async () => {
      const groupIds: string[] = Array.from({ length: 10_000 }, () => randomUUID());
      const everybody = aSetupDocument();
      const document = aSetupDocument({
        designation: 'Größe 𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
        scope: { ...everybody.scope, kind: 'groups', groupIds },
        grants: groupIds.map((groupId, n) => ({
          source: { kind: 'group', groupId },
          roles: [`role-${n % 7}`],
          memberships: [{ kind: 'costCenter', id: `K-${n}` }],
          hostsOf: [],
          organizationalUnits: [],
        })),
        segments: { fromGroups: 'listed', groupIds, rules: [] },
      });
      const setup = aSetup({ tenantId, document });
      const inserted = await stores.setups.insert(setup);
      expect(await stores.setups.get(tenantId, setup.setupId)).toEqual(inserted);
    });
  });

  describe('setup templates', () => {
    it('come back as they were saved, are changed only over what was read, and are listed', async () => {
      const { setupTemplates } = stores;
      const template = aSetupTemplate({ templateId: randomUUID() });
      expect(await setupTemplates.get(template.templateId)).toBeNull();
      const saved = await setupTemplates.save(template, null);
      expect(await setupTemplates.get(template.templateId)).toEqual(saved);
      await expect(setupTemplates.save(template, null)).rejects.toBeInstanceOf(RowConflict);
      const changed = await setupTemplates.save({ ...template, changedAt: 'later' }, saved.tag);
      const all = await listed((request) => setupTemplates.list(request), 1);
      expect(all).toContainEqual(changed);
      await expect(setupTemplates.remove(template.templateId, saved.tag)).rejects.toBeInstanceOf(RowConflict);
      await setupTemplates.remove(template.templateId, changed.tag);
      expect(await setupTemplates.get(template.templateId)).toBeNull();
      await setupTemplates.remove(template.templateId, changed.tag);
    });
  });

  describe('catalog entries', () => {
    const organizationId = `Org ${randomUUID()}`;
    const entryOf = (values: Partial<CatalogEntry> = {}): CatalogEntry => ({
      organizationId,
      kind: 'costCenter',
      id: 'K-1',
      designation: 'Ærø',
      module: null,
      parentId: null,
      ...values,
    });

    it('come back as they were saved, and are changed only over what was read', async () => {
      const { catalogEntries } = stores;
      const role = entryOf({ kind: 'role', id: randomUUID(), module: 'Visitors' });
      expect(await catalogEntries.get(organizationId, 'role', role.id)).toBeNull();
      const inserted = await catalogEntries.insert(role);
      expect(await catalogEntries.get(organizationId, 'role', role.id)).toEqual(inserted);
      expect(await catalogEntries.get(organizationId, 'reception', role.id)).toBeNull();
      await expect(catalogEntries.insert(role)).rejects.toBeInstanceOf(RowConflict);
      const replaced = await catalogEntries.replace(inserted, { ...role, module: null });
      await expect(catalogEntries.replace(inserted, role)).rejects.toBeInstanceOf(RowConflict);
      await expect(catalogEntries.remove(inserted)).rejects.toBeInstanceOf(RowConflict);
      await catalogEntries.remove(replaced);
      expect(await catalogEntries.get(organizationId, 'role', role.id)).toBeNull();
    });

    it('are listed by kind and found as a whole, those of their organization alone', async () => {
      const { catalogEntries } = stores;
      const own = `Own ${randomUUID()}`;
      const ours = [
        entryOf({ organizationId: own, kind: 'role', id: 'a' }),
        entryOf({ organizationId: own, kind: 'costCenter', id: 'a' }),
        entryOf({ organizationId: own, kind: 'role', id: 'b' }),
      ];
      for (const entry of [...ours, entryOf({ id: 'elsewhere' })]) await catalogEntries.insert(entry);
      for (const limit of [1, 100]) {
        const roles = await listed((request) => catalogEntries.list(own, 'role', request), limit);
        expect(roles.map(({ value }) => value.id)).toEqual(['a', 'b']);
        const all = await listed((request) => catalogEntries.list(own, null, request), limit);
        expect(all.map(({ value }) => [value.kind, value.id])).toEqual([
          ['costCenter', 'a'],
          ['role', 'a'],
          ['role', 'b'],
        ]);
      }
      const catalog = await catalogEntries.whole(own);
      expect(catalog.find('costCenter', 'a')).toEqual(ours[1]);
      expect(catalog.find('costCenter', 'b')).toBeNull();
      expect(catalog.find('costCenter', 'elsewhere')).toBeNull();
    });
  });
}
