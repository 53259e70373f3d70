import { CONNECTION_FIELD, type CompiledField, type CompiledSetup } from './compile-setup.js';
import type { ExplainedField, SeenField } from './explanation.js';
import type { RecordTie } from './facts.js';
import type { FieldSubject } from './field-reader.js';
import { givesWay } from './profile-after.js';
import { shownOf } from './profile-of.js';

/** Every field of the setup, hidden ones too: explanations are for operators. */
export function explainFields(
  compiled: CompiledSetup,
  subject: FieldSubject,
  tie: RecordTie | null,
): readonly ExplainedField[] {
  const flag = connectionField(compiled, subject);
  return [
    ...compiled.fields.filter(({ to }) => flag?.to !== to).map((field) => explainField(field, subject, tie)),
    ...(flag === null ? [] : [flag]),
  ];
}

function explainField(field: CompiledField, subject: FieldSubject, tie: RecordTie | null): ExplainedField {
  const seen = seenOf(field, subject, tie);
  return {
    to: field.to,
    from: field.from,
    policy: field.policy,
    visible: field.visible,
    usableInRules: field.usableInRules,
    raw: field.read(subject),
    recordValue: tie !== null && Object.hasOwn(tie.values, field.to) ? (tie.values[field.to] ?? null) : null,
    seen,
    because: becauseOf(field, seen, givesWay(field, tie)),
  };
}

function seenOf(field: CompiledField, subject: FieldSubject, tie: RecordTie | null): SeenField {
  if (!field.visible) return { kind: 'hidden' };
  const value = givesWay(field, tie) ? undefined : shownOf(field, subject);
  if (value === undefined) return { kind: 'leave' };
  return value === null ? { kind: 'clear' } : { kind: 'set', value };
}

function becauseOf({ policy }: CompiledField, seen: SeenField, isFilled: boolean): string {
  switch (seen.kind) {
    case 'hidden':
      return 'The setup does not show this field to the product.';
    case 'set':
      return 'The directory has a value.';
    case 'clear':
      return 'The directory has no value, and this field also clears.';
    case 'leave':
      return isFilled
        ? 'The record has a value already, and this field only fills what is empty.'
        : `The directory has no value, and this field never blanks (${policy}).`;
  }
}

function connectionField({ setup, connection }: CompiledSetup, subject: FieldSubject): ExplainedField | null {
  const named = setup.document.attributes.connection;
  if (named === null || connection?.mode !== 'flag') return null;
  const value = connection.fits(subject);
  return {
    to: CONNECTION_FIELD,
    from: named.attribute,
    policy: 'authoritative',
    visible: true,
    usableInRules: false,
    raw: value,
    recordValue: null,
    seen: { kind: 'set', value },
    because: `${named.attribute} ${value ? 'is' : 'is not'} ${JSON.stringify(named.equals)}.`,
  };
}
