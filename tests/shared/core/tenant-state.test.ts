import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tenantAfter } from '../../../shared/core/tenant.js';
import {
  awaitsSetup,
  keepsItself,
  nextTenantState,
  type TenantEvent,
  type TenantState,
} from '../../../shared/core/tenant-state.js';
import { aTenant } from '../../builders/tenant.js';

const EARLIER = '2026-05-01T00:00:00.000Z';
const AT = '2026-05-02T00:00:00.000Z';

const states: Readonly<Record<TenantState['kind'], TenantState>> = {
  awaitingConsent: { kind: 'awaitingConsent', since: EARLIER },
  connected: { kind: 'connected', since: EARLIER },
  running: { kind: 'running', since: EARLIER },
  parked: { kind: 'parked', since: EARLIER, reason: 'r', fix: 'f', before: 'running' },
  disconnecting: { kind: 'disconnecting', since: EARLIER },
};
const events: Readonly<Record<string, TenantEvent>> = {
  admitted: { kind: 'admitted', at: AT },
  synced: { kind: 'synced', at: AT },
  refused: { kind: 'refused', at: AT, reason: 'No.', fix: 'Consent.' },
  firstStarted: { kind: 'setups', at: AT, started: true },
  lastStopped: { kind: 'setups', at: AT, started: false },
  disconnected: { kind: 'disconnected', at: AT },
};

describe('the state of a tenant', () => {
  it.each<[keyof typeof states, string, TenantState['kind']]>([
    ['awaitingConsent', 'admitted', 'connected'],
    ['awaitingConsent', 'refused', 'awaitingConsent'],
    ['connected', 'admitted', 'connected'],
    ['connected', 'synced', 'connected'],
    ['connected', 'firstStarted', 'running'],
    ['connected', 'lastStopped', 'connected'],
    ['running', 'firstStarted', 'running'],
    ['running', 'lastStopped', 'connected'],
    ['awaitingConsent', 'firstStarted', 'awaitingConsent'],
    ['parked', 'firstStarted', 'parked'],
    ['disconnecting', 'firstStarted', 'disconnecting'],
    ['connected', 'refused', 'parked'],
    ['running', 'refused', 'parked'],
    ['parked', 'admitted', 'running'],
    ['parked', 'synced', 'running'],
    ['disconnecting', 'admitted', 'disconnecting'],
    ['disconnecting', 'synced', 'disconnecting'],
  ])('goes from %s by %s to %s', (from, event, to) => {
    expect(nextTenantState(states[from], events[event]!).kind).toBe(to);
  });

  it('goes back, once mended, to where it was before it was parked', () => {
    const parked = nextTenantState(states.connected, events['refused']!);
    expect(nextTenantState(parked, events['admitted']!)).toEqual({ kind: 'connected', since: AT });
  });

  it('remembers while it is parked whether a setup is started', () => {
    const { refused, firstStarted, lastStopped, admitted } = events;
    const parked = nextTenantState(states.connected, refused!);
    const started = nextTenantState(parked, firstStarted!);
    expect(started).toMatchObject({ kind: 'parked', before: 'running' });
    expect(nextTenantState(started, admitted!).kind).toBe('running');
    expect(nextTenantState(nextTenantState(started, lastStopped!), admitted!).kind).toBe('connected');
  });

  it('keeps since when it was parked, while the reason may change', () => {
    expect(nextTenantState(states.parked, events['refused']!)).toEqual({
      ...states.parked,
      reason: 'No.',
      fix: 'Consent.',
    });
  });

  it('changes nothing when an event comes twice, and leaves disconnecting never', () => {
    const someEvents = fc.array(fc.constantFrom(...Object.values(events)), { maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(states)), someEvents, (start, sequence) => {
        let state = start;
        for (const event of sequence) {
          const once = nextTenantState(state, event);
          expect(nextTenantState(once, event)).toBe(once);
          if (state.kind === 'disconnecting') expect(once).toBe(state);
          state = once;
        }
      }),
    );
  });

  it('keeps itself up to date while it runs, and waits for a setup while it is only connected', () => {
    expect(Object.values(states).filter(keepsItself)).toEqual([states.running]);
    expect(Object.values(states).filter(awaitsSetup)).toEqual([states.connected]);
  });
});

describe('a tenant after an event', () => {
  it('tells its outage from the parking to the return', () => {
    const parked = tenantAfter(aTenant(), events['refused']!);
    expect(parked.lastOutage).toEqual({ parkedAt: AT, triedAt: null, backAt: null, reason: 'No.' });
    const later = '2026-05-03T00:00:00.000Z';
    const back = tenantAfter(parked, { kind: 'admitted', at: later });
    expect(back.lastOutage).toEqual({ parkedAt: AT, triedAt: null, backAt: later, reason: 'No.' });
  });

  it('is connected since it was first admitted', () => {
    const awaiting = aTenant({ state: states.awaitingConsent, connectedAt: null });
    expect(tenantAfter(awaiting, events['admitted']!).connectedAt).toBe(AT);
    expect(tenantAfter(aTenant({ state: states.parked }), events['admitted']!).connectedAt).toBe(EARLIER);
  });

  it('is the same object where nothing changes', () => {
    const tenant = aTenant();
    expect(tenantAfter(tenant, events['synced']!)).toBe(tenant);
  });
});

describe('a tenant that is parked again', () => {
  const since = '2026-05-04T09:00:00.000Z';
  const backAt = '2026-05-04T09:30:00.000Z';
  const at = '2026-05-04T09:31:00.000Z';
  const lastOutage = { parkedAt: since, triedAt: null, backAt, reason: 'No.' };
  const refused = { kind: 'refused', at, reason: 'No.', fix: 'f' } as const;

  it.each([
    ['goes on with its outage where it was not synced since', since, { parkedAt: since, triedAt: backAt }],
    ['begins another where it was', backAt, { parkedAt: at, triedAt: null }],
  ])('%s', (_, lastSyncedAt, expected) => {
    const tenant = aTenant({ state: { kind: 'running', since: backAt }, lastSyncedAt, lastOutage });
    expect(tenantAfter(tenant, refused).lastOutage).toEqual({ ...expected, backAt: null, reason: 'No.' });
  });
});
