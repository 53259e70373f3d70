import { describe, expect, it } from 'vitest';
import { initialsKey, mailKey } from '../../shared/core/matching/match-keys.js';
import { LEAST_SCORE, SuggestionFinder, WEIGHTS } from '../../shared/core/matching/suggest-matches.js';
import { compileSetup } from '../../shared/core/people/compile-setup.js';
import { profileOf } from '../../shared/core/people/profile-of.js';
import { matchUserOf } from '../../shared/core/matching/match-user.js';
import { aUser } from '../builders/facts.js';
import { aSetup } from '../builders/setup.js';
import { readDocument } from './markdown.js';

const text = await readDocument('docs/matching.md');

/** Cells of the rows below that head. */
function rowsBelow(head: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.replaceAll(/\s+/g, ' ').startsWith(head));
  expect(start).toBeGreaterThan(0);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const pieces = (cell = ''): string[] => [...cell.matchAll(/`([^`]*)`/g)].map(([, piece = '']) => piece);

const aliasesOf = (proxyAddresses: readonly string[]): readonly string[] => {
  const user = aUser({ proxyAddresses });
  const compiled = compileSetup(aSetup(), { find: () => null });
  return matchUserOf(user, profileOf(compiled, { user, manager: null })).aliases;
};

/** What a cell gives a user, as the directory has it. */
function valuesOf(cell: string): readonly string[] {
  return cell.startsWith('aliases') ? aliasesOf(pieces(cell)) : pieces(cell);
}

describe('the documentation of matching', () => {
  it.each(rowsBelow('| user | record | equal |'))(
    'says rightly whether %s and %s are equal',
    (user, record, equal) => {
      const keyOf = record.startsWith('mail') ? mailKey : initialsKey;
      const keys = valuesOf(user).map(keyOf);
      expect(keys.includes(keyOf(pieces(record)[0] ?? null)) ? 'yes' : 'no').toBe(equal);
    },
  );

  it.each(rowsBelow('| user | record | score |'))('tells the score of %s and %s', (user, record, score) => {
    const [one, other] = [user, record].map((cell) => {
      const [displayName = null, ...rest] = pieces(cell);
      const isAddress = (text: string): boolean => text.includes('@');
      const addresses = rest.filter(isAddress);
      const phones = rest.filter((text) => !isAddress(text));
      return { id: 'one', displayName, addresses, phones, jobTitle: null };
    });
    const finder = new SuggestionFinder();
    finder.add(other!);
    const [suggestion] = finder.suggestionsFor(one!, []);
    expect(suggestion?.score).toBe(Number(score));
  });

  it('tells the weights and the least score', () => {
    const told = rowsBelow('| likeness | weight |').map(([name, weight]) => [
      pieces(name)[0],
      Number(weight),
    ]);
    expect(Object.fromEntries(told)).toEqual(WEIGHTS);
    expect(text).toContain(`Less than ${LEAST_SCORE} is no suggestion.`);
  });
});
