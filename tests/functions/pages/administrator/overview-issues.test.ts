import { describe, expect, it } from 'vitest';
import { overviewIssues } from '../../../../functions/pages/administrator/overview-issues.js';
import type { TenantState } from '../../../../shared/core/tenant-state.js';
import { aTenant, credentialReference } from '../../../builders/tenant.js';

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

  it('name what is on record of the tenant, unless the doctor found it too', () => {
    const matters = [
      { code: 'setupAttention', reason: 'A group is gone', fix: 'Remove it.' },
      { code: 'notificationsSilent', reason: 'Silence.', fix: 'Let Graph in.' },
    ] as const;
    const state: TenantState = { kind: 'attention', since, matters };
    const issues = overviewIssues(aTenant({ state }), [finding('NotificationsSilent', 'warning')], NOW);
    expect(issues.map(({ code, message }) => [code, message])).toEqual([
      ['NotificationsSilent', 'NotificationsSilent happened.'],
      ['SetupAttention', 'A group is gone.'],
    ]);
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
