import { foundChanges, type Hearing } from './hearing.js';
import {
  addCounts,
  hasChanges,
  NO_CHANGES,
  type ChangeCounts,
  type CompletedRound,
  type ResourceState,
  type Round,
  type Warning,
} from './round.js';
import { BASE_ATTRIBUTES } from './selection.js';

/** More restarts than this and the round is given up: something is wrong that reading anew does not mend. */
export const MOST_RESTARTS = 3;

/** A chain of pages longer than this is taken for endless and cut. */
export const MOST_PAGES = 50_000;

export interface RoundBeginning {
  readonly roundId: string;
  readonly full: boolean;
  readonly wantTag: string | null;
  readonly forRuns: readonly string[];
  /** ISO 8601 UTC. */
  readonly now: string;
  /** What a full round is to select; the base attributes where nothing more is wanted. */
  readonly attributes?: readonly string[];
  /** Whether a full round is to carry members or managers; it does where nothing else is said. */
  readonly references?: boolean;
}

/** Begins a round: from the delta link, or from nothing where there is none or everything is wanted. */
export function beginRound(
  state: ResourceState,
  beginning: RoundBeginning,
): ResourceState & { readonly round: Round } {
  const full = beginning.full || state.deltaLink === null;
  const round: Round = {
    roundId: beginning.roundId,
    kind: full ? 'full' : 'increment',
    stage: 'reading',
    sweepBucket: 0,
    halted: false,
    restarts: 0,
    fresh: state.pristine,
    sweeps: !state.pristine,
    attributes: full ? (beginning.attributes ?? BASE_ATTRIBUTES[state.resource]) : state.attributes,
    references: full ? (beginning.references ?? true) : state.references,
    seesHidden: true,
    link: full ? null : state.deltaLink,
    wantTag: beginning.wantTag,
    forRuns: beginning.forRuns,
    resumed: false,
    disagreements: 0,
    countServed: false,
    proven: false,
    beganAt: beginning.now,
    pages: 0,
    objects: 0,
    estimate: null,
    seenChunks: 0,
    counts: NO_CHANGES,
    warnings: [],
  };
  return { ...state, pristine: false, round };
}

