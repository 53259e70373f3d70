import type { AttributeValue } from '../mirror-rows.js';
import type { CompiledSetup } from './compile-setup.js';
import type { PersonFacts } from './facts.js';
import { profileOf } from './profile-of.js';
import { SCOPE_CHECKS } from './scope-check.js';

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * What a person of this setup is derived from, as 16 hexadecimal digits: other input, another hash. Of the user only
 * what the setup reads, so that neither another setup nor a group that does not matter changes it.
 * FNV-1a with 64 bits over UTF-16 code units; it tells input apart, and protects nothing.
 * Source: RFC 9923, "The FNV Non-Cryptographic Hash Algorithm".
 */
export function inputHashOf(compiled: CompiledSetup, facts: PersonFacts): string {
  const text = canonical(inputOf(compiled, facts));
  let hash = OFFSET;
  for (let at = 0; at < text.length; at++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * PRIME);
  return hash.toString(16).padStart(16, '0');
}

/** Whether an operator's decision still holds: it ends when what the person is derived from changes. */
export function overrideHolds(
  override: { readonly inputHash: string } | null | undefined,
  compiled: CompiledSetup,
  facts: PersonFacts,
): boolean {
  return override?.inputHash === inputHashOf(compiled, facts);
}

function inputOf(compiled: CompiledSetup, facts: PersonFacts): AttributeValue {
  const { user, manager, groups, roleAssignments } = facts;
  if (user === null) return null;
  const subject = { user, manager };
  const read = [...compiled.readers].map(([name, reader]) => [name, reader(subject)] as const);
  // Whether it passes, as far as that depends on groups: which of several they are does not matter.
  const passed = SCOPE_CHECKS.map((check) => check.passes(compiled, facts, subject));
  return {
    presence: user.presence,
    read: Object.fromEntries(read),
    profile: profileOf(compiled, subject) as unknown as AttributeValue,
    passed,
    groups: heldOf(compiled.grants.byGroup, groups),
    everyGroup: compiled.grants.everyGroupIsSegment ? [...groups].sort() : null,
    roleAssignments: heldOf(compiled.grants.byRoleAssignment, roleAssignments),
  };
}

function heldOf(index: ReadonlyMap<string, unknown>, held: ReadonlySet<string>): readonly string[] {
  return [...held].filter((one) => index.has(one)).sort();
}

/** JSON with the names of objects in order. */
function canonical(value: AttributeValue | undefined): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one as AttributeValue)).join()}]`;
  const object = value as Readonly<Record<string, AttributeValue>>;
  const names = Object.keys(object).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(object[name])}`).join()}}`;
}
