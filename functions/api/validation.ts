import type { z } from 'zod';
import { ApiError, ErrorDetails, type ErrorDetail } from './errors.js';
import { knownNames } from './known-names.js';

/**
 * What the schema makes of the input. If a schema has a message of its own, it continues the name of the field:
 * "must be a local time as HH:MM".
 *
 * @throws ApiError naming the first field at fault as `target`, and the others in `details` if there are more
 */
export function validated<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const known = new Map<string, readonly string[]>();
  const error = (issue: z.core.$ZodRawIssue): string => {
    if (issue.code === 'unrecognized_keys') known.set(pathText(issue.path ?? []), fieldsOf(issue.inst));
    return expectation(issue);
  };
  const result = schema.safeParse(input, { error });
  if (result.success) return result.data;
  const details = ErrorDetails.from(problemsOf(result.error.issues, known));
  const [first] = details.first;
  if (first === undefined) throw result.error;
  throw new ApiError(first.code, first.message, {
    ...(first.target === undefined ? {} : { target: first.target }),
    ...(details.count > 1 ? { details } : {}),
  });
}

/** The names of an object's fields; none of another schema. */
function fieldsOf(schema: unknown): readonly string[] {
  const { def } = (schema as { readonly _zod?: { readonly def: object } } | undefined)?._zod ?? {};
  const shape = def !== undefined && 'shape' in def ? def.shape : null;
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

/** So many unknown fields of an object get a hint: each is compared with all names, and the others are not listed. */
const MOST_HINTS = 20;

/**
 * Yields one problem for each field, and one for each unknown field: a text that is empty also has no letter, and a
 * value of the wrong type also has no length.
 * @param known the fields of each object with unknown ones, by its path
 */
function* problemsOf(
  issues: readonly z.core.$ZodIssue[],
  known: ReadonlyMap<string, readonly string[]>,
): Generator<ErrorDetail> {
  const atFault = new Set<string>();
  for (const issue of issues) {
    const path = pathText(issue.path);
    if (issue.code === 'unrecognized_keys') {
      for (const [index, key] of issue.keys.entries())
        yield unknownField(issue.path, key, index < MOST_HINTS ? (known.get(path) ?? []) : []);
      continue;
    }
    if (atFault.has(path)) continue;
    atFault.add(path);
    if (path === '') yield { code: 'InvalidRequest', message: `The body ${issue.message}.` };
    else yield { code: 'InvalidRequest', message: `${path} ${issue.message}.`, target: path };
  }
}

function unknownField(path: readonly PropertyKey[], key: string, known: readonly string[]): ErrorDetail {
  const target = pathText([...path, key]);
  return { code: 'UnknownField', message: `There is no field ${target}.${knownNames(key, known)}`, target };
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