/** The delta token died in mid-round: begin anew, from nothing (`everything`) or from the last delta link. */
export function restartRound(
  state: ResourceState & { readonly round: Round },
  restart: {
    readonly roundId: string;
    readonly everything: boolean;
    readonly restartLink: string | null;
    readonly now: string;
    /** What is wanted by now; what the broken round selected where it is not given. */
    readonly attributes?: readonly string[];
    readonly references?: boolean;
  },
): ResourceState & { readonly round: Round } {
  const full = restart.everything || state.round.kind === 'full';
  const attributes = restart.attributes ?? state.round.attributes;
  const references = restart.references ?? state.round.references;
  const begun = beginRound(state, {
    roundId: restart.roundId,
    full,
    wantTag: state.round.wantTag,
    forRuns: state.round.forRuns,
    now: restart.now,
    attributes,
    references,
  });
  // The link that Graph names repeats the query of the broken round, so it serves only who wants the same.
  const link =
    restart.everything &&
    sameNames(attributes, state.round.attributes) &&
    references === state.round.references
      ? restart.restartLink
      : begun.round.link;
  const { warnings, counts } = state.round;
  return { ...begun, round: { ...begun.round, link, warnings, counts, restarts: state.round.restarts + 1 } };
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

export interface AppliedChunk {
  /** The link behind the chunk's last page. */
  readonly link: { readonly kind: 'next' | 'delta'; readonly url: string };
  readonly pages: number;
  readonly objects: number;
  readonly counts: ChangeCounts;
  readonly warnings: readonly Warning[];
  readonly seenWritten: boolean;
  readonly seesHidden: boolean;
}

/** What is saved once a chunk's marks and rows are durable. */
export function chunkApplied(round: Round, chunk: AppliedChunk): Round {
  return {
    ...round,
    link: chunk.link.url,
    pages: round.pages + chunk.pages,
    objects: round.objects + chunk.objects,
    counts: addCounts(round.counts, chunk.counts),
    warnings: joinWarnings(round.warnings, chunk.warnings),
    seenChunks: round.seenChunks + (chunk.seenWritten ? 1 : 0),
    seesHidden: round.seesHidden && chunk.seesHidden,
  };
}

/** What comes next once a delta link has arrived. */
export type AfterDeltaLink = 'confirm' | 'prove' | 'complete';

/**
 * A resumed round asks once more from the new delta link, since it began long ago; a full round then proves
 * itself; an increment is complete.
 */
export function afterDeltaLink(round: Round): AfterDeltaLink {
  if (round.resumed) return 'confirm';
  return round.kind === 'full' ? 'prove' : 'complete';
}

/** Asks once more from the delta link, which `round.link` holds. */
export function confirming(round: Round): Round {
  return { ...round, stage: 'confirming', resumed: false };
}

export type Proof = 'sweep' | 'confirm' | 'completeWithoutSweep';

/**
 * Does what was seen agree with the directory's own count? `counted` null: the count is not served, and each
 * candidate will be read by id. One disagreement asks for one more delta; a second one ends without a sweep.
 */
export function proofOf(round: Round, seenLive: number, counted: number | null): Proof {
  if (counted === null || counted === seenLive) return 'sweep';
  return round.disagreements === 0 ? 'confirm' : 'completeWithoutSweep';
}

/**
 * The groups were read without their members: now the chains that tell those of needed groups are followed. From here
 * on only of these does the mirror hold members, whatever becomes of the round.
 */
export function followingMembers(
  state: ResourceState & { readonly round: Round },
  proven: boolean,
): ResourceState & { readonly round: Round } {
  return { ...state, references: false, round: { ...state.round, stage: 'members', proven, sweepBucket: 0 } };
}

/** Another job takes the round up: it began long ago, and the job before may have died between two writes. */
export function resumeRound(state: ResourceState): ResourceState {
  return state.round === null ? state : { ...state, round: { ...state.round, resumed: true, sweeps: true } };
}

/** The round was given up on for now: its link stays, so that it goes on there once it is wanted again. */
export function haltRound(state: ResourceState): ResourceState {
  return state.round === null ? state : { ...state, round: { ...state.round, halted: true, restarts: 0 } };
}

/** A full round that nobody wants any more: what was applied stays, the delta link stays as it was. */
export function abandonRound(state: ResourceState): ResourceState {
  return { ...state, round: null };
}

/** The round is over: its link becomes the delta link, never null over a value. */
export function completeRound(
  state: ResourceState & { readonly round: Round },
  now: string,
  proven: boolean,
): ResourceState {
  const { round } = state;
  const last: CompletedRound = {
    roundId: round.roundId,
    kind: round.kind,
    beganAt: round.beganAt,
    completedAt: now,
    pages: round.pages,
    objects: round.objects,
    counts: round.counts,
    warnings: round.warnings,
  };
  return {
    ...state,
    deltaLink: round.link ?? state.deltaLink,
    attributes: round.attributes,
    references: round.references,
    seesHidden: round.seesHidden && (round.kind === 'full' || state.seesHidden),
    round: null,
    last,
    provenAt: proven ? now : state.provenAt,
    hearing: hearingAfter(state, now),
  };
}

/** What a full round finds may have happened long before any subscription stood. */
function hearingAfter(
  { round, last, hearing }: ResourceState & { readonly round: Round },
  at: string,
): Hearing {
  if (round.kind === 'full' || last === null || !hasChanges(round.counts)) return hearing;
  return foundChanges(hearing, { since: last.beganAt, at });
}

/** One warning per code, counts added up. */
export function joinWarnings(a: readonly Warning[], b: readonly Warning[]): readonly Warning[] {
  const joined = new Map(a.map((warning) => [warning.code, warning]));
  for (const warning of b) {
    const known = joined.get(warning.code);
    joined.set(warning.code, known ? { ...known, count: known.count + warning.count } : warning);
  }
  return [...joined.values()];
}
