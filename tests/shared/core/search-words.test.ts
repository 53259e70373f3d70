import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesSearch, searchTokensOf, searchWordsOf } from '../../../shared/core/search-words.js';

const ada = {
  displayName: 'Ada King-Lovelace (Ærø)',
  mail: 'Ada.Lovelace@contoso.example',
  userPrincipalName: 'ada.lovelace@contoso.example',
};
const finds = (search: string, of: Parameters<typeof searchWordsOf>[0] = ada): boolean =>
  matchesSearch(searchWordsOf(of), searchTokensOf(search));

describe('a search', () => {
  it.each([
    'ada',
    'AD',
    'king',
    'king-love',
    'lovelace',
    'ada.love',
    'ada.lovelace@contoso.ex',
    'love ada',
    ' ærø ',
  ])('finds by the beginning of any word: %s', (search) => expect(finds(search)).toBe(true));

  it.each(['ing', 'contoso', 'ada byron', 'example', 'lovelace@'])('does not find by: %s', (search) =>
    expect(finds(search)).toBe(false),
  );

  it('finds with and without accents', () => {
    const jose = { displayName: 'José Núñez', mail: null, userPrincipalName: null };
    for (const search of ['jose', 'JOSÉ', 'nunez', 'núñ']) expect(finds(search, jose)).toBe(true);
  });

  it('finds words of other scripts', () => {
    const other = { displayName: '山田 太郎', mail: null, userPrincipalName: 'Ольга' };
    for (const search of ['山', '太郎', 'ольг']) expect(finds(search, other)).toBe(true);
  });
});

describe('the words that somebody is found by', () => {
  it('leave out what begins another word', () => {
    expect(searchWordsOf(ada)).toEqual(
      [
        'ada.lovelace@contoso.example',
        'ærø'.normalize('NFKD').replace(/\p{M}/gu, ''),
        'king-lovelace',
        'lovelace',
      ].sort(),
    );
  });

  it('are none of nobody', () => {
    expect(searchWordsOf({ displayName: null, mail: 7, userPrincipalName: undefined })).toEqual([]);
    expect(searchTokensOf(' , () ')).toEqual([]);
  });

  it('are bounded, and the beginning of every whole word of a name finds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(), (displayName, at) => {
        const words = searchWordsOf({ displayName, mail: null, userPrincipalName: null });
        expect(words.length).toBeLessThanOrEqual(24);
        for (const word of words) expect(word.length).toBeLessThanOrEqual(64);
        const tokens = searchTokensOf(displayName);
        const token = tokens[at % Math.max(1, tokens.length)];
        if (token !== undefined && words.length < 24) expect(matchesSearch(words, [token])).toBe(true);
      }),
    );
  });
});
