import { z } from 'zod';

/** A setting's form: how its text becomes a value, and what is expected, in words for the operator. */
export interface SettingForm<Value> {
  readonly expected: string;
  readonly schema: z.ZodType<Value, string | undefined>;
}

/** Where the setting is not given: its default, or (without one) the setting is missing. */
export function required<Value>(form: TextForm<Value>): SettingForm<Value> {
  return { expected: form.expected, schema: z.string().pipe(form.schema) };
}

export function optional<Value>(form: TextForm<Value>): SettingForm<Value | null> {
  const schema = z.union([z.undefined().transform(() => null), z.string().pipe(form.schema)]);
  return { expected: `${form.expected}, or not set`, schema };
}

export function withDefault<Value>(form: TextForm<Value>, value: Value): SettingForm<Value> {
  const schema = z.union([z.undefined().transform(() => value), z.string().pipe(form.schema)]);
  return { expected: form.expected, schema };
}

export interface TextForm<Value> {
  readonly expected: string;
  readonly schema: z.ZodType<Value, string>;
}

export const text = (expected: string, pattern: RegExp): TextForm<string> => ({
  expected,
  schema: z.string().regex(pattern),
});

export const lowerCase = ({ expected, schema }: TextForm<string>): TextForm<string> => ({
  expected,
  schema: schema.transform((value) => value.toLowerCase()),
});

export const whole = (unit: string, least: number, most: number): TextForm<number> => ({
  expected: `a whole number of ${unit} from ${least} to ${most}`,
  schema: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most),
});

export const wholeNumbers = (unit: string, least: number, most: number): TextForm<readonly number[]> => ({
  expected: `whole numbers of ${unit} from ${least} to ${most}, separated by commas`,
  schema: z
    .string()
    .regex(/^\d{1,12}(\s*,\s*\d{1,12})*$/)
    .transform((list) => list.split(',').map(Number))
    .refine((values) => values.every((value) => value >= least && value <= most)),
});

export const trueOrFalse: TextForm<boolean> = {
  expected: 'true or false',
  schema: z
    .string()
    .regex(/^(true|false)$/i)
    .transform((value) => value.toLowerCase() === 'true'),
};

/** Without user name, query and fragment; answered without a slash at its end. */
export const httpsAddress: TextForm<string> = {
  expected: 'an https address',
  schema: z
    .string()
    .refine((value) => isPlainAddress(value, ['https:']))
    .transform(withoutSlash),
};

export const httpsOrigin: TextForm<string> = {
  expected: 'an https origin without a path',
  schema: z
    .string()
    .refine((value) => isPlainAddress(value, ['https:']) && new URL(value).pathname === '/')
    .transform((value) => new URL(value).origin),
};

export const webOrigin: TextForm<string> = {
  expected: 'an https origin without a path (http only for this machine, on a local stack)',
  schema: z
    .string()
    .refine((value) => isPlainAddress(value, ['https:', 'http:']) && new URL(value).pathname === '/')
    .transform((value) => new URL(value).origin),
};

export const oneOf = <Value extends string>(values: readonly Value[]): TextForm<readonly Value[]> => ({
  expected: `a list of ${values.join(', ')}, separated by commas`,
  schema: z
    .string()
    .transform((list) => [...new Set(list.split(',').map((item) => item.trim()))])
    .pipe(z.array(z.enum(values)).min(1)),
});

export const json = <Value>(expected: string, schema: z.ZodType<Value>): TextForm<Value> => ({
  expected,
  schema: z
    .string()
    .transform((value, context) => {
      try {
        return JSON.parse(value) as unknown;
      } catch {
        context.addIssue('not JSON');
        return z.NEVER;
      }
    })
    .pipe(schema),
});

function isPlainAddress(value: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(value)) return false;
  const address = new URL(value);
  const bare = address.username === '' && address.password === '' && !/[?#]/.test(value);
  return bare && protocols.includes(address.protocol);
}

function withoutSlash(value: string): string {
  return value.replace(/\/+$/, '');
}
