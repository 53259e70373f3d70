import { READS_HIDDEN } from '../../core/hidden-membership.js';
import type { GraphSide } from './graph-caller.js';
import { applicationPermissions } from './token-claims.js';

/** The same side, with the word on whether the token that it was last asked with shows hidden memberships. */
export interface WatchedSide {
  readonly side: GraphSide;
  /** False if the token cannot be read: then nothing is believed of groups with hidden membership. */
  readonly seesHidden: () => boolean;
}

/** By the token of each answer: a permission that is granted or withdrawn counts with the next token only. */
export function watched(side: GraphSide): WatchedSide {
  let last = '';
  return {
    side: { ...side, token: async (wish) => (last = await side.token(wish)) },
    seesHidden: () => applicationPermissions(last)?.includes(READS_HIDDEN) === true,
  };
}
