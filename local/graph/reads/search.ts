import type { DirectoryObject } from '../directory/records.js';
import { badRequest } from '../http/failure.js';

type Predicate = (object: Pick<DirectoryObject, 'attributes'>) => boolean;

/** Properties whose text is cut into words; the others are compared from their beginning. */
const inWords = new Set(['displayname', 'description']);
const searchable = new Set([
  ...inWords,
  ...['mail', 'mailnickname', 'givenname', 'surname', 'userprincipalname', 'proxyaddresses'],
]);

/**
 * Understands `"property:text"` clauses joined by `AND` and `OR`, as
 * https://learn.microsoft.com/graph/search-query-parameter has them for directory objects: every word of the text
 * must begin some word of the value, in any order, whatever the case.
 * @throws GraphFailure 400 for anything else
 */
export function parseSearch(text: string): Predicate {
  let rest = text.trim();
  let alternatives: Predicate[][] = [[]];
  for (;;) {
    const clause = /^"((?:[^"\\]|\\.)*)"/s.exec(rest);
    if (clause?.[1] === undefined) return refuse(text);
    alternatives.at(-1)?.push(parseClause(clause[1].replace(/\\(.)/gs, '$1')));
    rest = rest.slice(clause[0].length).trimStart();
    if (rest === '') break;
    const joint = /^(AND|OR)\s+/.exec(rest);
    if (joint === null) return refuse(text);
    if (joint[1] === 'OR') alternatives = [...alternatives, []];
    rest = rest.slice(joint[0].length);
  }
  return (object) => alternatives.some((clauses) => clauses.every((matches) => matches(object)));
}

function refuse(text: string): never {
  throw badRequest(`Syntax error: the search '${text}' is not understood.`);
}

function parseClause(clause: string): Predicate {
  const [, property = '', wanted = ''] = /^(\w+):(.*)$/s.exec(clause) ?? [];
  if (!searchable.has(property.toLowerCase()))
    throw badRequest(
      `Unsupported property filter clause operation: '${property}'.`,
      'Request_UnsupportedQuery',
    );
  const tokenized = inWords.has(property.toLowerCase());
  const words = tokenized ? wordsOf(wanted) : [wanted.toLowerCase()];
  if (words.length === 0) return () => false;
  return ({ attributes }) =>
    valuesOf(attributes, property).some((value) => {
      const known = tokenized ? wordsOf(value) : [value.toLowerCase()];
      return words.every((word) => known.some((each) => each.startsWith(word)));
    });
}

function valuesOf(attributes: DirectoryObject['attributes'], property: string): string[] {
  const name = Object.keys(attributes).find((each) => each.toLowerCase() === property.toLowerCase());
  const value = name === undefined ? null : attributes[name];
  return [value].flat().filter((each) => typeof each === 'string');
}

/** Cut at what is neither letter nor digit, between letters and digits, and where the case rises. */
function wordsOf(text: string): string[] {
  const parts = text.match(/\p{Lu}*[\p{Ll}\p{Lo}\p{Lm}\p{M}]+|\p{Lu}+|\p{N}+/gu) ?? [];
  const whole = text.split(/[^\p{L}\p{M}\p{N}]+/u);
  return [...parts, ...whole].filter((part) => part !== '').map((part) => part.toLowerCase());
}
