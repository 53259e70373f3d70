import type { z } from 'zod';
import { ApiError, type ErrorDetail } from './errors.js';

/**
 * What the schema makes of the input.
 * @throws ApiError naming the first field at fault as `target`, and every one in `details` where there are more
 */
export function validated<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap(problemsOf);
  const [first] = problems;
  if (first === undefined) throw result.error;
  throw new ApiError(first.code, first.message, {
    ...(first.target === undefined ? {} : { target: first.target }),
    details: problems.length > 1 ? problems : [],
  });
}

function problemsOf(issue: z.core.$ZodIssue): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const target = pathText([...issue.path, key]);
      return { code: 'UnknownField', message: `There is no field ${target}.`, target };
    });
  const { message } = issue;
  if (issue.path.length === 0) return [{ code: 'InvalidRequest', message }];
  return [{ code: 'InvalidRequest', message, target: pathText(issue.path) }];
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
