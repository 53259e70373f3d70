import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  AccessRefused,
  CredentialRefused,
  Throttled,
  Unavailable,
} from '../../../../shared/core/failures.js';
import type { ConsentApp } from '../../../../shared/core/bundle.js';
import { issuesOf, shownState } from '../../../../shared/core/issues/issues-of.js';
import type { TenantIssue } from '../../../../shared/core/issues/tenant-issue.js';
import { WARNING_DAYS } from '../../../../shared/core/secret-expiry.js';
import { loginOf, type Tenant } from '../../../../shared/core/tenant.js';
import { noteExpiredSecret } from '../../../../shared/ports/note-expired-secret.js';
import { createTrackSecrets } from '../../../../shared/use-cases/credentials/track-secrets.js';
import { createTenantWalk } from '../../../../shared/use-cases/walk-tenants.js';
import { credentialReference, healthOf } from '../../../builders/tenant.js';
import { HOUR, tenant, tenantId, UpkeepPorts } from '../upkeep-ports.js';

const DAY = 24 * HOUR;
const APP = { bundle: 'directory', clientId: 'consent-app', secretName: 'consent', cloud: null } as const;
const APP_ROW = 'consent-directory-consent-app';

let ports: UpkeepPorts;
let tick: () => Promise<void>;

const inDays = (days: number): string => new Date(ports.now + days * DAY).toISOString();
const stateOf = (number: number): string | undefined => ports.expiryRows.get(tenantId(number))?.state;
const asked = (): string[] => ports.calls.filter((call) => call.startsWith('vault'));
const tenantOf = (number: number): Tenant => ports.tenantRows.get(tenantId(number))!;
const issues = (number: number): readonly TenantIssue[] => issuesOf(tenantOf(number), ports.now);
const daysWarned = (): unknown[] => ports.lines.map(({ facts }) => (facts as { days: number }).days);

function tenantWith(
  number: number,
  expiresOn: string | null,
  over: Partial<ReturnType<typeof credentialReference>> = {},
) {
  const credential = credentialReference({ expiresOn, secretName: `secret-${number}`, ...over });
  return tenant(number, { credential });
}

function tickOn(on: UpkeepPorts, consentApps: readonly ConsentApp[] = []): () => Promise<void> {
  const { vault, secretExpiries, clock, log, tenants, directory } = on;
  const walkTenants = createTenantWalk(on);
  return createTrackSecrets(
    { walkTenants, vault, secretExpiries, clock, log, tenants, directory },
    { consentApps },
  );
}

beforeEach(() => {
  ports = new UpkeepPorts();
  tick = tickOn(ports);
});

