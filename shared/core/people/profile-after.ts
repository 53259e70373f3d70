import type { CompiledField, CompiledSetup } from './compile-setup.js';
import type { RecordTie } from './facts.js';
import type { FieldValue, Person, PersonProfile } from './person.js';

type Attributes = PersonProfile['attributes'];

/**
 * The profile that a person is written with. What the setup hides is in none of them, whenever it was written.
 *
 * @param presented null where nothing is known of the user any more: the person stays as it was known
 */
export function profileAfter(
  compiled: CompiledSetup,
  previous: Person | null,
  presented: PersonProfile | null,
  tie: Pick<RecordTie, 'values'> | null,
): PersonProfile {
  const known = previous === null || previous.status === 'removed' ? null : previous;
  if (presented === null) return known === null ? NO_PROFILE : keptProfile(compiled, known);
  if (known !== null && !compiled.setup.document.update) {
    // Of the account itself: it is status rather than an attribute, and nothing else tells it of who is in scope.
    const { kind, accountEnabled } = presented;
    return { ...keptProfile(compiled, known), kind, accountEnabled };
  }
  const filled = known === null ? presented.attributes : onceFilled(compiled, known, presented.attributes);
  return { ...presented, attributes: besideRecord(compiled, filled, tie) };
}

/** Nothing about anybody. */
export const NO_PROFILE: PersonProfile = {
  kind: 'user',
  accountEnabled: null,
  displayName: null,
  givenName: null,
  surname: null,
  mail: null,
  mailSource: null,
  userPrincipalName: null,
  initials: null,
  attributes: {},
  manager: null,
};

/** A field with the policy fillIfEmpty gives way to a value that the record has. */
export function givesWay(
  field: { readonly to: string; readonly policy: string },
  tie: Pick<RecordTie, 'values'> | null,
): boolean {
  if (field.policy !== 'fillIfEmpty' || tie === null || !Object.hasOwn(tie.values, field.to)) return false;
  return tie.values[field.to]?.trim() !== '';
}

/** Returns what a `fillIfEmpty` field was filled with, whatever the directory says since; undefined if it was not. */
export function filledValue(
  { to, policy, visible }: Pick<CompiledField, 'to' | 'policy' | 'visible'>,
  person: Person | null,
): Exclude<FieldValue, null> | undefined {
  if (person === null || person.status === 'removed' || !visible || policy !== 'fillIfEmpty')
    return undefined;
  return person.attributes[to] ?? undefined;
}

function onceFilled({ fields }: CompiledSetup, known: Person, attributes: Attributes): Attributes {
  const filled = fields.flatMap((field): [string, FieldValue][] => {
    const value = filledValue(field, known);
    return value === undefined ? [] : [[field.to, value]];
  });
  return filled.length === 0 ? attributes : { ...attributes, ...Object.fromEntries(filled) };
}

function besideRecord(
  { fields }: CompiledSetup,
  attributes: Attributes,
  tie: Pick<RecordTie, 'values'> | null,
): Attributes {
  if (tie === null) return attributes;
  const hidden = fields.filter((field) => givesWay(field, tie)).map(({ to }) => to);
  return hidden.length === 0 ? attributes : only(attributes, (name) => !hidden.includes(name));
}

/** The profile as it was known, without what the setup hides now. */
export function keptProfile({ visible }: Pick<CompiledSetup, 'visible'>, previous: Person): PersonProfile {
  return {
    kind: previous.kind,
    accountEnabled: previous.accountEnabled,
    displayName: previous.displayName,
    givenName: previous.givenName,
    surname: previous.surname,
    mail: previous.mail,
    mailSource: previous.mailSource,
    userPrincipalName: previous.userPrincipalName,
    initials: previous.initials,
    attributes: only(previous.attributes, (name) => visible.has(name)),
    manager: previous.manager,
  };
}

function only(attributes: Attributes, keep: (name: string) => boolean): Attributes {
  const kept: [string, FieldValue][] = Object.entries(attributes).filter(([name]) => keep(name));
  return Object.fromEntries(kept);
}
