import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { GraphEmulator } from '../../../../local/graph/emulator.js';
import { createTenantLookup } from '../../../../shared/adapters/identity/tenant-lookup.js';
import { PUBLIC_CLOUD_HOSTS, type Cloud } from '../../../../shared/core/cloud.js';
import { Unavailable } from '../../../../shared/core/failures.js';
import type { TenantLookup, TenantLookupAnswer } from '../../../../shared/ports/tenant-lookup.js';

const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
const OTHER_TENANT = '11111111-aaaa-4bbb-8ccc-000000000002';
const LOCAL = { login: 'https://login.here.test', graph: 'https://graph.here.test' };

function hosts(cloud: Cloud) {
  return cloud === 'local' ? LOCAL : PUBLIC_CLOUD_HOSTS[cloud];
}

/** A lookup that is answered so, and the requests that it sent. */
function lookupAnswered(answer: () => Response | Promise<Response>) {
  const asked: { address: string; init: RequestInit }[] = [];
  const lookup = createTenantLookup({
    clouds: hosts,
    requestTimeoutMs: 1_000,
    fetch: async (address, init) => {
      asked.push({ address, init });
      return answer();
    },
  });
  return { lookup, asked };
}

/** What a discovery document says, with the members that tell of the cloud. */
function documentOf(cloud: object, tenantId = TENANT): object {
  return { issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`, ...cloud };
}

describe('looking up a tenant at the login emulator', () => {
  let emulator: GraphEmulator;
  let lookup: TenantLookup;

  beforeEach(async () => {
    emulator = new GraphEmulator();
    const { loginUrl: login, graphUrl: graph } = emulator;
    lookup = createTenantLookup({
      clouds: () => ({ login, graph }),
      requestTimeoutMs: 1_000,
      fetch: emulator.fetch,
    });
    await emulator.createTenant({ tenantId: TENANT, domain: 'contoso.example', apps: [] });
  });
  afterEach(() => emulator.close());

  it.each([TENANT, TENANT.toUpperCase(), 'contoso.example'])(
    'finds %s with its id and its cloud',
    async (name) => {
      expect(await lookup.find(name, 'local')).toMatchObject({
        kind: 'found',
        tenantId: TENANT,
        cloud: 'local',
      });
    },
  );

  it.each(['usgov', 'usgovdod', 'china'] as const)('tells that a tenant lives in %s', async (cloud) => {
    await emulator.setTenantCloud(TENANT, cloud);
    expect(await lookup.find('contoso.example', 'local')).toMatchObject({
      kind: 'found',
      tenantId: TENANT,
      cloud,
    });
  });

  it.each([OTHER_TENANT, 'fabrikam.example', 'nobody'])('does not know %s', async (name) => {
    expect(await lookup.find(name, 'local')).toMatchObject({ kind: 'unknown' });
  });

  it('carries the time of the login service, right or wrong', async () => {
    await emulator.setClockSkew(3_600_000);
    for (const name of [TENANT, OTHER_TENANT]) {
      const ahead = ((await lookup.find(name, 'local')).serverTime ?? 0) - Date.now();
      expect(Math.abs(ahead - 3_600_000)).toBeLessThan(10_000);
    }
  });

  it.each([
    ['a passing fault', { kind: 'status', status: 503 }],
    ['a cut connection', { kind: 'cutConnection', at: 'start' }],
    ['a body cut short', { kind: 'cutConnection', at: 'body' }],
    ['a page in place of the document', { kind: 'notJson' }],
  ] as const)('takes %s for no answer', async (_, fault) => {
    await emulator.addFault({ login: true, fault });
    await expect(lookup.find(TENANT, 'local')).rejects.toThrow(Unavailable);
  });
});

describe('looking up a tenant', () => {
  it.each(['global', 'usgov', 'usgovdod', 'china', 'local'] as const)(
    'asks the login host of %s and no other',
    async (cloud) => {
      const { lookup, asked } = lookupAnswered(() => Response.json(documentOf({})));
      await lookup.find('contoso.example', cloud);
      expect(asked.map(({ address }) => address)).toEqual([
        `${hosts(cloud).login}/contoso.example/v2.0/.well-known/openid-configuration`,
      ]);
      expect(asked[0]?.init.redirect).toBe('manual');
    },
  );

  it.each<[Cloud, object, Cloud]>([
    ['global', { cloud_instance_name: 'microsoftonline.com', msgraph_host: 'graph.microsoft.com' }, 'global'],
    ['global', { cloud_instance_name: 'microsoftonline.com', tenant_region_sub_scope: 'GCC' }, 'global'],
    ['global', { cloud_instance_name: 'microsoftonline.us', tenant_region_sub_scope: 'DODCON' }, 'usgov'],
    ['global', { cloud_instance_name: 'microsoftonline.us', tenant_region_sub_scope: 'DOD' }, 'usgovdod'],
    ['global', { cloud_instance_name: 'microsoftonline.us', msgraph_host: 'graph.microsoft.com' }, 'usgov'],
    ['usgovdod', { cloud_instance_name: 'microsoftonline.us' }, 'usgovdod'],
    ['usgovdod', { cloud_instance_name: 'microsoftonline.us', msgraph_host: 'graph.microsoft.us' }, 'usgov'],
    ['usgov', { cloud_instance_name: 'microsoftonline.us', msgraph_host: 'graph.microsoft.us' }, 'usgov'],
    [
      'usgov',
      { cloud_instance_name: 'microsoftonline.us', msgraph_host: 'dod-graph.microsoft.us' },
      'usgovdod',
    ],
    ['usgov', { cloud_instance_name: 'microsoftonline.com' }, 'global'],
    ['usgovdod', { cloud_instance_name: 'microsoftonline.us', tenant_region_sub_scope: 'DOD' }, 'usgovdod'],
    ['global', { cloud_instance_name: 'partner.microsoftonline.cn' }, 'china'],
    ['china', { cloud_instance_name: 'partner.microsoftonline.cn' }, 'china'],
    ['china', { cloud_instance_name: 'chinacloudapi.cn' }, 'china'],
    ['local', { cloud_instance_name: 'login.here.test' }, 'local'],
    ['local', { cloud_instance_name: 'microsoftonline.com' }, 'global'],
    ['usgov', {}, 'usgov'],
    ['global', { cloud_instance_name: 'cloud.of.tomorrow' }, 'global'],
  ])('asked in %s, takes %j for a tenant of %s', async (asked, members, lives) => {
    const { lookup } = lookupAnswered(() => Response.json(documentOf(members)));
    expect(await lookup.find(TENANT, asked)).toMatchObject({ kind: 'found', cloud: lives });
  });

  it('lets no name reach another path or host', async () => {
    const { lookup, asked } = lookupAnswered(() => Response.json(documentOf({})));
    await lookup.find('../@evil.example/x?y#z', 'global');
    const address = new URL(asked[0]?.address ?? '');
    expect([address.host, address.pathname.split('/').length, address.search]).toEqual([
      'login.microsoftonline.com',
      5,
      '',
    ]);
  });

  it('follows no redirect', async () => {
    const location = 'https://evil.example/';
    const { lookup, asked } = lookupAnswered(
      () => new Response(null, { status: 302, headers: { location } }),
    );
    await expect(lookup.find(TENANT, 'global')).rejects.toThrow(Unavailable);
    expect(asked).toHaveLength(1);
  });

  it('reads no more of an endless answer than a document has', async () => {
    let sent = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 16_384;
        controller.enqueue(new Uint8Array(16_384).fill(32));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const { lookup } = lookupAnswered(() => new Response(endless));
    await expect(lookup.find(TENANT, 'global')).rejects.toThrow(Unavailable);
    expect([cancelled, sent < 200_000]).toEqual([true, true]);
  });

  it('gives up on an answer that does not come', async () => {
    const lookup = createTenantLookup({
      clouds: hosts,
      requestTimeoutMs: 20,
      fetch: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
    });
    await expect(lookup.find(TENANT, 'global')).rejects.toThrow(Unavailable);
  });

  it('does not take a refusal of another kind for an unknown tenant', async () => {
    const { lookup } = lookupAnswered(() => Response.json({ error: 'invalid_client' }, { status: 400 }));
    await expect(lookup.find(TENANT, 'global')).rejects.toThrow(Unavailable);
  });

  it('makes of any document an answer or a passing fault, and never of a domain something without an id', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.jsonValue(), fc.object(), fc.record({ issuer: fc.webUrl() })),
        fc.integer({ min: 200, max: 599 }).filter((status) => ![204, 205, 304].includes(status)),
        async (body, status) => {
          const { lookup } = lookupAnswered(() => new Response(JSON.stringify(body), { status }));
          const answer: TenantLookupAnswer | null = await lookup
            .find('contoso.example', 'global')
            .catch((error: unknown) => {
              expect(error).toBeInstanceOf(Unavailable);
              return null;
            });
          if (answer?.kind === 'found') expect(answer.tenantId).toMatch(/^[0-9a-f-]{36}$/);
        },
      ),
      { numRuns: 200 },
    );
  });
});
