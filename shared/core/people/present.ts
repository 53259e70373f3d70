import type { CompiledSetup } from './compile-setup.js';
import type { PersonFacts } from './facts.js';
import { grantsOf } from './grants-of.js';
import type { Presented } from './presented.js';
import { profileOf } from './profile-of.js';
import { firstFailed } from './scope-check.js';

/**
 * What a setup makes of one directory object at this moment. Hosts follow for who is out only because of the groups
 * of the scope; who is out for another reason is host of nothing.
 */
export function present(compiled: CompiledSetup, facts: PersonFacts): Presented {
  const { user, manager } = facts;
  if (user === null) return { kind: 'out', reason: 'notInDirectory', hostsOf: [], profile: null };
  const subject = { user, manager };
  const profile = profileOf(compiled, subject);
  const reason = firstFailed(compiled, facts, subject);
  if (reason === null) return { kind: 'in', profile, grants: grantsOf(compiled.grants, facts, subject) };
  const hosts =
    reason === 'outsideScope' && firstFailed(compiled, facts, subject, 'outsideScope') === null
      ? grantsOf(compiled.grants, facts, subject).hostsOf
      : [];
  return { kind: 'out', reason, hostsOf: hosts, profile };
}
