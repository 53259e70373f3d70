import type { CompiledSetup } from './compile-setup.js';
import type { ExplainedCheck, ExplainedPath, GroupPath } from './explanation.js';
import type { PersonFacts } from './facts.js';
import type { FieldSubject } from './field-reader.js';
import { SCOPE_CHECKS, type ScopeCheck } from './scope-check.js';

/** How the user is in a group, one way of several; empty where that is not known. */
export type PathsOf = (groupId: string) => GroupPath;

/** More than these are not shown for one check: a person may be in thousands of the groups of a scope. */
const MOST_PATHS = 20;

/** Every check with its result, also those after the one that failed. */
export function explainChecks(
  compiled: CompiledSetup,
  facts: PersonFacts,
  pathsOf: PathsOf,
): readonly ExplainedCheck[] {
  const { user, manager } = facts;
  const inDirectory: ExplainedCheck = {
    check: 'notInDirectory',
    result: user === null ? 'failed' : 'passed',
    detail: user === null ? 'The mirror knows no such user.' : 'The user is in the mirror.',
    paths: [],
  };
  if (user === null) return [inDirectory];
  const subject = { user, manager };
  return [
    inDirectory,
    ...SCOPE_CHECKS.map((check) => explainCheck(check, compiled, facts, subject, pathsOf)),
  ];
}

/** Of a longer path the middle is left out: there may be thousands of groups in it. */
const LONGEST_PATH = 40;

/** `member of A via B via C`, by name where it is known. */
export function explainPath(path: GroupPath, groupId: string): ExplainedPath {
  const known = path.length === 0 ? [{ id: groupId, name: null }] : path;
  const left = known.length - LONGEST_PATH;
  const [first, last] =
    left > 0 ? [known.slice(0, LONGEST_PATH / 2), known.slice(-LONGEST_PATH / 2)] : [known, []];
  const names = (groups: GroupPath): string[] => groups.map(({ id, name }) => name ?? id).reverse();
  const middle = left > 0 ? [`${left} more`] : [];
  return {
    groups: [...first, ...last],
    text: `member of ${[...names(last), ...middle, ...names(first)].join(' via ')}`,
  };
}

function explainCheck(
  check: ScopeCheck,
  compiled: CompiledSetup,
  facts: PersonFacts,
  subject: FieldSubject,
  pathsOf: PathsOf,
): ExplainedCheck {
  const passes = check.passes(compiled, facts, subject);
  const asked = check.isAsked(compiled);
  return {
    check: check.reason,
    result: asked ? (passes ? 'passed' : 'failed') : 'notAsked',
    detail: asked ? detailOf(check.reason, compiled, subject, passes) : notAsked(check.reason),
    paths: groupsOf(check.reason, compiled, facts).map((groupId) => explainPath(pathsOf(groupId), groupId)),
  };
}

function groupsOf(
  reason: ScopeCheck['reason'],
  { scopeGroups, excludedGroups }: CompiledSetup,
  { groups }: PersonFacts,
): readonly string[] {
  const asked = reason === 'outsideScope' ? scopeGroups : reason === 'excluded' ? excludedGroups : [];
  return [...asked].filter((groupId) => groups.has(groupId)).slice(0, MOST_PATHS);
}

function detailOf(
  reason: ScopeCheck['reason'],
  { setup }: CompiledSetup,
  { user }: FieldSubject,
  passes: boolean,
): string {
  const { scope, attributes } = setup.document;
  switch (reason) {
    case 'deletedInDirectory':
      return passes ? 'The user is not deleted.' : 'The user is in deleted items of the directory.';
    case 'outsideScope':
      return passes ? 'The user is in a group of the scope.' : 'The user is in no group of the scope.';
    case 'excluded':
      return passes ? 'The user is in no group that is excluded.' : 'The user is in an excluded group.';
    case 'disabled':
      return passes ? 'The account is enabled.' : 'The account is disabled, and the setup leaves these out.';
    case 'guest':
      return passes
        ? `The user type is ${JSON.stringify(user.attributes['userType'] ?? null)}, not Guest.`
        : 'The user is a guest, and the setup leaves guests out.';
    case 'filtered':
      return `The filter ${passes ? 'holds' : 'does not hold'}: ${scope.filter ?? ''}`;
    case 'otherConnection':
      return `${attributes.connection?.attribute ?? ''} ${passes ? 'is' : 'is not'} ${JSON.stringify(attributes.connection?.equals)}.`;
  }
}

function notAsked(reason: ScopeCheck['reason']): string {
  switch (reason) {
    case 'deletedInDirectory':
      return 'It is always asked.';
    case 'outsideScope':
      return 'The whole directory is in scope.';
    case 'excluded':
      return 'The setup excludes no group.';
    case 'disabled':
      return 'The setup takes disabled accounts too.';
    case 'guest':
      return 'The setup takes guests too.';
    case 'filtered':
      return 'The setup has no filter.';
    case 'otherConnection':
      return 'The setup requires no connection attribute.';
  }
}
