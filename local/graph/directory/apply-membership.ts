import { ChangeRefused, type ChangeEvent } from './change-event.js';
import type { DirectoryState } from './directory-state.js';
import type { DirectoryObject, Edge } from './records.js';

/** Adds a direct member; both ends must be live. */
export function addMember(state: DirectoryState, groupId: string, memberId: string): ChangeEvent[] {
  const group = liveGroup(state, groupId);
  const member = state.findLive(memberId);
  if (member === undefined) throw new ChangeRefused(`there is no live object ${memberId}`);
  const edges = edgesOf(group);
  const known = edges.byMember.get(member.id);
  if (known?.present === true) throw new ChangeRefused(`${memberId} is a member of ${groupId} already`);
  const edge: Edge = known ?? { member, present: true, seq: 0 };
  edge.present = true;
  edges.byMember.set(member.id, edge);
  (member.memberOf ??= []).push(group);
  return [record(state, group, edge, known !== undefined)];
}

/** Removes a direct member; both ends must be live. */
export function removeMember(state: DirectoryState, groupId: string, memberId: string): ChangeEvent[] {
  const group = liveGroup(state, groupId);
  const edge = edgesOf(group).byMember.get(memberId);
  if (edge?.present !== true) throw new ChangeRefused(`${memberId} is no member of ${groupId}`);
  if (edge.member.state !== 'live') throw new ChangeRefused(`${memberId} is ${edge.member.state}`);
  edge.present = false;
  forget(edge.member, group);
  return [record(state, group, edge, true)];
}

/** Takes all memberships of and in the object away, silently: no history tells of it. */
export function dropEdgesOf(object: DirectoryObject): void {
  for (const group of object.memberOf ?? []) {
    const edges = edgesOf(group);
    const edge = edges.byMember.get(object.id);
    if (edge !== undefined) edge.seq = -1;
    edges.log.withdrawn();
    edges.byMember.delete(object.id);
  }
  object.memberOf = undefined;
  if (object.edges === undefined) return;
  for (const edge of object.edges.byMember.values()) {
    if (edge.present) forget(edge.member, object);
    edge.seq = -1;
  }
  object.edges.byMember.clear();
}

function liveGroup(state: DirectoryState, groupId: string): DirectoryObject {
  const group = state.findLive(groupId, 'group');
  if (group === undefined) throw new ChangeRefused(`there is no live group ${groupId}`);
  return group;
}

/** The edge list of a group. */
export function edgesOf(group: DirectoryObject): NonNullable<DirectoryObject['edges']> {
  if (group.edges === undefined) throw new Error(`${group.type} ${group.id} has no members`);
  return group.edges;
}

function record(state: DirectoryState, group: DirectoryObject, edge: Edge, known: boolean): ChangeEvent {
  const seq = state.advance();
  edge.seq = seq;
  edgesOf(group).log.append(edge, known);
  group.membersSeq = seq;
  state.touch(group);
  return { object: group, what: 'updated', members: true };
}

function forget(member: DirectoryObject, group: DirectoryObject): void {
  const place = member.memberOf?.indexOf(group) ?? -1;
  if (place >= 0) member.memberOf?.splice(place, 1);
}
