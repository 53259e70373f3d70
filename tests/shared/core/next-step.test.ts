import { describe, expect, it } from 'vitest';
import { nextStep } from '../../../shared/core/next-step.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import type { TenantState } from '../../../shared/core/tenant-state.js';
import { aTenant, credentialReference } from '../../builders/tenant.js';

const NOW = Date.parse('2026-05-04T10:00:00Z');
const RUNNING: TenantState = { kind: 'running', since: '2026-05-01T00:00:00Z' };

const START_A_SETUP =
  'Save a setup (PUT setups) and start it (POST setups start), or ask for a run (POST runs), which fills the mirror once.';

function tenant(state: TenantState, paused = false, expiresOn: string | null = null): Tenant {
  return aTenant({ state, paused, credential: credentialReference({ expiresOn }) });
}

describe('the next step of a tenant', () => {
  it.each<[string, Tenant, string]>([
    ['connected', tenant({ kind: 'connected', since: '2026-05-01T00:00:00.000Z' }), START_A_SETUP],
    ['running', tenant(RUNNING), 'Nothing: it is kept up to date by itself.'],
    ['paused', tenant(RUNNING, true), 'Set paused to false when it shall go on.'],
    [
      'about to lose its secret',
      tenant(RUNNING, false, '2026-06-01T00:00:00Z'),
      'The client secret expires on 2026-06-01: make a new one in Entra before that day, and enter it (PUT credential).',
    ],
    [
      'without a living secret',
      tenant(RUNNING, false, '2026-05-01T00:00:00Z'),
      'The client secret expired on 2026-05-01: make a new one in Entra and enter it (PUT credential).',
    ],
    [
      'parked, whatever else is the matter',
      tenant(
        {
          kind: 'parked',
          since: '',
          reason: 'Consent was withdrawn',
          fix: 'Grant it again.',
          before: 'running',
        },
        true,
      ),
      'Consent was withdrawn. Grant it again.',
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
      'Nothing: it is kept up to date by itself.',
    ],
    [
      'running, with something to mend',
      tenant({
        kind: 'attention',
        since: '',
        matters: [
          { code: 'noSubscriptions', reason: 'Graph refuses to tell of changes', fix: 'Consent again.' },
        ],
      }),
      'Graph refuses to tell of changes. Consent again.',
    ],
    [
      'connected, with something to mend before a setup is started',
      tenant({
        kind: 'attention',
        since: '',
        matters: [{ code: 'secretExpiring', reason: 'It expires on 2026-05-20.', fix: 'Make a new one.' }],
        before: 'connected',
      }),
      `It expires on 2026-05-20. Make a new one. Then: ${START_A_SETUP}`,
    ],
    [
      'connected, on a secret that ends soon',
      tenant({ kind: 'connected', since: '' }, false, '2026-06-01T00:00:00Z'),
      `The client secret expires on 2026-06-01: make a new one in Entra before that day, and enter it (PUT credential). Then: ${START_A_SETUP}`,
    ],
    [
      'running on a secret that ends before the day that was named',
      tenant(
        {
          kind: 'attention',
          since: '',
          matters: [
            { code: 'noSubscriptions', reason: 'Graph refuses to tell of changes', fix: 'Consent again.' },
            { code: 'secretExpiring', reason: 'It expires on 2026-05-20.', fix: 'Make a new one.' },
          ],
        },
        false,
        '2026-06-01T00:00:00Z',
      ),
      'It expires on 2026-05-20. Make a new one.',
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
