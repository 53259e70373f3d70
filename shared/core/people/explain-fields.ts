import { CONNECTION_FIELD, type CompiledField, type CompiledSetup } from './compile-setup.js';
import type { ExplainedField, SeenField } from './explanation.js';
import type { RecordTie } from './facts.js';
import { fieldValueOf, type FieldSubject } from './field-reader.js';
import type { FieldValue, Person } from './person.js';
import { filledValue, givesWay } from './profile-after.js';
import { shownOf } from './profile-of.js';

interface FieldContext {
  readonly tie: RecordTie | null;
  /** As it was presented last. */
  readonly person: Person | null;
}

/** Every field of the setup, hidden ones too: explanations are for operators. */
export function explainFields(
  compiled: CompiledSetup,
  subject: FieldSubject,
  { tie, person }: FieldContext,
): readonly ExplainedField[] {
  const flag = connectionField(compiled, subject);
  return [
    ...compiled.fields
      .filter(({ to }) => flag?.to !== to)
      .map((field) => explainField(field, subject, { tie, person })),
    ...(flag === null ? [] : [flag]),
  ];
}

function explainField(field: CompiledField, subject: FieldSubject, context: FieldContext): ExplainedField {
  const { tie, person } = context;
  const isGivenByRecord = givesWay(field, tie);
  const filled = isGivenByRecord ? undefined : filledValue(field, person);
  const seen: SeenField =
    filled === undefined ? seenOf(field, subject, isGivenByRecord) : { kind: 'set', value: filled };
  const raw = field.read(subject);
  return {
    to: field.to,
    from: field.from,
    policy: field.policy,
    visible: field.visible,
    usableInRules: field.usableInRules,
    raw,
    recordValue: tie !== null && Object.hasOwn(tie.values, field.to) ? (tie.values[field.to] ?? null) : null,
    seen,
    because:
      filled === undefined || isSame(filled, fieldValueOf(raw))
        ? becauseOf(field, seen, isGivenByRecord)
        : `The field was filled once and is kept, since it only fills what is empty. ${ofDirectory(fieldValueOf(raw))}`,
  };
}

function isSame(kept: FieldValue, current: FieldValue): boolean {
  return JSON.stringify(kept) === JSON.stringify(current);
}

function ofDirectory(value: FieldValue): string {
  return value === null
    ? 'The directory has no value now.'
    : `The directory has ${JSON.stringify(value)} now.`;
}

function seenOf(field: CompiledField, subject: FieldSubject, isGivenByRecord: boolean): SeenField {
  if (!field.visible) return { kind: 'hidden' };
  const value = isGivenByRecord ? undefined : shownOf(field, subject);
  if (value === undefined) return { kind: 'leave' };
  return value === null ? { kind: 'clear' } : { kind: 'set', value };
}

function becauseOf({ policy }: CompiledField, seen: SeenField, isGivenByRecord: boolean): string {
  switch (seen.kind) {
    case 'hidden':
      return 'The setup does not show this field to the product.';
    case 'set':
      return 'The directory has a value.';
    case 'clear':
      return 'The directory has no value, and this field also clears.';
    case 'leave':
      return isGivenByRecord
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
