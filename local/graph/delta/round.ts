import type { DirectoryState } from '../directory/directory-state.js';
import type { DirectoryObject } from '../directory/records.js';
import type { Printed } from './print.js';
import type { DeltaPageToken } from './tokens.js';

/** What a page is made from. */
export interface PageSource {
  readonly view: DirectoryState;
  readonly token: DeltaPageToken;
  /** `Prefer: return=minimal`. */
  readonly minimal: boolean;
  /** Soft-deleted objects that delta has announced: members that are no longer told. */
  readonly announced: ReadonlySet<string>;
  /** Whether hidden memberships are shown. */
  readonly seesHidden: boolean;
  readonly pageSize: number;
  readonly memberEntries: number;
}

/** A page: either the round goes on at `next`, or it stands at `since` from now on. */
export interface DeltaPage {
  readonly value: Printed[];
  readonly end:
    | { readonly kind: 'next'; readonly token: DeltaPageToken }
    | { readonly kind: 'done'; readonly since: number };
  /** Soft-deleted objects printed on this page. */
  readonly announces: readonly string[];
}

/** An object whose turn it is, and the cursor that stands behind it. */
interface Candidate {
  readonly object: DirectoryObject;
  readonly cursor: number;
}

/** The objects of the round from its cursor on, but for those whose permanent deletion is not reported. */
export function* candidates(view: DirectoryState, token: DeltaPageToken): Generator<Candidate> {
  for (const candidate of inTurn(view, token)) if (!candidate.object.isSilentlyGone) yield candidate;
}

/**
 * The objects of the round from its cursor on. An initial round goes through the order of creation up to
 * the objects of its start, an increment through the history up to its present end: an object that changes
 * while the round is paged moves to the end of the history, so it is told later in the round, whole.
 */
function* inTurn(view: DirectoryState, token: DeltaPageToken): Generator<Candidate> {
  const collection = view[token.query.resource];
  if (token.query.ids !== undefined) {
    yield* chosen(view, token, token.query.ids);
  } else if (token.initial) {
    for (let i = token.cursor; i < token.limit; i++) {
      const object = collection.order[i];
      if (object !== undefined) yield { object, cursor: i + 1 };
    }
  } else {
    for (const object of collection.log.after(token.cursor)) yield { object, cursor: object.seq };
  }
}

/** Objects named by a filter, in order of their last change. */
function* chosen(view: DirectoryState, token: DeltaPageToken, ids: readonly string[]): Generator<Candidate> {
  const type = token.query.resource === 'users' ? 'user' : 'group';
  const objects = ids
    .map((id) => view.objects.get(id))
    .filter((object) => object?.type === type)
    .filter((object) => object !== undefined)
    .filter((object) => object.seq > token.cursor)
    .sort((a, b) => a.seq - b.seq);
  for (const object of objects) yield { object, cursor: object.seq };
}

/** Ends the page: the round is done when nothing is left, at the point that its link may stand for. */
export function endOf(
  source: PageSource,
  rest: { cursor: number; pending: DeltaPageToken['pending'] } | undefined,
) {
  const { token, view } = source;
  if (rest === undefined) {
    return { kind: 'done', since: token.initial ? token.end : view.seq } as const;
  }
  return { kind: 'next', token: { ...token, ...rest, nonce: 0 } } as const;
}
