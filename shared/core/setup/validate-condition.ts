import { comparisonsOf, namesOf, type Comparison } from '../condition/condition-parts.js';
import type { AttributeName } from '../condition/condition.js';
import { parseCondition } from '../condition/parse-condition.js';
import { conditionsNamed, firstBeyondMost, MOST_CONDITION_CHARACTERS } from './conditions-named.js';
import { effectiveFields } from './presets.js';
import { ruleNamesOf, type RuleNames } from './rule-names.js';
import { fault, type SetupFault } from './setup-fault.js';
import type { SetupDocument } from './setup.js';

/** What is wrong with a condition of a document, by where the document names it; each fault at its place in the text. */
export type ConditionFaults = (path: string, text: string) => readonly SetupFault[];

/**
 * Reads each distinct condition of a document once. Where they are too long together that alone is said, at the first
 * with which they are, and none is read.
 */
export function conditionFaultsOf(document: SetupDocument): ConditionFaults {
  const beyond = firstBeyondMost(conditionsNamed(document));
  if (beyond !== null) return (path) => (path === beyond.path ? [tooMuch(path)] : []);
  const names = ruleNamesOf(effectiveFields(document.attributes));
  const read = new Map<string, readonly SetupFault[]>();
  return (path, text) => {
    const found = read.get(text) ?? validateCondition(text, names);
    read.set(text, found);
    return found.map((one) => ({ ...one, path }));
  };
}

function tooMuch(path: string): SetupFault {
  return fault(
    path,
    'TooMany',
    `The conditions of a setup have at most ${MOST_CONDITION_CHARACTERS} characters in total: with this one they have more.`,
  );
}

/** What is wrong with the text of a filter, rule or segment, without a path. */
export function validateCondition(text: string, names: RuleNames): readonly SetupFault[] {
  const parsed = parseCondition(text);
  if (parsed.kind === 'faulty') return [fault('', 'InvalidCondition', parsed.fault.message, parsed.fault.at)];
  return [
    ...namesOf(parsed.condition).flatMap((name) => nameFaults(name, names)),
    ...comparisonsOf(parsed.condition).flatMap((comparison) => typeFaults(comparison, names)),
  ];
}

function nameFaults({ name, at }: AttributeName, names: RuleNames): readonly SetupFault[] {
  const found = names(name);
  switch (found.kind) {
    case 'field':
      return [];
    case 'notUsableInRules':
      return [fault('', 'NotUsableInRules', `The attribute ${name} is not approved for use in rules.`, at)];
    case 'unsupported':
      return [fault('', 'UnsupportedAttribute', `The attribute ${name} cannot be used: ${found.reason}`, at)];
    case 'unknown':
      return [fault('', 'UnknownAttribute', unknownAttribute(name, found.meant), at)];
  }
}

/** What is true or false compares with nothing else, and has no order. */
function typeFaults({ attribute, operator, values }: Comparison, names: RuleNames): readonly SetupFault[] {
  const found = names(attribute.name);
  if (found.kind !== 'field' || found.field.type === 'any') return [];
  if (found.field.type !== 'boolean')
    return values
      .filter(({ value }) => typeof value === 'boolean')
      .map(({ at }) =>
        fault('', 'InvalidCondition', `The attribute ${attribute.name} is never true or false.`, at),
      );
  const message = `The attribute ${attribute.name} is true or false, without quotes.`;
  if (operator !== '=') return [fault('', 'InvalidCondition', message, attribute.at)];
  return values
    .filter(({ value }) => typeof value !== 'boolean')
    .map(({ at }) => fault('', 'InvalidCondition', message, at));
}

export function unknownAttribute(name: string, meant: string | null): string {
  const hint = meant === null ? '' : ` It is written ${meant}.`;
  return `There is no attribute ${JSON.stringify(name)}.${hint}`;
}
