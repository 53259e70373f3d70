import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { newConsentRequest, sentOut, type ConsentRequest } from '../../shared/core/consent-request.js';
import { RowConflict } from '../../shared/core/failures.js';
import type { ConsentRequests } from '../../shared/ports/consent-requests.js';

/** What the store of links that ask for consent must do. */
export function describeConsentRequests(storesOf: () => { readonly consentRequests: ConsentRequests }): void {
  let requests: ConsentRequests;
  beforeEach(() => {
    requests = storesOf().consentRequests;
  });

  const at = Date.parse('2026-05-01T00:00:00Z');
  const requestOf = (tenantId: string | null, expiresAtMs = at): ConsentRequest =>
    newConsentRequest(
      {
        tenantId,
        requestId: randomUUID(),
        cloud: 'global',
        askedBy: 'Åse',
        bundles: ['directory', 'near-real-time'],
        customer: {
          displayName: 'Ærø',
          organizationIds: ['o'],
          owner: null,
          timeZone: 'UTC',
          nightlyAt: '01:00',
          groupMembers: 'all',
        },
        expiresAtMs,
      },
      at,
    );

  describe('requests for consent', () => {
    it.each([
      ['of a tenant', randomUUID()],
      ['of nobody known', null],
    ])('%s come back as they were saved, and only over what was read', async (_, tenantId) => {
      const request = requestOf(tenantId);
      expect(await requests.get(tenantId, request.requestId)).toBeNull();
      const created = await requests.create(request);
      expect(await requests.get(tenantId, request.requestId)).toEqual(created);
      await expect(requests.create(request)).rejects.toBeInstanceOf(RowConflict);
      const sent = sentOut(request, 'directory', { stateHash: 'ab', clientId: 'app' }, at);
      const saved = await requests.save(sent, created.tag);
      expect(await requests.get(tenantId, request.requestId)).toEqual({ value: sent, tag: saved.tag });
      await expect(requests.save(request, created.tag)).rejects.toBeInstanceOf(RowConflict);
      await requests.remove(tenantId, request.requestId);
      await requests.remove(tenantId, request.requestId);
      await expect(requests.save(request, saved.tag)).rejects.toBeInstanceOf(RowConflict);
    });

    it('are found in the partition of their own tenant alone', async () => {
      const request = requestOf(randomUUID());
      await requests.create(request);
      expect(await requests.get(randomUUID(), request.requestId)).toBeNull();
      expect(await requests.get(null, request.requestId)).toBeNull();
    });

    it('go once they expired long ago, the others stay', async () => {
      const tenantId = randomUUID();
      const [old, young] = [requestOf(tenantId, at - 1), requestOf(tenantId, at)];
      for (const each of [old, young]) await requests.create(each);
      await requests.removeExpiredBefore(tenantId, new Date(at).toISOString());
      expect(await requests.get(tenantId, old.requestId)).toBeNull();
      expect((await requests.get(tenantId, young.requestId))?.value).toEqual(young);
    });
  });
}
