import { edgesOf } from '../directory/apply-membership.js';
import { hidesMembers } from '../directory/hidden-membership.js';
import type { DirectoryObject } from '../directory/records.js';
import {
  changedSince,
  printEdge,
  printLive,
  printRemoved,
  selectionOf,
  type Printed,
  type Selection,
} from './print.js';
import { candidates, endOf, type DeltaPage, type PageSource } from './round.js';

/** While this many large groups are told in part, no other group is begun. */
const mostPending = 4;

/**
 * The next page of a groups round. A group whose members do not fit is told in slices on several pages;
 * fresh groups take turns with such ones, so slices of different groups come interleaved
 * (graph-protocol 2.11).
 */
export function groupsPage(source: PageSource): DeltaPage {
  return new GroupsPage(source).make();
}

class GroupsPage {
  readonly #source: PageSource;
  readonly #selection: Selection;
  readonly #value: Printed[] = [];
  readonly #announces: string[] = [];
  #pending: (readonly [id: string, told: number])[];
  #cursor: number;
  #entriesLeft: number;

  constructor(source: PageSource) {
    this.#source = source;
    this.#selection = selectionOf(source.token.query);
    this.#pending = [...source.token.pending];
    this.#cursor = source.token.cursor;
    this.#entriesLeft = source.memberEntries;
  }

  make(): DeltaPage {
    const old = this.#pending;
    this.#pending = [];
    const reserved = old.length === 0 ? 0 : Math.ceil(this.#entriesLeft / 2);
    const exhausted = old.length < mostPending && this.#begin(reserved);
    this.#continue(old);
    const done = exhausted && this.#pending.length === 0;
    const rest = done ? undefined : { cursor: this.#cursor, pending: this.#pending };
    return { value: this.#value, announces: this.#announces, end: endOf(this.#source, rest) };
  }

  /** Begins groups until the page is full; says whether there are no more. */
  #begin(reserved: number): boolean {
    const room = this.#source.pageSize - Math.ceil(reserved === 0 ? 0 : this.#source.pageSize / 4);
    for (const { object, cursor } of candidates(this.#source.view, this.#source.token)) {
      if (this.#value.length >= room || this.#entriesLeft <= reserved) return false;
      this.#tell(object, reserved);
      this.#cursor = cursor;
    }
    return true;
  }

  #tell(group: DirectoryObject, reserved: number): void {
    const { token } = this.#source;
    if (group.state !== 'live') {
      if (!token.initial && group.lifecycleSeq <= token.since) return;
      if (group.state === 'softDeleted') this.#announces.push(group.id);
      this.#value.push(printRemoved(group));
      return;
    }
    const slice = this.#slice(group, token.since, reserved);
    const changed = token.initial || changedSince(group, this.#selection, token.since);
    if (changed || slice.length > 0) this.#print(group, slice);
  }

  #continue(old: DeltaPageToken['pending']): void {
    for (const [id, told] of old) {
      if (this.#entriesLeft <= 0 || this.#value.length >= this.#source.pageSize) {
        this.#pending.push([id, told]);
        continue;
      }
      const group = this.#source.view.findLive(id, 'group');
      if (group === undefined) continue;
      const slice = this.#slice(group, told, 0);
      if (slice.length > 0) this.#print(group, slice);
    }
  }

  /** Member entries changed after `told`, as many as fit; what is left over becomes pending. */
  #slice(group: DirectoryObject, told: number, reserved: number): Printed[] {
    const slice: Printed[] = [];
    if (!this.#selection.members || group.membersSeq <= told) return slice;
    if (hidesMembers(group, this.#source.seesHidden)) return slice;
    const { initial } = this.#source.token;
    let last = told;
    for (const edge of edgesOf(group).log.after(told)) {
      if (this.#entriesLeft <= reserved) {
        this.#pending.push([group.id, last]);
        return slice;
      }
      last = edge.seq;
      if (!edge.present && initial) continue;
      if (edge.present && edge.member.state !== 'live' && this.#source.announced.has(edge.member.id))
        continue;
      slice.push(printEdge(edge));
      this.#entriesLeft--;
    }
    return slice;
  }

  #print(group: DirectoryObject, slice: Printed[]): void {
    const { token, minimal } = this.#source;
    const printed = printLive(group, this.#selection, token.since, minimal);
    if (slice.length > 0) printed['members@delta'] = slice;
    this.#value.push(printed);
  }
}

type DeltaPageToken = PageSource['token'];
