import { comparisonsOf, namesOf, type Comparison } from '../condition/condition-parts.js';
import type { AttributeName } from '../condition/condition.js';
import { parseCondition } from '../condition/parse-condition.js';
import { resolveRuleName } from './rule-names.js';
import { fault, type SetupFault } from './setup-fault.js';
import type { FieldMapping } from './setup.js';

/** What is wrong with the text of a filter, rule or segment; each fault at its place in the text. */
export function validateCondition(
  path: string,
  text: string,
  fields: readonly FieldMapping[],
): readonly SetupFault[] {
  const parsed = parseCondition(text);
  if (parsed.kind === 'faulty')
    return [fault(path, 'InvalidCondition', parsed.fault.message, parsed.fault.at)];
  return [
    ...namesOf(parsed.condition).flatMap((name) => nameFaults(path, name, fields)),
    ...comparisonsOf(parsed.condition).flatMap((comparison) => typeFaults(path, comparison, fields)),
  ];
}

function nameFaults(
  path: string,
  { name, at }: AttributeName,
  fields: readonly FieldMapping[],
): readonly SetupFault[] {
  const found = resolveRuleName(fields, name);
  switch (found.kind) {
    case 'field':
      return [];
    case 'notUsableInRules':
      return [fault(path, 'NotUsableInRules', `The attribute ${name} is not approved for use in rules.`, at)];
    case 'unsupported':
      return [
        fault(path, 'UnsupportedAttribute', `The attribute ${name} cannot be used: ${found.reason}`, at),
      ];
    case 'unknown':
      return [fault(path, 'UnknownAttribute', unknownAttribute(name, found.meant), at)];
  }
}

/** What is true or false compares with nothing else, and has no order. */
function typeFaults(
  path: string,
  { attribute, operator, values }: Comparison,
  fields: readonly FieldMapping[],
): readonly SetupFault[] {
  const found = resolveRuleName(fields, attribute.name);
  if (found.kind !== 'field' || found.field.type === 'any') return [];
  if (found.field.type !== 'boolean')
    return values
      .filter(({ value }) => typeof value === 'boolean')
      .map(({ at }) =>
        fault(path, 'InvalidCondition', `The attribute ${attribute.name} is never true or false.`, at),
      );
  const message = `The attribute ${attribute.name} is true or false, without quotes.`;
  if (operator !== '=') return [fault(path, 'InvalidCondition', message, attribute.at)];
  return values
    .filter(({ value }) => typeof value !== 'boolean')
    .map(({ at }) => fault(path, 'InvalidCondition', message, at));
}

export function unknownAttribute(name: string, meant: string | null): string {
  const hint = meant === null ? '' : ` It is written ${meant}.`;
  return `There is no attribute ${JSON.stringify(name)}.${hint}`;
}
