import { CONNECTION_FIELD, initialsOf, type CompiledField, type CompiledSetup } from './compile-setup.js';
import { fieldValueOf, mailOf, managerShown, textOf, type FieldSubject } from './field-reader.js';
import { personIdOf, type FieldValue, type PersonManager, type PersonProfile } from './person.js';
import { isGuest } from './scope-check.js';

/** Who a directory object is to the product, whether or not it is a person of the setup. */
export function profileOf(compiled: CompiledSetup, subject: FieldSubject): PersonProfile {
  const { user } = subject;
  const { attributes } = user;
  const enabled = attributes['accountEnabled'];
  return {
    kind: isGuest(user) ? 'guest' : 'user',
    accountEnabled: typeof enabled === 'boolean' ? enabled : null,
    displayName: textOf(attributes['displayName']),
    givenName: textOf(attributes['givenName']),
    surname: textOf(attributes['surname']),
    ...mailOf(user, compiled.setup.document.attributes.mailFallback),
    userPrincipalName: textOf(attributes['userPrincipalName']),
    initials: compiled.initials === null ? null : initialsOf(compiled.initials(subject)),
    attributes: attributesOf(compiled, subject),
    manager: managerOf(compiled, subject),
  };
}

/**
 * What the product is told of a field, before the record that the person is tied to is looked at; undefined leaves
 * the product's own value alone.
 */
export function shownOf({ policy, read }: CompiledField, subject: FieldSubject): FieldValue | undefined {
  const value = fieldValueOf(read(subject));
  return value === null && policy !== 'authoritative' ? undefined : value;
}

function attributesOf(compiled: CompiledSetup, subject: FieldSubject): PersonProfile['attributes'] {
  const shown: Record<string, FieldValue> = {};
  for (const field of compiled.fields) {
    if (!field.visible) continue;
    const value = shownOf(field, subject);
    if (value !== undefined) shown[field.to] = value;
  }
  if (compiled.connection?.mode === 'flag') shown[CONNECTION_FIELD] = compiled.connection.fits(subject);
  return shown;
}

/**
 * `personId` is the id that the manager has where it is a person of the setup, as far as its own row tells: null for
 * a disabled account or a guest whom the setup leaves out. Groups, filters and holds of the manager are not looked
 * at, so that a report depends on no more than its manager's row; nobody may have that id.
 */
function managerOf({ setup }: CompiledSetup, { manager }: FieldSubject): PersonManager | null {
  if (manager === null) return null;
  const { scope, attributes } = setup.document;
  const leftOut =
    (!scope.includeDisabled && manager.attributes['accountEnabled'] === false) ||
    (!scope.includeGuests && isGuest(manager));
  return {
    directoryId: manager.id,
    personId: leftOut ? null : personIdOf(setup.setupId, manager.id),
    ...managerShown(manager, attributes.mailFallback),
  };
}
