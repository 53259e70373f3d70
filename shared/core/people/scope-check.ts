import type { CompiledSetup } from './compile-setup.js';
import type { PersonFacts } from './facts.js';
import type { FieldSubject } from './field-reader.js';
import type { OutReason } from './presented.js';

/** One question that decides whether somebody is a person of a setup. */
export interface ScopeCheck {
  /** Why somebody is out who does not pass. */
  readonly reason: Exclude<OutReason, 'notInDirectory'>;
  /** Whether the setup asks it at all. */
  readonly isAsked: (compiled: CompiledSetup) => boolean;
  readonly passes: (compiled: CompiledSetup, facts: PersonFacts, subject: FieldSubject) => boolean;
}

/** In the order in which they are asked: the first that is not passed says why somebody is out. */
export const SCOPE_CHECKS: readonly ScopeCheck[] = [
  {
    reason: 'deletedInDirectory',
    isAsked: () => true,
    passes: (_compiled, _facts, { user }) => user.presence === 'live',
  },
  {
    reason: 'outsideScope',
    isAsked: ({ setup }) => setup.document.scope.kind !== 'directory',
    passes: ({ scopeGroups }, { groups }) => anyIn(scopeGroups, groups),
  },
  {
    reason: 'excluded',
    isAsked: ({ excludedGroups }) => excludedGroups.size > 0,
    passes: ({ excludedGroups }, { groups }) => !anyIn(excludedGroups, groups),
  },
  {
    reason: 'disabled',
    isAsked: ({ setup }) => !setup.document.scope.includeDisabled,
    passes: (_compiled, _facts, { user }) => user.attributes['accountEnabled'] !== false,
  },
  {
    reason: 'guest',
    isAsked: ({ setup }) => !setup.document.scope.includeGuests,
    passes: (_compiled, _facts, { user }) => !isGuest(user),
  },
  {
    reason: 'filtered',
    isAsked: ({ filter }) => filter !== null,
    passes: ({ filter }, _facts, subject) => filter === null || filter(subject),
  },
  {
    reason: 'otherConnection',
    isAsked: ({ connection }) => connection?.mode === 'require',
    passes: ({ connection }, _facts, subject) => connection === null || connection.fits(subject),
  },
];

export function isGuest({ attributes }: FieldSubject['user']): boolean {
  const type = attributes['userType'];
  return typeof type === 'string' && type.toLowerCase() === 'guest';
}

/** The first check that is asked and not passed; null where somebody is in. */
export function firstFailed(
  compiled: CompiledSetup,
  facts: PersonFacts,
  subject: FieldSubject,
  butNot: OutReason | null = null,
): ScopeCheck['reason'] | null {
  for (const check of SCOPE_CHECKS)
    if (check.reason !== butNot && check.isAsked(compiled) && !check.passes(compiled, facts, subject))
      return check.reason;
  return null;
}

/** Goes through the smaller of both. */
function anyIn(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const one of few) if (many.has(one)) return true;
  return false;
}
