import { describe, expect, it } from 'vitest';
import { nextStep } from '../../../functions/words/next-step.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import type { TenantState } from '../../../shared/core/tenant-state.js';
import { aTenant, credentialReference, healthOf } from '../../builders/tenant.js';

const NOW = Date.parse('2026-05-04T10:00:00Z');
const RUNNING: TenantState = { kind: 'running', since: '2026-05-01T00:00:00Z' };

const SINCE = '2026-05-01T00:00:00.000Z';
const CONNECTED: TenantState = { kind: 'connected', since: SINCE };
const START_A_SETUP =
  'Save a setup (PUT setups) and start it (POST setups start), or ask for a run (POST runs), which fills the mirror once.';
const EXPIRES =
  'The client secret expires on 2026-06-01. Make a new one in Entra and enter its value (PUT credential).';
const QUOTA = { obstacle: { kind: 'quota' }, since: SINCE } as const;
const HELD = [{ setupId: 'desk', designation: 'Front desk', count: 30, since: SINCE }];

function tenant(state: TenantState, paused = false, expiresOn: string | null = null): Tenant {
  return aTenant({ state, paused, credential: credentialReference({ expiresOn }) });
}

function waiting(state: 'saved' | 'paused'): Tenant {
  const waitingSetup = { setupId: 'desk', designation: 'Front desk', state };
  return aTenant({ state: CONNECTED, health: healthOf({ waitingSetup }) });
}

describe('the next step of a tenant', () => {
  it.each<[string, Tenant, string]>([
    ['connected', tenant(CONNECTED), START_A_SETUP],
    [
      'connected, with a setup that was saved',
      waiting('saved'),
      'Start the setup "Front desk" (POST setups/desk/start), or ask for a run (POST runs), which fills the mirror once.',
    ],
    [
      'connected, since its last setup was paused',
      waiting('paused'),
      'The setup "Front desk" is paused, and no other is started: start it again (POST setups/desk/start), or ask for a run (POST runs), which fills the mirror once.',
    ],
    ['running', tenant(RUNNING), 'Nothing: it is kept up to date automatically.'],
    ['paused', tenant(RUNNING, true), 'Set paused to false when it shall go on (PATCH).'],
    ['about to lose its secret', tenant(RUNNING, false, '2026-06-01T00:00:00Z'), EXPIRES],
    [
      'without a living secret',
      tenant(RUNNING, false, '2026-05-01T00:00:00Z'),
      'The client secret expired on 2026-05-01. Make a new one in Entra and enter its value (PUT credential).',
    ],
    [
      'parked, whatever else is wrong',
      aTenant({
        state: {
          ...{ kind: 'parked', since: SINCE, before: 'running' },
          ...{ reason: 'Consent was withdrawn', fix: 'Grant it again.' },
        },
        paused: true,
        health: healthOf({ held: HELD }),
      }),
      'Consent was withdrawn. Grant it again.',
    ],
    [
      "parked, since the operator's own application cannot log in",
      tenant({
        ...{ kind: 'parked', since: SINCE, before: 'running' },
        reason: "The operator's own application cannot log in (AADSTS7000222).",
        fix: 'Nothing for you to do: the operator has been told.',
      }),
      "The operator's own application cannot log in (AADSTS7000222). Put a working client secret of the consent application into the vault, under the name that CONSENT_APPS gives it; the tenant goes on automatically within an hour of that.",
    ],
    [
      'awaiting consent',
      aTenant({ state: { kind: 'awaitingConsent', since: '' }, credential: null, bundles: ['directory'] }),
      'Send its administrator the consent link (POST consent), or enter a credential (PUT credential).',
    ],
    [
      'awaiting a credential, with nothing to consent to',
      aTenant({ state: { kind: 'awaitingConsent', since: '' }, credential: null }),
      'Enter a credential (PUT credential).',
    ],
    [
      'running by consent',
      aTenant({ state: RUNNING, credential: null, bundles: ['directory'] }),
      'Nothing: it is kept up to date automatically.',
    ],
    [
      'running, with removals that are held',
      aTenant({ health: healthOf({ held: HELD, noSubscriptions: QUOTA }) }),
      '30 removals are held in the setup "Front desk" since 2026-05-01: these people are kept until somebody decides. Look at them (GET setups/desk/held), then approve or reject them (POST setups/desk/held/approve or reject).',
    ],
    [
      'running, with an issue that an older version stored',
      aTenant({
        health: healthOf({
          told: [
            { code: 'noSubscriptions', since: SINCE, told: { reason: 'Graph refuses', fix: 'Consent.' } },
          ],
        }),
      }),
      'Graph refuses. Consent.',
    ],
    [
      'connected, with an issue before a setup is started',
      tenant(CONNECTED, false, '2026-06-01T00:00:00Z'),
      `${EXPIRES} Then: ${START_A_SETUP}`,
    ],
    [
      'running on a secret that ends before the day that was named',
      aTenant({
        credential: credentialReference({ expiresOn: '2026-06-20T00:00:00Z' }),
        health: healthOf({
          noSubscriptions: QUOTA,
          secret: {
            ...{ secretName: 'graph-abc', secretVersion: 'version-1' },
            ...{ expiresOn: '2026-06-01T00:00:00.000Z', refusedAt: null },
          },
        }),
      }),
      EXPIRES,
    ],
    [
      'being disconnected',
      tenant({ kind: 'disconnecting', since: '' }),
      'Nothing: everything of it is being removed.',
    ],
  ])('that is %s is a sentence or a few', (_, of, sentence) => {
    expect(nextStep(of, NOW)).toBe(sentence);
  });
});
