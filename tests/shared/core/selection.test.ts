import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { USER_ATTRIBUTES } from '../../../shared/core/mirror-rows.js';
import { emptyResourceState, type ResourceState } from '../../../shared/core/round.js';
import { beginRound, completeRound } from '../../../shared/core/round-steps.js';
import { attributesMissing, selectionOf, wantsAttributes } from '../../../shared/core/selection.js';

const beginning = { roundId: 'r1', full: true, wantTag: null, forRuns: [], now: '2026-01-05T08:00:00.000Z' };
const added = fc.subarray(['city', 'state', 'employeeOrgData', 'otherMails', 'displayName']);

function readWith(attributes: readonly string[]): ResourceState {
  return completeRound(beginRound(emptyResourceState('users'), { ...beginning, attributes }), 'now', true);
}

describe('what is selected', () => {
  it('is the base and what is added, each once, in the same order whatever the order of the setups', () => {
    expect(selectionOf('users', ['state', 'displayName', 'city', 'state'])).toEqual([
      ...USER_ATTRIBUTES,
      'city',
      'state',
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(['city', 'state', 'faxNumber'], { minLength: 3 }), (names) => {
        expect(selectionOf('users', names)).toEqual(selectionOf('users', ['city', 'faxNumber', 'state']));
      }),
    );
  });
});

describe('a full round', () => {
  it('is wanted exactly where something is wanted that the last one did not select', () => {
    fc.assert(
      fc.property(added, added, (before, after) => {
        const state = readWith(selectionOf('users', before));
        const wanted = selectionOf('users', after);
        expect(wantsAttributes(state, wanted)).toBe(wanted.some((name) => !state.attributes.includes(name)));
        expect(attributesMissing(state, state.attributes)).toEqual([]);
      }),
    );
  });

  it('is wanted once: not while one is under way that selects it, but while another round is', () => {
    const wanted = selectionOf('users', ['city']);
    const state = readWith(USER_ATTRIBUTES);
    expect(attributesMissing(state, wanted)).toEqual(['city']);
    expect(wantsAttributes(beginRound(state, { ...beginning, attributes: wanted }), wanted)).toBe(false);
    expect(wantsAttributes(beginRound(state, beginning), wanted)).toBe(true);
    expect(wantsAttributes(beginRound(state, { ...beginning, full: false }), wanted)).toBe(true);
  });
});
