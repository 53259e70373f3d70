import { findField } from './field-catalog.js';
import { duplicates, fault, type SetupFault } from './setup-fault.js';
import type { AttributeMapping, FieldMapping } from './setup.js';
import { unknownAttribute } from './validate-condition.js';

/** Names that conditions can be written with. */
const TARGET = /^\p{L}[\p{L}\p{N}_.]{0,127}$/u;
const RESERVED = /^(?:and|or|not|in|is|empty|true|false)$/i;
/** Every object has these, so that a person would seem to have a value by such a name. */
const OF_EVERY_OBJECT = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Whether every attribute that is named can be mapped, and every name in the product is one. */
export function validateAttributes({
  fields,
  initialsFrom,
  connection,
}: AttributeMapping): readonly SetupFault[] {
  const path = 'attributes.connection';
  return [
    ...fields.flatMap((field, index) => fieldFaults(`attributes.fields[${index}]`, field)),
    ...duplicates(
      'attributes.fields',
      // Columns and reports tell no case apart.
      fields.map(({ to }) => to.toLowerCase()),
      'The name',
    ).map((found) => ({ ...found, path: `${found.path}.to` })),
    ...(initialsFrom === null ? [] : initialsFaults(initialsFrom)),
    ...(connection === null ? [] : attributeFaults(`${path}.attribute`, connection.attribute)),
    ...(connection?.equals.trim() === ''
      ? [fault(`${path}.equals`, 'InvalidValue', 'An empty value connects nobody.')]
      : []),
  ];
}

function fieldFaults(path: string, { from, to }: FieldMapping): readonly SetupFault[] {
  return [
    ...attributeFaults(`${path}.from`, from),
    ...(TARGET.test(to) && !RESERVED.test(to) && !OF_EVERY_OBJECT.has(to)
      ? []
      : [
          fault(
            `${path}.to`,
            'InvalidName',
            'A name begins with a letter, holds letters, digits, _ and dots, and is no word of the language of conditions or of every object.',
          ),
        ]),
  ];
}

function initialsFaults(initialsFrom: string): readonly SetupFault[] {
  const path = 'attributes.initialsFrom';
  const found = findField(initialsFrom);
  if (found.kind !== 'field') return attributeFaults(path, initialsFrom);
  const { type, collection } = found.field;
  return (type === 'string' || type === 'any') && !collection
    ? []
    : [fault(path, 'InvalidValue', `The attribute ${initialsFrom} is not a single text.`)];
}

function attributeFaults(path: string, name: string): readonly SetupFault[] {
  const found = findField(name);
  switch (found.kind) {
    case 'field':
      return [];
    case 'unsupported':
      return [fault(path, 'UnsupportedAttribute', `The attribute ${name} cannot be used: ${found.reason}`)];
    case 'unknown':
      return [fault(path, 'UnknownAttribute', unknownAttribute(name, found.meant))];
  }
}
