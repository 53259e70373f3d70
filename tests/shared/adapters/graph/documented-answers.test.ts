import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { DeltaPage } from '../../../../shared/core/delta-page.js';
import type { Resource } from '../../../../shared/core/resource.js';
import { CONNECTION, stubGraph, thrownBy } from './stub-graph.js';

const folder = process.env['GRAPH_FIXTURES_DIR'] ?? '';

interface Documented {
  readonly file: string;
  readonly httpStatus?: number;
  readonly httpHeaders?: Readonly<Record<string, string>>;
}

function documented(): Documented[] {
  return JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Documented[];
}

function answer(file: string): Response {
  const entry = documented().find((candidate) => candidate.file === file);
  return new Response(readFileSync(join(folder, file)), {
    status: entry?.httpStatus ?? 200,
    headers: { ...entry?.httpHeaders },
  });
}

async function read(file: string): Promise<DeltaPage> {
  const resource: Resource = file.startsWith('users') ? 'users' : 'groups';
  return stubGraph([answer(file)]).directory.readDelta(CONNECTION, resource, null);
}

describe.runIf(folder !== '')("the documentation's own answers", () => {
  it('of delta rounds for users and groups are all pages without anything set aside', async () => {
    const files = documented()
      .map(({ file }) => file)
      .filter((file) => /^(users|groups)-delta-/.test(file));
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) {
      const page = await read(file);
      const text = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
      expect(page.unusable, file).toEqual([]);
      expect(page.elements.length, file).toBe((text['value'] as unknown[]).length);
      expect(page.link.url, file).toBe(text['@odata.nextLink'] ?? text['@odata.deltaLink']);
      expect(page.link.kind, file).toBe('@odata.nextLink' in text ? 'next' : 'delta');
    }
  });

  it('tell a soft deletion without touching other attributes', async () => {
    expect((await read('users-delta-05-changed-and-soft-deleted.json')).elements).toEqual([
      {
        kind: 'present',
        id: '25dcffff-959e-4ece-9973-e5d9b800e8cc',
        attributes: { displayName: 'Testuser7', givenName: 'Joe', surname: 'Doe' },
        references: null,
      },
      { kind: 'removed', id: '8ffff70c-1c63-4860-b963-e34ec660931d', reason: 'changed' },
    ]);
  });

  it('tell an ended membership, with an id that is no GUID', async () => {
    const [group] = (await read('groups-delta-05-members-added-and-removed.json')).elements;
    expect(group).toMatchObject({
      kind: 'present',
      references: [
        { id: '632f6bb2-3ec8-4c1f-9073-0027a8c6859', type: 'user', removed: true },
        { id: '37de1ae3-408f-4702-8636-20824abda004', type: 'user', removed: false },
      ],
    });
  });

  it('say nothing of members where a group has no members@delta', async () => {
    const { elements } = await read('groups-delta-01-first-page.json');
    expect(elements.map((element) => element.kind === 'present' && element.references?.length)).toEqual([
      2,
      undefined,
    ]);
  });

  it('ask for 2.128 seconds of patience', async () => {
    const { directory } = stubGraph([answer('error-429-too-many-requests.json')]);
    expect(await thrownBy(() => directory.readDelta(CONNECTION, 'users', null))).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 2128,
    });
  });

  it('name the end of a subscription, which may differ from what was asked', async () => {
    const { directory } = stubGraph([answer('subscription-01-created.json')]);
    const addresses = { notificationUrl: 'https://a/', lifecycleUrl: 'https://a/l' };
    const asked = { resource: 'users', changeTypes: 'updated,deleted', clientState: 'c' } as const;
    const request = { ...asked, ...addresses };
    expect(await directory.subscribe(CONNECTION, { ...request, expiresAt: '2026-01-01T00:00:00Z' })).toEqual({
      subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6534c07',
      expiresAt: '2016-11-20T18:23:45.935Z',
    });
  });
});
