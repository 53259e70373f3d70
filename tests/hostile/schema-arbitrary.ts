import fc from 'fast-check';

/** A schema of JSON Schema 2020-12, as the OpenAPI document has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What has broken programs before: too long, too deep, of another type, or text that is none. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  1.5,
  '',
  ' ',
  '\0',
  '\u202e\ud800',
  '../../etc/passwd',
  "' or PartitionKey ne '",
  '%00%0d%0aSet-Cookie: a=b',
  '${jndi:ldap://localhost}',
  'x'.repeat(70_000),
  [],
  {},
  [[[[[[[[]]]]]]]],
  { __proto__: null, constructor: { prototype: {} }, toString: 1 },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  Array.from({ length: 3_000 }, (_, index) => index),
  nested(500),
];

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

/**
 * What a caller may send where this schema stands: mostly what it describes, sometimes what it does not.
 * @param known values that name something that is there, by the name of the property
 */
export function inputOf(
  schema: JsonSchema,
  known: Readonly<Record<string, readonly unknown[]>>,
  name = '',
): fc.Arbitrary<unknown> {
  const described = describedBy(schema, known, name);
  const values = known[name] ?? [];
  return fc.oneof(
    { weight: values.length === 0 ? 30 : 3, arbitrary: described },
    ...(values.length === 0 ? [] : [{ weight: 40, arbitrary: fc.constantFrom(...values) }]),
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  );
}

function describedBy(
  schema: JsonSchema,
  known: Readonly<Record<string, readonly unknown[]>>,
  name: string,
): fc.Arbitrary<unknown> {
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map((each) => inputOf(each, known, name)));
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  switch (schema['type']) {
    case 'object':
      return objectOf(schema, known);
    case 'array':
      return fc.array(inputOf((schema['items'] ?? {}) as JsonSchema, known, name), { maxLength: 4 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'integer':
    case 'number':
      return numberOf(schema);
    default:
      return textOf(schema);
  }
}

function objectOf(
  { properties = {}, required = [] }: JsonSchema,
  known: Readonly<Record<string, readonly unknown[]>>,
): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties as Record<string, JsonSchema>).map(
    ([name, each]) => [name, inputOf(each, known, name)] as const,
  );
  const whole = fc.record(Object.fromEntries(fields), { requiredKeys: required as string[] });
  const strange = fc.dictionary(
    fc.constantFrom('unknown', '__proto__', 'constructor', '$where'),
    fc.jsonValue(),
    {
      maxKeys: 2,
    },
  );
  return fc.oneof(
    { weight: 10, arbitrary: whole },
    { weight: 1, arbitrary: fc.tuple(whole, strange).map(([given, more]) => ({ ...given, ...more })) },
  );
}

function numberOf({ minimum = -10, maximum = 1_000 }: JsonSchema): fc.Arbitrary<unknown> {
  const [low, high] = [Number(minimum), Number(maximum)];
  return fc.oneof(fc.integer({ min: Math.ceil(low), max: Math.floor(Math.min(high, 2 ** 31)) }), fc.double());
}

function textOf({ format, pattern, maxLength = 40 }: JsonSchema): fc.Arbitrary<unknown> {
  switch (format) {
    case 'uuid':
      return fc.uuid();
    case 'date-time':
      return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    case 'date':
      return fc.constantFrom('2027-02-28', '2027-02-30', '0000-00-00', '9999-12-31');
    case 'email':
      return fc.emailAddress();
    default:
      return fc.oneof(
        fc.string({ unit: 'binary', maxLength: Math.min(Number(maxLength), 40) }),
        ...(typeof pattern === 'string' ? [matching(pattern)] : []),
      );
  }
}

/** fast-check makes no texts of some patterns, such as those that look ahead. */
function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: 40 });
  } catch {
    return fc.constantFrom('a', 'A-1', 'group:x', '10:00');
  }
}
