import type { CompiledSetup } from './compile-setup.js';
import { explainChecks, type PathsOf } from './explain-checks.js';
import { explainFields } from './explain-fields.js';
import { explainGrants } from './explain-grants.js';
import type { Explanation } from './explanation.js';
import type { PersonFacts, RecordTie } from './facts.js';
import type { GrantItem } from './grant-item.js';
import { overrideHolds } from './input-hash.js';
import { personIdOf, type Person } from './person.js';
import { present } from './present.js';
import type { OutReason, Presented } from './presented.js';
import { unmatchedOf, type Unmatched } from './unmatched.js';

/** What is known of a person beside its facts. */
export interface ExplainWith {
  readonly person: Person | null;
  readonly tie: RecordTie | null;
  readonly isInConflict: boolean;
  readonly override: {
    readonly inputHash: string;
    readonly decidedBy: string;
    readonly decidedAt: string;
  } | null;
  readonly staged: Explanation['removal'];
  readonly tooLarge: Explanation['tooLarge'];
  readonly pathsOf: PathsOf;
  /** Groups of the scope that are not in the directory any more. */
  readonly goneGroups: readonly string[];
}

/** In or out and why, each grant with its path, each field with its origin and policy; by what `present` decides. */
export function explain(compiled: CompiledSetup, facts: PersonFacts, known: ExplainWith): Explanation {
  const { directoryId, user, manager } = facts;
  const { person, tie, override, staged, isInConflict } = known;
  const presented = present(compiled, facts);
  const checks = explainChecks(compiled, facts, known.pathsOf);
  const { create } = compiled.setup.document;
  const unmatched = unmatchedOf({ create, previous: person, isTied: tie !== null, isInConflict });
  const reason = presented.kind === 'out' ? presented.reason : unmatched;
  const subject = user === null ? null : { user, manager };
  return {
    setupId: compiled.setup.setupId,
    directoryId,
    personId: personIdOf(compiled.setup.setupId, directoryId),
    verdict: reason === null ? 'in' : 'out',
    reason,
    because:
      presented.kind === 'in' ? matchSentence(unmatched) : outSentence(checks, presented.reason, known),
    checks,
    grants:
      subject === null
        ? []
        : explainGrants(compiled.grants, facts, subject, {
            pathsOf: known.pathsOf,
            given: (item) => (unmatched === null || item.kind === 'host') && isGiven(presented, item),
          }),
    fields: subject === null ? [] : explainFields(compiled, subject, { tie, person }),
    match: tie === null ? null : { recordId: tie.recordId, matchedBy: tie.matchedBy },
    recordError: person?.recordError ?? null,
    person: person === null ? null : standingShown(person),
    override:
      override === null
        ? null
        : {
            kind: 'keep',
            decidedBy: override.decidedBy,
            decidedAt: override.decidedAt,
            holds: overrideHolds(override, compiled, facts),
          },
    removal: staged === null ? null : { kind: staged.kind, reason: staged.reason, since: staged.since },
    tooLarge: known.tooLarge === null ? null : { what: known.tooLarge.what, bytes: known.tooLarge.bytes },
  };
}

/** Nobody is removed because a group of the scope is gone. */
function outSentence(
  checks: Explanation['checks'],
  reason: OutReason,
  { person, goneGroups }: ExplainWith,
): string {
  const [gone] = goneGroups;
  if (reason !== 'outsideScope' || gone === undefined || person === null || person.status === 'removed')
    return sentenceOf(checks, reason);
  return `The group ${gone} of the scope is not in the directory any more: the person stays as it is until the group is back or is taken out of the setup.`;
}

function sentenceOf(checks: Explanation['checks'], reason: OutReason): string {
  return checks.find(({ check }) => check === reason)?.detail ?? reason;
}

function matchSentence(unmatched: Unmatched | null): string {
  switch (unmatched) {
    case null:
      return 'Every check was passed.';
    case 'conflict':
      return 'The user is in scope, and fits several records or shares one: an operator has to choose first.';
    case 'noRecord':
      return 'The user is in scope, but no record matches, and the setup makes nobody anew.';
  }
}

function isGiven(presented: Presented, item: GrantItem): boolean {
  return presented.kind === 'in' || (item.kind === 'host' && presented.hostsOf.includes(item.id));
}

function standingShown(person: Person): NonNullable<Explanation['person']> {
  const { status, statusReason, statusSince, deleteAfter, removalHeld } = person;
  return { status, statusReason, statusSince, deleteAfter, removalHeld };
}