describe('tracking the expiry of secrets', () => {
  it('tells valid, expiring, expired and unknown apart, over all tenants, parked ones too', async () => {
    const parked = { kind: 'parked', since: '', reason: '', fix: '', before: 'running' } as const;
    ports.addTenants(tenant(1), tenant(2), tenant(3, { state: parked }), tenant(4), tenant(5));
    ports.vaultDates.set('secret-1', inDays(61));
    ports.vaultDates.set('secret-2', inDays(60));
    ports.vaultDates.set('secret-3', inDays(0));
    ports.vaultDates.set('secret-4', null);
    await tick();
    expect([1, 2, 3, 4, 5].map(stateOf)).toEqual(['valid', 'expiring', 'expired', 'unknown', 'unknown']);
    expect(ports.expiryRows.get(tenantId(1))).toEqual({
      tenantId: tenantId(1),
      bundle: null,
      secretName: 'secret-1',
      secretVersion: 'version-1',
      clientId: 'client',
      secretId: null,
      expiresOn: inDays(61),
      endInGraph: null,
      refusedAt: null,
      state: 'valid',
      checkedAt: new Date(ports.now).toISOString(),
      warned: [],
    });
  });

  it('goes by the earlier of the vault`s and the operator`s date', async () => {
    ports.addTenants(tenantWith(1, inDays(10)), tenantWith(2, inDays(90)), tenantWith(3, inDays(10)));
    ports.vaultDates.set('secret-1', inDays(90));
    ports.vaultDates.set('secret-2', inDays(10));
    ports.vaultDates.set('secret-3', null);
    await tick();
    for (const number of [1, 2, 3]) {
      expect(ports.expiryRows.get(tenantId(number))?.expiresOn).toBe(inDays(10));
    }
  });

  it('goes by Graph`s date where that is the earliest, and asks for it only by the secret`s id', async () => {
    ports.addTenants(tenantWith(1, inDays(100), { secretId: 'key-1' }), tenantWith(2, inDays(100)));
    ports.secretEnd = inDays(20);
    await tick();
    expect([1, 2].map(stateOf)).toEqual(['expiring', 'valid']);
    expect(ports.calls.filter((call) => call.startsWith('graph'))).toEqual([`graph ${tenantId(1)} key-1`]);
  });

  it('does without Graph`s date where it is not granted, and keeps it while Graph does not answer', async () => {
    ports.addTenants(tenantWith(1, null, { secretId: 'key-1' }));
    ports.secretEnd = new AccessRefused('no', 403);
    await tick();
    expect(stateOf(1)).toBe('unknown');
    ports.now += 7 * HOUR;
    ports.secretEnd = inDays(20);
    await tick();
    expect(stateOf(1)).toBe('expiring');
    ports.now += 7 * HOUR;
    ports.secretEnd = new Throttled('later', null);
    await tick();
    expect(stateOf(1)).toBe('expiring');
  });

  it('asks the vault every six hours, but follows the clock at every tick', async () => {
    ports.addTenants(tenant(1));
    ports.vaultDates.set('secret-1', new Date(ports.now + 60 * DAY + HOUR).toISOString());
    await tick();
    expect(stateOf(1)).toBe('valid');
    ports.now += 2 * HOUR;
    await tick();
    expect(stateOf(1)).toBe('expiring');
    expect(asked()).toHaveLength(1);
    ports.now += 4 * HOUR;
    await tick();
    expect(asked()).toHaveLength(2);
  });

  it('asks at once for a version that was replaced, of which nothing was warned yet', async () => {
    ports.addTenants(tenantWith(1, null));
    ports.vaultDates.set('secret-1', inDays(-1));
    await tick();
    expect(daysWarned()).toEqual([0]);
    ports.addTenants(tenantWith(1, null, { secretVersion: 'version-2' }));
    ports.vaultDates.set('secret-1', inDays(0.5));
    await tick();
    expect(daysWarned()).toEqual([0, 1]);
    expect(ports.expiryRows.get(tenantId(1))).toMatchObject({ secretVersion: 'version-2', warned: [1] });
  });

  it('goes on past a tenant whose secret the vault cannot tell of, follows its row, and tells the failure', async () => {
    ports.addTenants(tenant(1), tenant(2));
    for (const number of [1, 2]) ports.vaultDates.set(`secret-${number}`, inDays(60.2));
    await tick();
    ports.now += 7 * HOUR;
    ports.fail = (call) => {
      if (call === 'vault secret-1') throw new Unavailable('vault away');
    };
    await expect(tick()).rejects.toThrow(`Tenant ${tenantId(1)}: vault away`);
    expect(stateOf(1)).toBe('expiring');
    expect(ports.expiryRows.get(tenantId(2))?.checkedAt).toBe(new Date(ports.now).toISOString());
  });

  it('follows the secrets of the consent applications too, which belong to no tenant', async () => {
    tick = tickOn(ports, [APP]);
    ports.addTenants(tenant(1, { credential: null }));
    ports.vaultDates.set('consent', inDays(6));
    await tick();
    await tick();
    expect(ports.expiryRows.get(APP_ROW)).toMatchObject({
      ...{ tenantId: null, bundle: 'directory', state: 'expiring', warned: [7] },
    });
    expect(ports.expiryRows.size).toBe(1);
    expect(daysWarned()).toEqual([7]);
    ports.vaultDates.set('consent', inDays(300));
    ports.vaultVersion = 'version-2';
    ports.now += 7 * HOUR;
    await tick();
    expect(ports.expiryRows.get(APP_ROW)).toMatchObject({ state: 'valid', warned: [] });
  });
});

