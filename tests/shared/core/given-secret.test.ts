import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examineGivenSecret, type GivenCredential } from '../../../shared/core/given-secret.js';

const NOW = Date.parse('2026-05-04T10:00:00Z');
const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';
const CLIENT = '22222222-aaaa-4bbb-8ccc-000000000001';
const SECRET_ID = '33333333-aaaa-4bbb-8ccc-000000000001';

function given(secretValue: string, over: Partial<GivenCredential> = {}): GivenCredential {
  return { clientId: CLIENT, secretId: SECRET_ID, secretValue, expiresOn: null, ...over };
}

const examine = (credential: GivenCredential) => examineGivenSecret(credential, TENANT, NOW);

describe('a secret as somebody pasted it', () => {
  it('is taken as it is', () => {
    expect(examine(given('abc~D.e_f-1'))).toEqual({ kind: 'usable', value: 'abc~D.e_f-1', trimmed: false });
    // A space within belongs to it.
    expect(examine(given('abc d'))).toEqual({ kind: 'usable', value: 'abc d', trimmed: false });
  });

  it('loses the white space and the line ends around it, which is said', () => {
    for (const pasted of [' abc~D ', 'abc~D\n', '\r\nabc~D', '\tabc~D\u00a0', '\ufeffabc~D\u200b'])
      expect(examine(given(pasted))).toEqual({ kind: 'usable', value: 'abc~D', trimmed: true });
  });

  it('is empty where nothing else is left', () => {
    for (const pasted of ['', '   ', '\n\t', '\u200b \ufeff'])
      expect(examine(given(pasted))).toEqual({ kind: 'empty' });
  });

  it('is recognised as the id of the secret, given beside it or not, and whatever its spelling', () => {
    const other = '44444444-aaaa-4bbb-8ccc-000000000001';
    for (const pasted of [SECRET_ID, ` ${SECRET_ID.toUpperCase()}\n`, other, `{${other}}`])
      expect(examine(given(pasted))).toMatchObject({
        kind: 'notTheValue',
        finding: expect.stringMatching(/the secret id, not its value/) as string,
      });
    expect(examine(given(other, { secretId: null }))).toMatchObject({ kind: 'notTheValue' });
  });

  it('is recognised as the id of the application or of the tenant, a domain too', () => {
    expect(examine(given(CLIENT))).toMatchObject({
      finding: expect.stringMatching(/application \(client\) id/) as string,
    });
    expect(examine(given(TENANT))).toMatchObject({
      finding: expect.stringMatching(/directory \(tenant\) id/) as string,
    });
    const domain = examineGivenSecret(given('Contoso.example'), 'contoso.example', NOW);
    expect(domain).toMatchObject({ finding: expect.stringMatching(/directory \(tenant\) id/) as string });
  });

  it('has to end in the future where its end is named', () => {
    const end = (expiresOn: string) => examine(given('abc', { expiresOn })).kind;
    expect(end('2026-05-04T10:00:00.000Z')).toBe('expired');
    expect(end('2020-01-01T00:00:00.000Z')).toBe('expired');
    expect(end('2026-05-04T10:00:01.000Z')).toBe('usable');
  });

  it('never stands in the words about it', () => {
    fc.assert(
      fc.property(fc.uuid(), (pasted) => {
        expect(JSON.stringify(examine(given(pasted)))).not.toContain(pasted);
      }),
    );
  });
});
