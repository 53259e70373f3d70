import { z } from 'zod';
import type { Route } from '../../functions/api/route.js';

const BYTES = 1024 * 1024;
const VALUES = 20_000;
const MOST = 16 * 1024 * 1024;
/** Characters of one field: a pattern that goes back over them would take seconds. */
const TEXT = 500_000;

/** A body by what it is. */
export type NamedBody = readonly [name: string, body: string];

/** Bodies as large as a route takes them, and far larger, that are not what it asks for. */
export function hostileBodies(route: Route): NamedBody[] {
  const bytes = route.largestBody ?? BYTES;
  const values = route.mostValues ?? VALUES;
  return [
    ['far too many empty objects', listOf('{}', MOST)],
    ['as many empty objects as fit', listOf('{}', bytes)],
    ['as many empty objects as are counted', listOf('{}', values)],
    ['lists within lists', '['.repeat(bytes / 2) + ']'.repeat(bytes / 2)],
    ['objects within objects', '{"a":'.repeat(bytes / 8) + '1' + '}'.repeat(bytes / 8)],
    ['unknown fields', objectOf(values - 2)],
    ['a field with a name of the greatest length', `{"${'x'.repeat(bytes - 8)}":1}`],
    ['one text', `"${'x'.repeat(bytes - 2)}"`],
    ['a text that is never closed', `"${'\\"'.repeat(bytes / 2 - 1)}`],
    ...grantsFullOfFaults(route, values),
    ...fieldsOf(route).flatMap((name): NamedBody[] => [
      [`${name} full of numbers`, `{"${name}":[${'1,'.repeat(values - 10)}1]}`],
      [`${name} full of empty objects`, `{"${name}":[${'{},'.repeat(values / 2 - 10)}{}]}`],
      [`${name} full of unknown fields`, `{"${name}":${objectOf(values - 10)}}`],
      [`${name} as one text`, `{"${name}":"${'a-'.repeat(TEXT / 2)}"}`],
      [`${name} as white space`, `{"${name}":"x${' '.repeat(TEXT)}x"}`],
    ]),
  ];
}

/** Nothing of a setup may be as long as its grants, and what each of them gives. */
function grantsFullOfFaults(route: Route, values: number): NamedBody[] {
  if (!fieldsOf(route).includes('grants')) return [];
  const wrong = `{"source":{},"roles":[${'1,'.repeat(19)}1]}`;
  const late =
    '{"source":{"group":"00000000-0000-4000-8000-000000000000"},"roles":["a","b","c","d","e","f","g","h"]}';
  const count = Math.floor(values / 24);
  return [
    ['grants full of faults', `{"grants":[${Array.from({ length: count }, () => wrong).join(',')}]}`],
    ['grants at fault behind the others', `{"grants":[${`${late},`.repeat(values / 13)}1]}`],
  ];
}

function listOf(item: string, bytesOrItems: number): string {
  const count = bytesOrItems > 300_000 ? Math.floor(bytesOrItems / (item.length + 1)) : bytesOrItems / 2;
  return `[${Array.from({ length: count - 2 }, () => item).join(',')}]`;
}

function objectOf(fields: number): string {
  return `{${Array.from({ length: fields }, (_, at) => `"f${at}":1`).join(',')}}`;
}

function fieldsOf({ body }: Route): string[] {
  if (body === null) return [];
  const { properties } = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' });
  return Object.keys(properties ?? {});
}
