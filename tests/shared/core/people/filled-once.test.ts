import { describe, expect, it } from 'vitest';
import { compileSetup } from '../../../../shared/core/people/compile-setup.js';
import { nextPerson } from '../../../../shared/core/people/next-person.js';
import type { Person } from '../../../../shared/core/people/person.js';
import { present } from '../../../../shared/core/people/present.js';
import { cleanMail } from '../../../../shared/core/mail-address.js';
import { mailKey } from '../../../../shared/core/matching/match-keys.js';
import { aCatalog } from '../../../builders/catalog.js';
import { aUser, factsOf } from '../../../builders/facts.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';

const { attributes } = aSetupDocument();
const company = {
  from: 'companyName',
  to: 'company',
  policy: 'fillIfEmpty',
  visible: true,
  usableInRules: false,
} as const;
const document = aSetupDocument({ attributes: { ...attributes, fields: [company] } });
const compiled = compileSetup(aSetup({ document }), aCatalog());

function after(previous: Person | null, values: Parameters<typeof aUser>[0]): Person | null {
  const known = { directoryId: 'ada', previous, tie: null, mayRemove: 'yes', isKept: false } as const;
  const presented = present(compiled, factsOf(aUser(values)));
  const next = nextPerson(compiled, presented, { ...known, now: '2026-03-01T00:00:00.000Z' });
  return next.kind === 'write' ? next.change.after : previous;
}

describe('a field that fills what is empty', () => {
  it('is filled once, and does not follow the directory then', () => {
    const first = after(null, { companyName: 'Old Co' });
    expect(first?.attributes).toEqual({ company: 'Old Co' });
    expect(after(first, { companyName: 'New Co' })?.attributes).toEqual({ company: 'Old Co' });
    expect(after(first, {})?.attributes).toEqual({ company: 'Old Co' });
  });

  it('is filled later if the directory had nothing at first', () => {
    const first = after(null, {});
    expect(first?.attributes).toEqual({});
    expect(after(first, { companyName: 'New Co' })?.attributes).toEqual({ company: 'New Co' });
  });
});

describe('a mail address', () => {
  it('is presented without white space around it and zero-width characters', () => {
    expect(after(null, { mail: ' ada\u200b@contoso.com\ufeff ' })?.mail).toBe('ada@contoso.com');
    expect(after(null, { mail: ' \u200b ' })?.mail).toBeNull();
  });

  it('is matched as it is presented', () => {
    const written = '\u200b Ada@Contoso.com\u00a0';
    expect(mailKey(written)).toBe(mailKey(cleanMail(written)));
  });
});