describe('a secret that the login service refused as expired', () => {
  const BACK = { parkedAt: '2026-03-01T00:00:00.000Z', triedAt: null, reason: 'r' };
  const parked = { kind: 'parked', since: '', reason: '', fix: '', before: 'running' } as const;
  const refusedNow = async (number: number): Promise<void> => {
    const of = loginOf(tenantOf(number), 'directory', [APP]);
    await noteExpiredSecret(ports, of, new CredentialRefused('AADSTS7000222', 7000222));
  };

  it.each([null, 300])(
    'is expired and warned of once, though somebody named another date (in %s days)',
    async (days) => {
      ports.addTenants(tenant(1, { state: parked }));
      ports.vaultDates.set('secret-1', days === null ? null : inDays(days));
      await tick();
      await refusedNow(1);
      for (let hours = 0; hours < 24; hours += 1) {
        expect(stateOf(1)).toBe('expired');
        await tick();
        ports.now += HOUR;
      }
      expect(ports.lines.map(({ message }) => message)).toEqual([
        'The client secret of Tenant 1 has expired',
      ]);
    },
  );

  it('is found by the upkeep that asks Graph for its end, since the first time', async () => {
    const credential = credentialReference({
      secretName: 'secret-1',
      secretVersion: 'version-1',
      secretId: 'id',
    });
    ports.addTenants(tenant(1, { credential }));
    ports.vaultDates.set('secret-1', inDays(300));
    ports.secretEnd = new CredentialRefused('AADSTS7000222', 7000222);
    const refusedAt = new Date(ports.now).toISOString();
    await tick();
    expect(ports.expiryRows.get(tenantId(1))).toMatchObject({ state: 'expired', refusedAt });
    expect(tenantOf(1).health.secret).toMatchObject({ refusedAt });
    ports.now += 7 * HOUR;
    await tick();
    expect(ports.expiryRows.get(tenantId(1))).toMatchObject({ state: 'expired', refusedAt });
  });

  it('is noted though nobody looked at it before, and only once', async () => {
    ports.addTenants(tenant(1, { state: parked }));
    await refusedNow(1);
    const row = ports.expiryRows.get(tenantId(1));
    expect(row).toMatchObject({ state: 'expired', refusedAt: new Date(ports.now).toISOString() });
    ports.now += HOUR;
    await refusedNow(1);
    expect(ports.expiryRows.get(tenantId(1))).toBe(row);
  });

  it('is not by any other refusal, nor where the row is of another version', async () => {
    ports.addTenants(tenant(1));
    ports.vaultDates.set('secret-1', null);
    await tick();
    for (const refusal of [new CredentialRefused('no', 7000215), new AccessRefused('no', 403)])
      await noteExpiredSecret(ports, loginOf(tenantOf(1), 'directory', []), refusal);
    const credential = credentialReference({ secretName: 'secret-1', secretVersion: 'version-0' });
    const old = { tenantId: tenantId(1), credential, consentApp: null };
    await noteExpiredSecret(ports, old, new CredentialRefused('no', 7000222));
    expect(stateOf(1)).toBe('unknown');
  });

  it('is expired of a consent application too, until another version lies in the vault', async () => {
    ports.addTenants(tenant(1, { credential: null }));
    ports.vaultDates.set('consent', inDays(300));
    const apps = [APP, { ...APP, bundle: 'near-real-time' as const }];
    const ticks = tickOn(ports, apps);
    await ticks();
    const of = loginOf(tenantOf(1), 'near-real-time', apps);
    const refusedAt = new Date(ports.now).toISOString();
    await noteExpiredSecret(ports, of, new CredentialRefused('AADSTS7000222', 7000222));
    await ticks();
    expect(ports.expiryRows.get(APP_ROW)).toMatchObject({ state: 'expired', refusedAt });
    ports.vaultVersion = 'version-2';
    await ticks();
    expect(ports.expiryRows.get(APP_ROW)).toMatchObject({ state: 'valid', refusedAt: null });
  });

  it('is noted by who comes second where two write the row at once', async () => {
    ports.addTenants(tenant(1));
    ports.vaultDates.set('secret-1', null);
    await tick();
    let raced = false;
    ports.fail = (call) => {
      const before = ports.expiryRows.get(tenantId(1))!;
      if (call.startsWith('expiry.save') && !raced) {
        raced = true;
        ports.expiryRows.set(tenantId(1), { ...before, checkedAt: inDays(0) });
      }
    };
    await refusedNow(1);
    expect(ports.expiryRows.get(tenantId(1))).toMatchObject({ state: 'expired', checkedAt: inDays(0) });
  });

  it('is no more once another version is there, or the same one has served since', async () => {
    for (const number of [1, 2]) {
      ports.addTenants(tenant(number, { state: parked }));
      ports.vaultDates.set(`secret-${number}`, null);
    }
    await tick();
    for (const number of [1, 2]) await refusedNow(number);
    ports.addTenants(tenantWith(1, null, { secretVersion: 'version-2' }));
    ports.now += HOUR;
    ports.addTenants(tenant(2, { lastOutage: { ...BACK, backAt: inDays(0) } }));
    await tick();
    expect([1, 2].map(stateOf)).toEqual(['unknown', 'unknown']);
    expect([1, 2].map(issues)).toEqual([[], []]);
  });

  it('stays expired where the tenant was back only before that', async () => {
    ports.addTenants(tenant(1, { lastOutage: { ...BACK, backAt: inDays(-1) } }));
    ports.vaultDates.set('secret-1', inDays(300));
    await refusedNow(1);
    await tick();
    expect(stateOf(1)).toBe('expired');
    expect(issues(1)).toMatchObject([{ code: 'secretExpired', refused: true }]);
  });
});

