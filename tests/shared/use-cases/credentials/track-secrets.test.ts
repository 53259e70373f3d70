import { credentialReference } from '../../builders/tenant.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../shared/core/failures.js';
import { createTenantWalk } from '../../../shared/use-cases/walk-tenants.js';
import { createTrackSecrets } from '../../../shared/use-cases/track-secrets.js';
import { HOUR, tenant, tenantId, UpkeepPorts } from './upkeep-ports.js';

let ports: UpkeepPorts;
let tick: () => Promise<void>;

const inDays = (days: number): string => new Date(ports.now + days * 24 * HOUR).toISOString();
const stateOf = (number: number): string | undefined => ports.expiryRows.get(tenantId(number))?.state;
const asked = (): string[] => ports.calls.filter((call) => call.startsWith('vault'));

function tenantWith(number: number, expiresOn: string | null, secretName = `secret-${number}`) {
  return tenant(number, { credential: credentialReference({ expiresOn, secretName }) });
}

beforeEach(() => {
  ports = new UpkeepPorts();
  const { vault, secretExpiries, clock, log } = ports;
  tick = createTrackSecrets({ walkTenants: createTenantWalk(ports), vault, secretExpiries, clock, log });
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
      secretName: 'secret-1',
      clientId: 'client',
      secretId: null,
      expiresOn: inDays(61),
      state: 'valid',
      checkedAt: new Date(ports.now).toISOString(),
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

  it('writes one line in the log when the state changes, none while it stays', async () => {
    ports.addTenants(tenant(1));
    ports.vaultDates.set('secret-1', inDays(61));
    await tick();
    expect(ports.lines).toEqual([]);
    ports.now += 25 * HOUR;
    await tick();
    await tick();
    ports.now += 60 * 24 * HOUR;
    await tick();
    await tick();
    expect(ports.lines).toMatchObject([
      { level: 'warn', facts: { tenantId: tenantId(1), state: 'expiring' } },
      { level: 'warn', facts: { tenantId: tenantId(1), state: 'expired' } },
    ]);
  });

  it('asks the vault every six hours, but follows the clock at every tick', async () => {
    ports.addTenants(tenant(1));
    ports.vaultDates.set('secret-1', new Date(ports.now + 60 * 24 * HOUR + HOUR).toISOString());
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

  it('asks at once for a credential that was replaced', async () => {
    ports.addTenants(tenantWith(1, null));
    ports.vaultDates.set('secret-1', inDays(-1));
    await tick();
    ports.addTenants(tenantWith(1, null, 'secret-new'));
    ports.vaultDates.set('secret-new', inDays(300));
    await tick();
    expect(stateOf(1)).toBe('valid');
    expect(ports.expiryRows.get(tenantId(1))?.secretName).toBe('secret-new');
  });

  it('goes on past a tenant whose secret the vault cannot tell of, keeps its row, and tells the failure', async () => {
    ports.addTenants(tenant(1), tenant(2));
    for (const number of [1, 2]) ports.vaultDates.set(`secret-${number}`, inDays(100));
    await tick();
    ports.now += 7 * HOUR;
    ports.fail = (call) => {
      if (call === 'vault secret-1') throw new Unavailable('vault away');
    };
    await expect(tick()).rejects.toThrow(`Tenant ${tenantId(1)}: vault away`);
    expect(stateOf(1)).toBe('valid');
    expect(ports.expiryRows.get(tenantId(2))?.checkedAt).toBe(new Date(ports.now).toISOString());
  });
});
