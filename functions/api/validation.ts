import type { z } from 'zod';
import { ApiError, type ErrorDetail } from './errors.js';

/**
 * What the schema makes of the input. Where a schema has a message of its own, it goes on from the name of the field:
 * "must be a local time as HH:MM".
 *
 * @throws ApiError naming the first field at fault as `target`, and every one in `details` where there are more
 */
export function validated<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const result = schema.safeParse(input, { error: expectation });
  if (result.success) return result.data;
  const problems = result.error.issues.filter(isOfItsType).flatMap(problemsOf);
  const [first] = problems;
  if (first === undefined) throw result.error;
  throw new ApiError(first.code, first.message, {
    ...(first.target === undefined ? {} : { target: first.target }),
    details: problems.length > 1 ? problems : [],
  });
}

/** What has another type than its field is told that alone, and not how many characters a list may have. */
function isOfItsType(issue: z.core.$ZodIssue, at: number, issues: readonly z.core.$ZodIssue[]): boolean {
  const path = pathText(issue.path);
  return !issues
    .slice(0, at)
    .some((earlier) => earlier.code === 'invalid_type' && pathText(earlier.path) === path);
}

function problemsOf(issue: z.core.$ZodIssue): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const target = pathText([...issue.path, key]);
      return { code: 'UnknownField', message: `There is no field ${target}.`, target };
    });
  if (issue.path.length === 0) return [{ code: 'InvalidRequest', message: `The body ${issue.message}.` }];
  const target = pathText(issue.path);
  return [{ code: 'InvalidRequest', message: `${target} ${issue.message}.`, target }];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'a mail address',
  guid: 'a GUID',
  datetime: 'an instant as ISO 8601',
  url: 'an address',
};

const UNITS: Readonly<Record<string, readonly [string, string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
};

/** What is expected of a field, where its schema has no words of its own; never what was given. */
function expectation(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? 'of another type'}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'of another form'}`;
    case 'invalid_value':
      return `must be ${alternatives(issue.values)}`;
    case 'too_small':
      return bound('at least', issue.minimum, issue.origin);
    case 'too_big':
      return bound('at most', issue.maximum, issue.origin);
    default:
      return 'is not valid';
  }
}

function bound(which: 'at least' | 'at most', limit: number | bigint, origin: string): string {
  const units = UNITS[origin];
  if (units === undefined) return `must be ${which} ${limit}`;
  if (which === 'at least' && limit === 1) return 'must not be empty';
  return `must have ${which} ${limit} ${limit === 1 ? units[0] : units[1]}`;
}

function alternatives(values: readonly unknown[]): string {
  const texts = values.map(String);
  const last = texts.pop() ?? '';
  return texts.length === 0 ? last : `${texts.join(', ')} or ${last}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