describe('what a tenant says of its secret', () => {
  it('is an issue also before its first run', async () => {
    ports.addTenants(tenant(1, { state: { kind: 'connected', since: '' } }));
    ports.vaultDates.set('secret-1', inDays(30));
    await tick();
    expect(issues(1)).toMatchObject([{ code: 'secretExpiring', expiresOn: inDays(30) }]);
    expect(shownState(tenantOf(1), ports.now).kind).toBe('attention');
    ports.vaultDates.set('secret-1', inDays(300));
    ports.now += 7 * HOUR;
    await tick();
    expect(shownState(tenantOf(1), ports.now).kind).toBe('connected');
  });

  it('is what its row says: an issue as long as it is near', async () => {
    ports.addTenants(tenant(1));
    ports.vaultDates.set('secret-1', inDays(30));
    await tick();
    const end = inDays(30);
    expect(issues(1)).toMatchObject([{ code: 'secretExpiring', expiresOn: end }]);
    expect(tenantOf(1).credential).toMatchObject({ expiresOn: null });
    ports.now += 31 * DAY;
    await tick();
    expect(issues(1)).toEqual([{ code: 'secretExpired', since: end, refused: false }]);
    ports.addTenants({ ...tenantOf(1), credential: credentialReference({ secretName: 'secret-new' }) });
    expect(issues(1)).toEqual([]);
    ports.vaultDates.set('secret-new', inDays(300));
    await tick();
    expect(issues(1)).toEqual([]);
  });

  it.each([null, 100])(
    'ends once a wrong date is put right in the vault (named: in %s days)',
    async (named) => {
      const namedOn = named === null ? null : inDays(named);
      ports.addTenants(tenantWith(1, namedOn));
      ports.vaultDates.set('secret-1', inDays(-1));
      await tick();
      expect(issues(1)).toMatchObject([{ code: 'secretExpired' }]);
      expect(tenantOf(1).credential).toMatchObject({ expiresOn: namedOn });
      ports.vaultDates.set('secret-1', inDays(300));
      ports.now += 7 * HOUR;
      await tick();
      expect(stateOf(1)).toBe('valid');
      expect(issues(1)).toEqual([]);
      expect(tenantOf(1).credential).toMatchObject({ expiresOn: namedOn });
    },
  );

  it('goes by the corrected date of the vault though Graph does not answer, and keeps to what Graph told', async () => {
    ports.addTenants(tenantWith(1, null, { secretId: 'key-1' }));
    const inGraph = inDays(90);
    ports.secretEnd = inGraph;
    ports.vaultDates.set('secret-1', inDays(5));
    await tick();
    expect(stateOf(1)).toBe('expiring');
    ports.secretEnd = new Throttled('later', null);
    ports.vaultDates.set('secret-1', inDays(300));
    ports.now += 7 * HOUR;
    await tick();
    expect(ports.expiryRows.get(tenantId(1))).toMatchObject({ expiresOn: inGraph, state: 'valid' });
    expect(issues(1)).toEqual([]);
  });

  it('leaves what else is the matter alone, and the row unwritten where nothing changed', async () => {
    const noSubscriptions = { obstacle: { kind: 'quota' }, since: '' } as const;
    ports.addTenants(tenant(1, { health: healthOf({ noSubscriptions }) }));
    ports.vaultDates.set('secret-1', inDays(30));
    await tick();
    expect(issues(1)).toMatchObject([{ code: 'secretExpiring' }, { code: 'noSubscriptions' }]);
    const saves = (): number => ports.calls.filter((call) => call.startsWith('tenants.save')).length;
    const before = saves();
    await tick();
    expect(saves()).toBe(before);
  });
});

