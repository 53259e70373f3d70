import { beforeEach, describe, expect, it } from 'vitest';
import { NEVER_CHECKED } from '../../../shared/core/drift/drift-check.js';
import { NO_LATENCIES, mirrored } from '../../../shared/core/freshness/latencies.js';
import { NO_CHANGES, emptyResourceState } from '../../../shared/core/round.js';
import type { TenantFreshness } from '../../../shared/use-cases/freshness/read-freshness.js';
import { aCause, aChange, aPerson } from '../../builders/person.js';
import { aSetup } from '../../builders/setup.js';
import { healthOf } from '../../builders/tenant.js';
import { Api, type Answered } from './api-harness.js';
import { FENCE, group, idOf, OTHER_TENANT, seedMirror, tenant, TENANT, user } from './sample-rows.js';

const NOW = '2026-05-04T10:00:00.000Z';
const EARLIER = '2026-05-04T09:00:00.000Z';
const METRICS = `/v1/tenants/${TENANT}/metrics`;

/** So many changes, each of which took that long. */
const took = (milliseconds: number, changes: number) =>
  mirrored(NO_LATENCIES, { arrivedAt: 0, eventAt: null, changes }, milliseconds);

const freshnessIn = ({ body }: Answered): TenantFreshness => body['freshness'] as TenantFreshness;

describe('metrics over HTTP', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.tenants.create(tenant());
    await api.stores.syncStates.save(FENCE, {
      ...emptyResourceState('groups'),
      deltaLink: 'https://graph.example/delta',
      last: {
        ...{ roundId: 'r', kind: 'increment', pages: 1, objects: 0, counts: NO_CHANGES, warnings: [] },
        ...{ beganAt: EARLIER, completedAt: NOW },
      },
      provenAt: EARLIER,
      hearing: { heardAt: EARLIER, unannounced: { since: EARLIER, foundAt: EARLIER, finds: 2 } },
    });
  });

  it('tell where each resource stands, and nothing of what was never read', async () => {
    expect(freshnessIn(await api.get(METRICS)).resources).toEqual({
      users: { asOf: null, provenAt: null, provenAgeSeconds: null, notifiedAt: null, notifications: 'fine' },
      groups: {
        asOf: EARLIER,
        provenAt: EARLIER,
        provenAgeSeconds: 3_600,
        notifiedAt: EARLIER,
        notifications: 'silent',
      },
    });
  });

  it('tell what the check against the directory found', async () => {
    const never = { checkedAt: null, found: null, repairs: { users: null, groups: null } };
    expect(freshnessIn(await api.get(METRICS)).drift).toEqual(never);
    const found = { at: NOW, suspects: 2 };
    const repairs = { users: NOW, groups: null };
    await api.stores.driftChecks.save(FENCE, { ...NEVER_CHECKED, checkedAt: NOW, found, repairs });
    expect(freshnessIn(await api.get(METRICS)).drift).toEqual({ checkedAt: NOW, found, repairs });
  });

  it('add up the dates that are asked for', async () => {
    const { freshnessMetrics } = api.stores;
    await freshnessMetrics.add(FENCE, '2026-05-03', took(60_000, 1));
    await freshnessMetrics.add(FENCE, '2026-05-04', took(2_000, 3));
    const of = async (days: string) =>
      freshnessIn(await api.get(`${METRICS}${days}`)).latencies.notificationToMirror;
    expect((await of('?days=1')).changes).toBe(3);
    expect((await of('?days=1')).p95Ms).toBeLessThan(2_200);
    expect((await of('?days=2')).changes).toBe(4);
    expect((await of('')).p95Ms).toBeGreaterThanOrEqual(60_000);
    for (const days of ['0', '32', '1.5', 'week'])
      expect((await api.get(`${METRICS}?days=${days}`)).status).toBe(400);
  });

  it('of the fleet add up all tenants, and count their issues', async () => {
    const health = healthOf({ silent: { resources: ['users'], since: EARLIER } });
    const state = { kind: 'running', since: EARLIER } as const;
    await api.stores.tenants.create(tenant({ tenantId: OTHER_TENANT, state, health }));
    await api.stores.freshnessMetrics.add(FENCE, '2026-05-04', took(2_000, 3));
    await api.stores.freshnessMetrics.add({ ...FENCE, tenantId: OTHER_TENANT }, '2026-05-04', took(500, 2));
    const answer = await api.get('/v1/fleet');
    const { body } = answer;
    expect(body).toMatchObject({ days: 7, tenants: 2, matters: { notificationsSilent: 1 } });
    expect(body['byState']).toMatchObject({ attention: 1 });
    expect(freshnessIn(answer).latencies.notificationToMirror.changes).toBe(5);
  });

  it('show groups and people as of the last look, though their rows are older', async () => {
    await seedMirror(api, { users: [user(1)], groups: [group(2)] });
    await api.stores.setups.insert(aSetup({ state: 'started' }));
    const person = aPerson({ tenantId: TENANT, setupId: 'everybody', directoryId: idOf(1) });
    const old = { ...person, asOf: '2026-05-01T00:00:00.000Z' };
    await api.stores.people.write(FENCE, [aChange(null, old)], aCause());
    const read = async () =>
      (await api.get(`/v1/tenants/${TENANT}/setups/everybody/people/everybody.${idOf(1)}`)).body['asOf'];
    expect(await read()).toBe(old.asOf);
    const progress = {
      setupId: 'everybody',
      basis: null,
      readiness: 'complete',
      missingGroups: [],
      hiddenGroups: [],
    } as const;
    const save = (asOf: string): Promise<void> =>
      api.stores.setupProgresses.save(FENCE, { ...progress, dueAt: null, isHolding: false, asOf });
    await save(EARLIER);
    expect(await read()).toBe(EARLIER);
    const listed = await api.get(`/v1/tenants/${TENANT}/people?userId=${idOf(1)}`);
    expect(listed.body.value).toMatchObject([{ asOf: EARLIER }]);
    await save('2026-04-01T00:00:00.000Z');
    expect(await read()).toBe(old.asOf);
    expect((await api.get(`/v1/tenants/${TENANT}/groups/${idOf(2)}`)).body['asOf']).toBe(EARLIER);
  });
});
