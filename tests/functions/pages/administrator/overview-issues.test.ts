import { describe, expect, it } from 'vitest';
import { overviewIssues } from '../../../../functions/pages/administrator/overview-issues.js';
import { aTenant, credentialReference, healthOf } from '../../../builders/tenant.js';

const NOW = Date.parse('2026-05-04T10:00:00Z');
const since = '2026-05-01T00:00:00.000Z';
const finding = (code: string, severity: 'error' | 'warning' | 'info' = 'error') => ({
  code,
  severity,
  message: `${code} happened.`,
  fix: 'Fix it.',
});
const codes = (...given: Parameters<typeof overviewIssues>) =>
  overviewIssues(...given).map(({ code }) => code);

describe('the issues of the overview', () => {
  it('are the errors and warnings of the doctor, without what the headline says', () => {
    const found = [finding('SecretWrong'), finding('ClockSkew', 'warning'), finding('TenantParked')];
    expect(codes(aTenant(), [...found, finding('GoodToKnow', 'info')], NOW)).toEqual([
      'SecretWrong',
      'ClockSkew',
    ]);
  });

  it('leave out that nobody has consented while the directory awaits consent', () => {
    const found = [finding('ConsentMissing'), finding('ConsentUnconfirmed')];
    const tenant = aTenant({ state: { kind: 'awaitingConsent', since } });
    expect(codes(tenant, found, NOW)).toEqual(['ConsentUnconfirmed']);
    expect(codes(aTenant(), found, NOW)).toEqual(['ConsentMissing', 'ConsentUnconfirmed']);
  });

  it('are those of the tenant too, also if the doctor found nothing, since Microsoft did not answer', () => {
    const held = ['desk', 'canteen'].map((setupId) => ({ setupId, designation: setupId, count: 30, since }));
    const silent = { resources: ['users'], since } as const;
    const tenant = aTenant({ health: healthOf({ held, silent }) });
    const issues = overviewIssues(tenant, [finding('NotificationsSilent', 'warning')], NOW);
    expect(issues.map(({ code, message }) => [code, message.slice(0, 35)])).toEqual([
      ['NotificationsSilent', 'NotificationsSilent happened.'],
      ['RemovalsHeld', '30 removals are held in the setup "'],
      ['RemovalsHeld', '30 removals are held in the setup "'],
    ]);
    expect(codes(tenant, [], NOW)).toEqual(['RemovalsHeld', 'RemovalsHeld', 'NotificationsSilent']);
  });

  it.each([
    ['2026-05-01T00:00:00.000Z', ['SecretExpired'], 'expired on 2026-05-01'],
    ['2026-06-01T00:00:00.000Z', ['SecretExpiring'], 'expires on 2026-06-01'],
    ['2027-06-01T00:00:00.000Z', [], ''],
    [null, [], ''],
  ])('name a secret that ends on %s before the timer has looked', (expiresOn, expected, words) => {
    const issues = overviewIssues(aTenant({ credential: credentialReference({ expiresOn }) }), [], NOW);
    expect(issues.map(({ code }) => code)).toEqual(expected);
    expect(issues[0]?.message ?? '').toContain(words);
  });
});
