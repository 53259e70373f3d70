import { grammar, type Node } from 'ohm-js';
import { comparisonsOf, isOrder } from './condition-parts.js';
import type { AttributeName, Condition, ConditionFault, ConditionValue, Operator } from './condition.js';
import { pointOf } from './point.js';

/** Longer texts are refused before they are looked at. */
export const LONGEST_CONDITION = 10_000;
/** Parentheses within each other. */
const DEEPEST = 50;
/** The parser descends into each, as they may stand one after another. */
const MOST_NEGATIONS = 100;

export type ParsedCondition =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'faulty'; readonly fault: ConditionFault };

const language = grammar(String.raw`
  Condition {
    Text = Any

    Any = NonemptyListOf<All, or>
    All = NonemptyListOf<Not, and>
    Not = not Not            -- not
        | Single
    Single = "(" Any ")"     -- nested
           | attribute is not empty    -- filled
           | attribute is empty        -- empty
           | attribute not in "(" NonemptyListOf<value, ","> ")"  -- notIn
           | attribute in "(" NonemptyListOf<value, ","> ")"      -- in
           | attribute "!=" value      -- differs
           | attribute order point     -- order
           | attribute within text     -- within
           | attribute equal value     -- equals

    equal (an operator) = "="
    order (an operator) = "<=" | "<" | ">=" | ">"
    within (an operator) = caseInsensitive<"contains"> ~part
      | caseInsensitive<"startsWith"> ~part | caseInsensitive<"endsWith"> ~part
    value (a value: "text", a number, true or false) = text | number | truth
    point (a number, or a day or instant as "2026-01-31" or "2026-01-31T08:00:00Z") = number | instant
    number = "-"? ~long whole fraction? ~part ~"-"
    whole = "0" | above
    above = "1".."9" digit*
    fraction = "." ~fine digit+
    long = four four four four
    fine = four digit digit digit
    four = digit digit digit digit
    instant = "\"" moment "\"" | "'" moment "'"
    moment = day time?
    time = "T" clock ":" clock (":" clock ("." digit+)?)? zone
    zone = "Z" | offset
    offset = ("+" | "-") clock ":" clock
    day = digit digit digit digit "-" clock "-" clock
    clock = digit digit
    text ("text" in quotes) = "\"" doubled* "\"" | "'" single* "'"
    doubled = "\"\"" | ~"\"" any
    single = "''" | ~"'" any
    truth = caseInsensitive<"true"> ~part | caseInsensitive<"false"> ~part

    attribute (an attribute) = ~word letter part*
    part = alnum | "_" | "."
    word = or | and | not | in | is | empty | truth
    or (or) = caseInsensitive<"or"> ~part
    and (and) = caseInsensitive<"and"> ~part
    not (not) = caseInsensitive<"not"> ~part
    in (in) = caseInsensitive<"in"> ~part
    is (is) = caseInsensitive<"is"> ~part
    empty (empty) = caseInsensitive<"empty"> ~part
  }
`);

const semantics = language
  .createSemantics()
  .addOperation<Condition>('condition', {
    Text: (any: Node) => conditionOf(any),
    Any: (list: Node) => joined('any', list),
    All: (list: Node) => joined('all', list),
    Not_not: (_not: Node, of: Node) => ({ kind: 'not', of: conditionOf(of) }),
    Single_nested: (_open: Node, any: Node, _close: Node) => conditionOf(any),
    Single_filled: (attribute: Node, _is: Node, _not: Node, _empty: Node) =>
      negated({ kind: 'empty', attribute: attributeOf(attribute) }),
    Single_empty: (attribute: Node, _is: Node, _empty: Node) => ({
      kind: 'empty',
      attribute: attributeOf(attribute),
    }),
    Single_notIn: (attribute: Node, _not: Node, _in: Node, _open: Node, list: Node, _close: Node) =>
      negated(comparison(attribute, '=', list.asIteration().children)),
    Single_in: (attribute: Node, _in: Node, _open: Node, list: Node, _close: Node) =>
      comparison(attribute, '=', list.asIteration().children),
    Single_differs: (attribute: Node, _operator: Node, value: Node) =>
      negated(comparison(attribute, '=', [value])),
    Single_order: (attribute: Node, operator: Node, point: Node) =>
      comparison(attribute, operatorNamed(operator.sourceString), [point]),
    Single_within: (attribute: Node, operator: Node, text: Node) =>
      comparison(attribute, operatorNamed(operator.sourceString), [text]),
    Single_equals: (attribute: Node, _operator: Node, value: Node) => comparison(attribute, '=', [value]),
  })
  .addOperation<ConditionValue['value']>('literal', {
    text: (open: Node, characters: Node, _close: Node) => {
      const quote = open.sourceString;
      return characters.sourceString.replaceAll(quote + quote, quote);
    },
    // One way to write naught.
    number: (minus: Node, whole: Node, fraction: Node) =>
      Number([minus, whole, fraction].map(({ sourceString }) => sourceString).join('')) + 0,
    instant: (_open: Node, moment: Node, _close: Node) => moment.sourceString,
    truth: (word: Node) => word.sourceString.toLowerCase() === 'true',
  });

