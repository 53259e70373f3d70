import { describe, expect, it } from 'vitest';
import { BUNDLE_FACTS } from '../../../shared/core/bundle.js';
import { judgeProof, nextLookMs } from '../../../shared/core/consent-proof.js';
import { AccessRefused, CredentialRefused } from '../../../shared/core/failures.js';

const patience = { longestMs: 1_000, partlyMs: 100, operatorMs: 9_000 };
const asked = { bundle: 'directory', tenantId: 't1' } as const;
const roles = BUNDLE_FACTS.directory.permissions.map(({ name }) => name);
const judge = (look: Parameters<typeof judgeProof>[0], waitedMs: number) =>
  judgeProof(look, asked, waitedMs, patience);

describe('the proof of a consent', () => {
  it('is a token with every permission, from the directory that was asked', () => {
    expect(judge({ roles: [...roles, 'More.Read.All'], tenantId: 't1' }, 0)).toEqual({ kind: 'works' });
  });

  it('is content with a permission that is wider than the one asked for', () => {
    expect(judge({ roles: ['Directory.Read.All'], tenantId: 't1' }, 0)).toEqual({ kind: 'works' });
    expect(judge({ roles: ['User.ReadWrite.All'], tenantId: 't1' }, 100).kind).toBe('refused');
  });

  it('fails at once where another directory answers', () => {
    expect(judge({ roles, tenantId: 't2' }, 0).kind).toBe('refused');
  });

  it.each([
    ['an application that is not known yet', new CredentialRefused('no', 700016), 1_000],
    ['a number that nobody knows', new CredentialRefused('no', 123456), 1_000],
    ['no number', new CredentialRefused('no', null), 1_000],
    ['a 403', new AccessRefused('no', 403), 1_000],
    ['a token without permissions', { roles: [], tenantId: 't1' }, 1_000],
    ['a token with some of them', { roles: roles.slice(1), tenantId: 't1' }, 100],
  ])('waits for %s, but not for ever', (_, look, until) => {
    expect(judge(look, until - 1).kind).toBe('wait');
    expect(judge(look, until).kind).toBe('refused');
  });

  it.each([7000112, 53003, 900432])('does not wait where AADSTS%i says that it is in vain', (code) => {
    expect(judge(new CredentialRefused('no', code), 0)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(String(code)) as unknown,
    });
  });

  it.each([7000215, 7000222])(
    'waits longer where AADSTS%i says that the operator is to mend it, and tells the customer so',
    (code) => {
      const look = new CredentialRefused('no', code);
      expect(judge(look, 8_999)).toEqual({
        kind: 'wait',
        waitingFor: `The operator's own application cannot log in (AADSTS${code}). Nothing for you to do: the operator has been told.`,
      });
      expect(judge(look, 9_000).kind).toBe('refused');
    },
  );

  it('names the permissions that are missing', () => {
    const verdict = judge({ roles: ['User.Read.All'], tenantId: 't1' }, 100);
    expect(verdict).toMatchObject({
      reason: 'These application permissions were not granted: GroupMember.Read.All, Organization.Read.All.',
    });
  });

  it('looks often at first and every minute later', () => {
    expect([0, 1, 2, 10, 11, 1_000].map(nextLookMs)).toEqual([1_000, 1_500, 2_250, 57_665, 60_000, 60_000]);
  });
});
