import { changedSince, printLive, printRemoved, selectionOf } from './print.js';
import { candidates, endOf, type DeltaPage, type PageSource } from './round.js';

/** The next page of a users round. */
export function usersPage(source: PageSource): DeltaPage {
  const { token, minimal } = source;
  const selection = selectionOf(token.query);
  const value: DeltaPage['value'] = [];
  const announces: string[] = [];
  let cursor = token.cursor;
  for (const candidate of candidates(source.view, token)) {
    if (value.length >= source.pageSize) {
      return { value, announces, end: endOf(source, { cursor, pending: [] }) };
    }
    cursor = candidate.cursor;
    const { object } = candidate;
    if (!token.initial && !changedSince(object, selection, token.since)) continue;
    if (object.state === 'softDeleted') announces.push(object.id);
    value.push(
      object.state === 'live' ? printLive(object, selection, token.since, minimal) : printRemoved(object),
    );
  }
  return { value, announces, end: endOf(source, undefined) };
}
