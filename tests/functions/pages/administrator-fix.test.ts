import { describe, expect, it } from 'vitest';
import { administratorFix } from '../../../functions/pages/administrator-fix.js';
import { CATALOG } from '../../../shared/core/doctor/catalog.js';

describe('a fix, for the administrator who reads it', () => {
  it('is to consent where an operator would send the link', () => {
    for (const fix of [
      'Send the administrator the consent link (POST consent).',
      'Send the administrator a new consent link (POST consent).',
      'Have an administrator of the tenant consent again (POST consent).',
    ])
      expect(administratorFix('ConsentMissing', fix, 'Olga')).toEqual({
        text: 'Give consent as Global or Privileged Role Administrator, and follow it to its end.',
        by: 'consent',
      });
  });

  it('keeps what the operator does before', () => {
    const fix =
      'The operator adds User.Read.All to it. Then have an administrator of the tenant consent again (POST consent).';
    expect(administratorFix('DelegatedInsteadOfApplication', fix, 'Olga')).toEqual({
      text: 'The operator adds User.Read.All to it. Then give consent.',
      by: 'consent',
    });
  });

  it('leaves what names a setting of the deployment to the operator', () => {
    const { text } = administratorFix(null, 'Let Microsoft Graph reach PUBLIC_URL from outside.', 'Olga');
    expect(text).toBe('This is for Olga to fix.');
  });

  it('leads to the client secret if a new one has to be entered', () => {
    const { fix } = CATALOG.SecretExpired;
    expect(administratorFix('SecretExpired', fix, 'Olga')).toEqual({
      text: 'Make a new client secret in Entra and enter its value.',
      by: 'secret',
    });
  });

  it('never says that nothing is to be done, which stands above buttons of the page', () => {
    const { text } = administratorFix(null, 'Nothing for you to do: the operator has been told.', 'Olga');
    expect(text).toBe('This is for Olga to fix.');
  });

  it('never names a call of the API or a setting, whatever the doctor found', () => {
    for (const [code, { fix }] of Object.entries(CATALOG)) {
      const { text } = administratorFix(code, fix, 'Olga');
      expect(text).not.toMatch(/\((?:GET|POST|PUT|PATCH|DELETE) |[A-Z]+_[A-Z]+/);
      expect(text).not.toContain('Send the administrator');
    }
  });
});
