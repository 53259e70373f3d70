import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AdminLink, AdminSession } from '../../shared/core/admin-link.js';
import { RowConflict } from '../../shared/core/failures.js';
import type { AdminLinks } from '../../shared/ports/admin-links.js';
import { listed } from './table-stores-fixture.js';

/** What the store of links and sessions must do. */
export function describeAdminLinks(storesOf: () => { readonly adminLinks: AdminLinks }): void {
  describe('links for administrators', () => {
    let links: AdminLinks;
    let tenantId: string;
    beforeEach(() => {
      links = storesOf().adminLinks;
      tenantId = randomUUID();
    });

    const linkOf = (id: string, over: Partial<AdminLink> = {}): AdminLink => ({
      tenantId,
      id,
      purposes: ['connect', 'credential'],
      createdBy: 'Ærø <operator>',
      createdAt: '2026-05-01T00:00:00.000Z',
      expiresAt: '2026-05-04T00:00:00.000Z',
      consumedAt: null,
      failedTries: 0,
      ...over,
    });
    const sessionOf = (id: string, linkId: string, over: Partial<AdminSession> = {}): AdminSession => ({
      tenantId,
      id,
      linkId,
      startedAt: '2026-05-02T00:00:00.000Z',
      endsAt: '2026-05-02T01:00:00.000Z',
      ...over,
    });

    it('come back as they were made, in their tenant only', async () => {
      await links.create(linkOf('a'));
      expect(await links.get(tenantId, 'a')).toMatchObject({ value: linkOf('a') });
      expect(await links.get(randomUUID(), 'a')).toBeNull();
      await expect(links.create(linkOf('a'))).rejects.toBeInstanceOf(RowConflict);
    });

    it('are saved only over what was read, and never brought back', async () => {
      await links.create(linkOf('a'));
      const { tag } = (await links.get(tenantId, 'a'))!;
      await links.save(linkOf('a', { failedTries: 1 }), tag);
      await expect(links.save(linkOf('a', { failedTries: 2 }), tag)).rejects.toBeInstanceOf(RowConflict);
      const changed = (await links.get(tenantId, 'a'))!;
      expect(changed.value.failedTries).toBe(1);
      expect([await links.remove(tenantId, 'a'), await links.remove(tenantId, 'a')]).toEqual([true, false]);
      await expect(links.save(linkOf('a'), changed.tag)).rejects.toBeInstanceOf(RowConflict);
    });

    it('are listed page by page without the sessions beside them', async () => {
      for (const id of ['c', 'a', 'b']) await links.create(linkOf(id));
      const { tag } = (await links.get(tenantId, 'b'))!;
      await links.startSession(linkOf('b', { consumedAt: 't' }), tag, sessionOf('s', 'b'));
      for (const limit of [1, 2, 100]) {
        const found = await listed((request) => links.list(tenantId, request), limit);
        expect(found.map(({ id, consumedAt }) => [id, consumedAt])).toEqual([
          ['a', null],
          ['b', 't'],
          ['c', null],
        ]);
      }
    });

    it('begin one session, of however many try at once', async () => {
      await links.create(linkOf('a'));
      const { tag } = (await links.get(tenantId, 'a'))!;
      const used = linkOf('a', { consumedAt: 't' });
      const outcomes = await Promise.allSettled(
        ['s1', 's2', 's3'].map((id) => links.startSession(used, tag, sessionOf(id, 'a'))),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RowConflict);
      const sessions = await Promise.all(['s1', 's2', 's3'].map((id) => links.session(tenantId, id)));
      expect(sessions.filter((session) => session !== null)).toHaveLength(1);
      expect((await links.get(tenantId, 'a'))?.value).toEqual(used);
    });

    it('keep a session until it is ended', async () => {
      await links.create(linkOf('a'));
      const { tag } = (await links.get(tenantId, 'a'))!;
      await links.startSession(linkOf('a', { consumedAt: 't' }), tag, sessionOf('s', 'a'));
      expect(await links.session(tenantId, 's')).toEqual(sessionOf('s', 'a'));
      expect(await links.session(randomUUID(), 's')).toBeNull();
      await links.endSession(tenantId, 's');
      await links.endSession(tenantId, 's');
      expect(await links.session(tenantId, 's')).toBeNull();
    });

    it('go when they ended long ago, and their sessions with them', async () => {
      await links.create(linkOf('old', { expiresAt: '2026-01-01T00:00:00.000Z' }));
      await links.create(linkOf('used'));
      await links.create(linkOf('new', { expiresAt: '2026-06-01T00:00:00.000Z' }));
      const { tag } = (await links.get(tenantId, 'used'))!;
      const session = sessionOf('s', 'used', { endsAt: '2026-05-03T00:00:00.000Z' });
      await links.startSession(linkOf('used', { consumedAt: 't' }), tag, session);
      await links.removeEndedBefore(tenantId, '2026-05-03T12:00:00.000Z');
      const left = await listed((request) => links.list(tenantId, request), 100);
      expect(left.map(({ id }) => id)).toEqual(['new', 'used']);
      expect(await links.session(tenantId, 's')).toBeNull();
    });
  });
}
