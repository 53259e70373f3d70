import type { ListPage, ListRequest } from '../../shared/ports/mirror.js';

/** A page of rows that are in the order of their keys; the position is the last key of the page before. */
export function pageOf<Row>(
  entries: readonly (readonly [key: string, row: Row])[],
  { after, limit }: ListRequest,
): ListPage<Row> {
  const rest = entries.filter(([key]) => after === null || key > after);
  const page = rest.slice(0, limit);
  return {
    rows: page.map(([, row]) => row),
    next: rest.length > page.length ? (page.at(-1)?.[0] ?? null) : null,
  };
}

export function inKeyOrder<Row>(rows: ReadonlyMap<string, Row>): [string, Row][] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The inner map under that key, made where it is missing. */
export function under<Row>(maps: Map<string, Map<string, Row>>, key: string): Map<string, Row> {
  let inner = maps.get(key);
  if (inner === undefined) maps.set(key, (inner = new Map<string, Row>()));
  return inner;
}