/** Reads a condition, or says at which place it stops being one and what was expected there. */
export function parseCondition(text: string): ParsedCondition {
  if (text.trim() === '') return faulty(0, 'The condition is empty.');
  if (text.length > LONGEST_CONDITION)
    return faulty(LONGEST_CONDITION, `A condition has at most ${LONGEST_CONDITION} characters.`);
  const deep = tooDeep(text);
  if (deep !== null) return faulty(deep.at, deep.message);
  const match = language.match(text);
  if (match.failed())
    return faulty(match.getInterval().startIdx, `Expected ${expectedIn(match.shortMessage)}.`);
  const condition = conditionOf(semantics(match));
  const wrong = impossibleDay(condition);
  return wrong === null ? { kind: 'condition', condition } : { kind: 'faulty', fault: wrong };
}

function faulty(at: number, message: string): ParsedCondition {
  return { kind: 'faulty', fault: { at, message } };
}

/** Parentheses and `not` outside texts: the parser descends into each of them, and its stack is bounded. */
function tooDeep(text: string): ConditionFault | null {
  let depth = 0;
  let negations = 0;
  let quote: string | null = null;
  for (const { 0: token, index: at } of text.matchAll(/["'()]|\bnot\b/gi)) {
    if (quote !== null) {
      if (token === quote) quote = null;
    } else if (token === '"' || token === "'") quote = token;
    else if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else negations += 1;
    if (depth > DEEPEST) return { at, message: `Parentheses stand in each other more than ${DEEPEST} deep.` };
    if (negations > MOST_NEGATIONS)
      return { at, message: `There are more than ${MOST_NEGATIONS} times not.` };
  }
  return null;
}

/** What looks like a day and is none, as 2026-02-30. */
function impossibleDay(condition: Condition): ConditionFault | null {
  for (const { operator, values } of comparisonsOf(condition))
    for (const { value, at } of values)
      if (isOrder(operator) && typeof value === 'string' && pointOf(value) === null)
        return { at, message: `There is no such day or time as ${value}.` };
  return null;
}

/** Of the parser's message what was expected, without the place that it also tells. */
function expectedIn(message: string): string {
  return message.replace(/^.*?expected /, '');
}

function conditionOf(node: unknown): Condition {
  return (node as { condition(): Condition }).condition();
}

function joined(kind: 'all' | 'any', list: Node): Condition {
  const of = list.asIteration().children.map(conditionOf);
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

function negated(of: Condition): Condition {
  return { kind: 'not', of };
}

function comparison(attribute: Node, operator: Operator, values: readonly Node[]): Condition {
  return { kind: 'compare', attribute: attributeOf(attribute), operator, values: values.map(valueOf) };
}

function attributeOf({ sourceString, source }: Node): AttributeName {
  return { name: sourceString, at: source.startIdx };
}

function valueOf(node: Node): ConditionValue {
  return {
    value: (node as unknown as { literal(): ConditionValue['value'] }).literal(),
    at: node.source.startIdx,
  };
}

function operatorNamed(word: string): Operator {
  switch (word.toLowerCase()) {
    case 'contains':
      return 'contains';
    case 'startswith':
      return 'startsWith';
    case 'endswith':
      return 'endsWith';
    default:
      return isOrder(word) ? word : '=';
  }
}