describe('the warnings', () => {
  it('come once at 60, 30, 14, 7 and 1 days and at the end', async () => {
    ports.addTenants(tenant(1));
    ports.vaultDates.set('secret-1', inDays(70));
    for (let hours = 0; hours < 75 * 24; hours += 6) {
      await tick();
      ports.now += 6 * HOUR;
    }
    expect(daysWarned()).toEqual([...WARNING_DAYS]);
    expect(ports.lines.map(({ message }) => message)).toContain(
      'The client secret of Tenant 1 expires within 1 day',
    );
    expect(ports.lines.every(({ level }) => level === 'warn')).toBe(true);
  });

  it('are given by one of two instances that look at the same time', async () => {
    ports.addTenants(tenant(1));
    ports.vaultDates.set('secret-1', inDays(5));
    await Promise.all([tick(), tickOn(ports)()]);
    expect(daysWarned()).toEqual([7]);
  });

  const step = fc.record({
    /** Whether the clock was wrong at that tick, and by how many days. */
    wrongBy: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -90, max: 90 }) },
    ),
    passes: fc.integer({ min: 0, max: 5 * 24 }),
    crash: fc.constantFrom(null, null, null, 'before the row', 'after the row'),
  });

  it('are given at most once for a version, and every one is, whatever clocks, restarts and stops do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const world = new UpkeepPorts();
        const start = world.now;
        world.addTenants(tenant(1));
        world.vaultDates.set('secret-1', new Date(start + 65 * DAY).toISOString());
        const lost: unknown[] = [];
        let trueNow = start;
        const one = async (crash: string | null): Promise<void> => {
          const before = world.expiryRows.get(tenantId(1))?.warned ?? [];
          const told = world.lines.length;
          world.fail = (call) => {
            if (crash === 'before the row' && call.startsWith('expiry.save')) throw new Error('stopped');
          };
          // Each tick is a process of its own: nothing but the tables remembers.
          await tickOn(world)().catch(() => undefined);
          if (crash === 'after the row') {
            const after = world.expiryRows.get(tenantId(1))?.warned ?? [];
            lost.push(...after.filter((days) => !before.includes(days)));
            world.lines.length = told;
          }
        };
        for (const { wrongBy, passes, crash } of steps) {
          trueNow += passes * HOUR;
          world.now = trueNow + wrongBy * DAY;
          await one(crash);
        }
        // From here on time passes as it should.
        for (; trueNow < start + 70 * DAY; trueNow += 12 * HOUR) {
          world.now = trueNow;
          await one(null);
        }
        const days = [...world.lines.map(({ facts }) => (facts as { days: number }).days), ...lost];
        expect(new Set(days).size).toBe(days.length);
        const latest = steps.reduce((sum, { passes }) => sum + passes * HOUR, 0);
        // What was still to come when the clocks became right was warned of, then or before.
        const toCome = WARNING_DAYS.filter((threshold) => 65 * DAY - latest > threshold * DAY);
        expect(days).toEqual(expect.arrayContaining(toCome));
      }),
      { numRuns: 60 },
    );
  });
});
