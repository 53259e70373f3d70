import { ConditionReader, Misread } from './condition-reader.js';
import type { AttributeName, Condition, ConditionFault, ConditionValue, Operator } from './condition.js';
import { pointOf } from './point.js';

/** Longer texts are refused before they are looked at. */
export const LONGEST_CONDITION = 10_000;
/** Parentheses within each other: whoever goes through a condition descends into each. */
const DEEPEST = 50;
/** `not` before a condition, which may stand one after another. */
const MOST_NEGATIONS = 100;

export type ParsedCondition =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'faulty'; readonly fault: ConditionFault };

/** Words of the language, which name no attribute. */
const RESERVED: ReadonlySet<string> = new Set(['or', 'and', 'not', 'in', 'is', 'empty', 'true', 'false']);
const TEXT_OPERATORS: ReadonlyMap<string | null, Operator> = new Map<string, Operator>([
  ['contains', 'contains'],
  ['startswith', 'startsWith'],
  ['endswith', 'endsWith'],
]);
/** Longer ones first, which begin as shorter ones do. */
const ORDERS = ['<=', '<', '>=', '>'] as const;

const CONDITION = 'an attribute, "(", or not';
const VALUE = 'a value: "text", a number, true or false';
const POINT = 'a number, or a day or instant as "2026-01-31" or "2026-01-31T08:00:00Z"';

/**
 * Reads a condition, or says at which place it stops being one and what was expected there. It takes time in proportion
 * to the text, whatever the text is.
 */
export function parseCondition(text: string): ParsedCondition {
  if (text.trim() === '') return faulty({ at: 0, message: 'The condition is empty.' });
  if (text.length > LONGEST_CONDITION)
    return faulty({
      at: LONGEST_CONDITION,
      message: `A condition has at most ${LONGEST_CONDITION} characters.`,
    });
  try {
    return { kind: 'condition', condition: new Parser(text).whole() };
  } catch (failure) {
    if (failure instanceof Misread) return faulty(failure.fault);
    throw failure;
  }
}

function faulty(fault: ConditionFault): ParsedCondition {
  return { kind: 'faulty', fault };
}

/** One method for each kind of phrase; each takes what it reads, or throws Misread. */
class Parser {
  readonly #reader: ConditionReader;
  #depth = 0;
  #negations = 0;

  constructor(text: string) {
    this.#reader = new ConditionReader(text);
  }

  whole(): Condition {
    const condition = this.#any();
    return this.#reader.isAtEnd ? condition : this.#reader.expected('end of input, or, or and');
  }

  #any(): Condition {
    const of = [this.#all()];
    while (this.#reader.takesWord('or')) of.push(this.#all());
    return joined('any', of);
  }

  #all(): Condition {
    const of = [this.#negatable()];
    while (this.#reader.takesWord('and')) of.push(this.#negatable());
    return joined('all', of);
  }

  #negatable(): Condition {
    let negations = 0;
    for (let { at } = this.#reader; this.#reader.takesWord('not'); { at } = this.#reader) {
      negations += 1;
      this.#negations += 1;
      if (this.#negations > MOST_NEGATIONS)
        throw new Misread({ at, message: `There are more than ${MOST_NEGATIONS} times not.` });
    }
    let condition = this.#single();
    for (; negations > 0; negations -= 1) condition = negated(condition);
    return condition;
  }

  #single(): Condition {
    const { at, nextWord } = this.#reader;
    if (this.#reader.takesMark('(')) return this.#nested(at);
    const name = nextWord === null || RESERVED.has(nextWord) ? null : this.#reader.takeName();
    return name === null ? this.#reader.expected(CONDITION) : this.#about({ name, at });
  }

  #nested(at: number): Condition {
    this.#depth += 1;
    if (this.#depth > DEEPEST)
      throw new Misread({ at, message: `Parentheses stand in each other more than ${DEEPEST} deep.` });
    const condition = this.#any();
    if (!this.#reader.takesMark(')')) this.#reader.expected(this.#reader.isAtEnd ? '")"' : '")", or, or and');
    this.#depth -= 1;
    return condition;
  }

  /** What is said of an attribute. */
  #about(attribute: AttributeName): Condition {
    const reader = this.#reader;
    if (reader.takesWord('is')) return this.#emptiness(attribute);
    if (reader.takesWord('in')) return comparison(attribute, '=', this.#list());
    if (reader.takesWord('not'))
      return reader.takesWord('in')
        ? negated(comparison(attribute, '=', this.#list()))
        : reader.expected('in');
    const within = TEXT_OPERATORS.get(reader.nextWord);
    if (within !== undefined) {
      reader.takeName();
      return comparison(attribute, within, [reader.takeText() ?? reader.expected('"text" in quotes')]);
    }
    if (reader.takesMark('!=')) return negated(comparison(attribute, '=', [this.#value()]));
    if (reader.takesMark('=')) return comparison(attribute, '=', [this.#value()]);
    const order = ORDERS.find((mark) => reader.takesMark(mark));
    return order === undefined
      ? reader.expected('an operator, "!=", in, not, or is')
      : comparison(attribute, order, [this.#point()]);
  }

  #emptiness(attribute: AttributeName): Condition {
    const isNegated = this.#reader.takesWord('not');
    if (!this.#reader.takesWord('empty')) this.#reader.expected(isNegated ? 'empty' : 'empty or not');
    return isNegated ? negated({ kind: 'empty', attribute }) : { kind: 'empty', attribute };
  }

  #list(): readonly ConditionValue[] {
    const reader = this.#reader;
    if (!reader.takesMark('(')) reader.expected('"("');
    const values = [this.#value()];
    while (reader.takesMark(',')) values.push(this.#value());
    if (!reader.takesMark(')')) reader.expected(reader.isAtEnd ? '")"' : '")" or ","');
    return values;
  }

  #value(): ConditionValue {
    return (
      this.#reader.takeText() ?? this.#reader.takeNumber() ?? this.#truth() ?? this.#reader.expected(VALUE)
    );
  }

  #truth(): ConditionValue | null {
    const { at } = this.#reader;
    if (this.#reader.takesWord('true')) return { value: true, at };
    return this.#reader.takesWord('false') ? { value: false, at } : null;
  }

  #point(): ConditionValue {
    const moment = this.#reader.takeMoment();
    if (moment === null) return this.#reader.takeNumber() ?? this.#reader.expected(POINT);
    const { value, at } = moment;
    // It has the form of one, as 2026-02-30 has.
    if (pointOf(value) === null)
      throw new Misread({ at, message: `There is no such day or time as ${value}.` });
    return moment;
  }
}

function joined(kind: 'all' | 'any', of: readonly Condition[]): Condition {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

function negated(of: Condition): Condition {
  return { kind: 'not', of };
}

function comparison(
  attribute: AttributeName,
  operator: Operator,
  values: readonly ConditionValue[],
): Condition {
  return { kind: 'compare', attribute, operator, values };
}
