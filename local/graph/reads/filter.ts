import type { AttributeValue } from '../control-api.js';
import { unsetValue } from '../directory/attributes.js';
import type { DirectoryObject } from '../directory/records.js';
import { badRequest } from '../http/failure.js';

/** What a filter looks at. */
type Filterable = Pick<DirectoryObject, 'id' | 'attributes'>;

type Predicate = (object: Filterable) => boolean;

/** A `$filter` understood. */
export interface Filter {
  readonly matches: Predicate;
  /** Set when the filter names ids only: nothing else needs to be looked at. */
  readonly ids: readonly string[] | undefined;
  /** Needs `ConsistencyLevel: eventual` and `$count=true` (graph-protocol 4.2). */
  readonly advanced: boolean;
}

const literal = /^(?:'(?<text>(?:[^']|'')*)'|(?<word>true|false|null|-?\d+|\d{4}-\d\d-\d\dT[\d:.]+Z))$/i;

/**
 * Understands `or`/`and` (no mixing by parentheses) of `x eq v`, `x ne v`, `x in (…)`, `startswith`,
 * `endswith` and `xs/any(c:c eq v)`.
 * @throws GraphFailure 400 for anything else.
 */
export function parseFilter(text: string): Filter {
  const ids: string[] = [];
  let advanced = false;
  const alternatives = split(text, 'or').map((part) => {
    const terms = split(part, 'and').map(parseTerm);
    advanced ||= terms.some((term) => term.advanced);
    const [first] = terms;
    if (terms.length === 1 && first?.ids !== undefined) ids.push(...first.ids);
    return {
      matches: (object: Filterable) => terms.every((term) => term.matches(object)),
      byId: terms.length === 1 && first?.ids !== undefined,
    };
  });
  const onlyIds = alternatives.every(({ byId }) => byId);
  return {
    matches: (object) => alternatives.some(({ matches }) => matches(object)),
    ids: onlyIds ? ids : undefined,
    advanced,
  };
}

/** Splits at a word that stands outside quotes and parentheses. */
function split(text: string, word: string): string[] {
  const parts: string[] = [];
  let [depth, quoted, from] = [0, false, 0];
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (letter === "'") quoted = !quoted;
    if (quoted) continue;
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    const here = text.slice(i, i + word.length + 2).toLowerCase();
    if (depth === 0 && here === ` ${word} `) {
      parts.push(text.slice(from, i).trim());
      from = i + word.length + 2;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

function parseTerm(term: string): Filter {
  const plain = /^\((.*)\)$/s.exec(term);
  if (plain?.[1] !== undefined) return parseFilter(plain[1]);
  const negated = /^not\s*\(?(.*?)\)?$/is.exec(term);
  if (negated?.[1] !== undefined) {
    const inner = parseFilter(negated[1]);
    return { matches: (object) => !inner.matches(object), ids: undefined, advanced: true };
  }
  return comparison(term) ?? listing(term) ?? functionCall(term) ?? anyOf(term) ?? refuse(term);
}

function refuse(term: string): never {
  throw badRequest(`Invalid filter clause: '${term}'.`, 'BadRequest');
}

function valueOf(text: string): AttributeValue {
  const groups = literal.exec(text.trim())?.groups;
  if (groups === undefined) return refuse(text);
  if (groups['text'] !== undefined) return groups['text'].replaceAll("''", "'");
  const word = groups['word'] ?? '';
  if (/^-?\d+$/.test(word)) return Number(word);
  if (/^\d/.test(word)) return word;
  return word.toLowerCase() === 'null' ? null : word.toLowerCase() === 'true';
}

function read(object: Filterable, name: string): AttributeValue {
  return name === 'id' ? object.id : (object.attributes[name] ?? unsetValue(name));
}

function equal(a: AttributeValue, b: AttributeValue): boolean {
  return a === b || (typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase());
}

function comparison(term: string): Filter | undefined {
  const [, name, operator, right] = /^(\w+)\s+(eq|ne)\s+(.+)$/is.exec(term) ?? [];
  if (name === undefined || operator === undefined || right === undefined) return undefined;
  const value = valueOf(right);
  const wanted = operator.toLowerCase() === 'eq';
  const ids = wanted && name === 'id' && typeof value === 'string' ? [value] : undefined;
  return { matches: (object) => equal(read(object, name), value) === wanted, ids, advanced: !wanted };
}

function listing(term: string): Filter | undefined {
  const [, name, inner] = /^(\w+)\s+in\s*\((.*)\)$/is.exec(term) ?? [];
  if (name === undefined || inner === undefined) return undefined;
  const values = (inner.match(/'(?:[^']|'')*'/g) ?? []).map(valueOf);
  const ids = name === 'id' ? values.filter((value) => typeof value === 'string') : undefined;
  return {
    matches: (object) => values.some((value) => equal(read(object, name), value)),
    ids,
    advanced: false,
  };
}

function functionCall(term: string): Filter | undefined {
  const [, name, property, right] = /^(startswith|endswith)\s*\(\s*(\w+)\s*,\s*(.+)\)$/is.exec(term) ?? [];
  if (name === undefined || property === undefined || right === undefined) return undefined;
  const wanted = valueOf(right);
  if (typeof wanted !== 'string') return refuse(term);
  const part = wanted.toLowerCase();
  const ends = name.toLowerCase() === 'endswith';
  const matches: Predicate = (object) => {
    const value = read(object, property);
    if (typeof value !== 'string') return false;
    return ends ? value.toLowerCase().endsWith(part) : value.toLowerCase().startsWith(part);
  };
  return { matches, ids: undefined, advanced: ends };
}

function anyOf(term: string): Filter | undefined {
  const [, property, right] = /^(\w+)\/any\(\s*\w+\s*:\s*\w+\s+eq\s+(.+)\)$/is.exec(term) ?? [];
  if (property === undefined || right === undefined) return undefined;
  const value = valueOf(right);
  const matches: Predicate = (object) => {
    const values = read(object, property);
    return Array.isArray(values) && values.some((each) => equal(each as AttributeValue, value));
  };
  return { matches, ids: undefined, advanced: false };
}
