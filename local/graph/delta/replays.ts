import { edgesOf } from '../directory/apply-membership.js';
import { hidesMembers } from '../directory/hidden-membership.js';
import type { DirectoryObject } from '../directory/records.js';
import type { GraphCall } from '../http/call.js';
import { printEdge, printLive, printRemoved, selectionOf, type Printed, type Selection } from './print.js';
import type { PageSource } from './round.js';

const mostEdges = 20;

/**
 * What the replay faults of a request repeat (graph-protocol 2.13): objects that changed recently, as they
 * are now, groups with their recently changed memberships.
 */
export function replays(call: GraphCall, source: PageSource): { value: Printed[]; announces: string[] } {
  const value: Printed[] = [];
  const announces: string[] = [];
  const selection = selectionOf(source.token.query);
  for (const fault of call.pageFaults) {
    if (fault.kind !== 'replay') continue;
    for (const object of recent(source, fault.objects ?? 5)) {
      if (object.state === 'softDeleted') announces.push(object.id);
      value.push(object.state === 'live' ? whole(object, selection, source) : printRemoved(object));
    }
  }
  return { value, announces };
}

function recent(source: PageSource, count: number): DirectoryObject[] {
  const { ids, resource } = source.token.query;
  const latest = source.view[resource].log.latest(count);
  return ids === undefined ? latest : latest.filter(({ id }) => ids.includes(id));
}

function whole(object: DirectoryObject, selection: Selection, source: PageSource): Printed {
  const printed = printLive(object, selection, 0, false);
  if (!selection.members || hidesMembers(object, source.seesHidden)) return printed;
  const told = edgesOf(object)
    .log.latest(mostEdges)
    .filter(({ present, member }) => !present || member.state === 'live' || !source.announced.has(member.id));
  if (told.length > 0) printed['members@delta'] = told.map(printEdge);
  return printed;
}
