import type { AttributeValue } from '../mirror-rows.js';
import type { CompiledSetup } from './compile-setup.js';
import type { PersonFacts } from './facts.js';
import { profileOf } from './profile-of.js';
import { SCOPE_CHECKS } from './scope-check.js';

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * How the input of the hash is made, before its digits. Raise it with whatever changes the hash of an input that stays
 * the same: hashes of another version are made again, and end no decision.
 */
const HASH_VERSION = '2.';

/**
 * What a person of this setup is derived from, as 16 hexadecimal digits behind the version of the hash: other input,
 * another hash. Of the user only what the setup reads, and of the checks only those that it asks, so that neither
 * another setup, nor a group that does not matter, nor a check that is new to the product changes it.
 * FNV-1a with 64 bits over UTF-16 code units; it tells input apart, and protects nothing.
 * Source: RFC 9923, "The FNV Non-Cryptographic Hash Algorithm".
 */
export function inputHashOf(compiled: CompiledSetup, facts: PersonFacts): string {
  const text = canonical(inputOf(compiled, facts));
  let hash = OFFSET;
  for (let at = 0; at < text.length; at++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * PRIME);
  return `${HASH_VERSION}${hash.toString(16).padStart(16, '0')}`;
}

/**
 * Whether an operator's decision still holds: it ends when what the person is derived from changes. Of one whose hash
 * is of another version nothing is known to have changed.
 */
export function overrideHolds(
  override: { readonly inputHash: string } | null | undefined,
  compiled: CompiledSetup,
  facts: PersonFacts,
): boolean {
  if (override === null || override === undefined) return false;
  return isOfOtherVersion(override) || override.inputHash === inputHashOf(compiled, facts);
}

/** Whether the hash of a decision was made by another version of the product, and is to be made again. */
export function isOfOtherVersion({ inputHash }: { readonly inputHash: string }): boolean {
  return !inputHash.startsWith(HASH_VERSION);
}

function inputOf(compiled: CompiledSetup, facts: PersonFacts): AttributeValue {
  const { user, manager, groups, roleAssignments } = facts;
  if (user === null) return null;
  const subject = { user, manager };
  const read = [...compiled.readers].map(([name, reader]) => [name, reader(subject)] as const);
  // Whether it passes, as far as that depends on groups: which of several they are does not matter.
  const asked = SCOPE_CHECKS.filter((check) => check.isAsked(compiled));
  const passed = asked.map((check) => [check.reason, check.passes(compiled, facts, subject)] as const);
  return {
    presence: user.presence,
    read: Object.fromEntries(read),
    profile: profileOf(compiled, subject) as unknown as AttributeValue,
    passed: Object.fromEntries(passed),
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
