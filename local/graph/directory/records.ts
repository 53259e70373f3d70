import type { AttributeValue, MemberType } from '../control-api.js';
import { ChangeLog, type Sequenced } from './change-log.js';

/** `gone` is permanently deleted: a tombstone that delta announces. */
export type ObjectState = 'live' | 'softDeleted' | 'gone';

/** A direct membership, kept as a tombstone (`present: false`) once it was removed, so that delta can tell. */
export interface Edge extends Sequenced {
  readonly member: DirectoryObject;
  present: boolean;
}

/** The memberships of a group: by member, and in order of their last change. */
interface EdgeList {
  readonly byMember: Map<string, Edge>;
  readonly log: ChangeLog<Edge>;
}

/**
 * An object of the directory. Every change has a sequence number; `seq` is that of the last one. The
 * attributes object is replaced, never written into: a replica may share it.
 */
export interface DirectoryObject extends Sequenced {
  readonly id: string;
  readonly type: MemberType;
  state: ObjectState;
  attributes: Readonly<Record<string, AttributeValue>>;
  readonly createdSeq: number;
  /** Creation, soft deletion, restore, permanent deletion. */
  lifecycleSeq: number;
  /** Per property, its last change after creation. */
  changed: Map<string, number> | undefined;
  /** Permanently deleted without a word in any delta query; absent for no. */
  isSilentlyGone?: true;
  /** Milliseconds; of the soft deletion. */
  deletedAt: number | undefined;
  manager: DirectoryObject | undefined;
  managerSeq: number;
  formerManagers: readonly { readonly id: string; readonly seq: number }[];
  /** Of groups only. */
  edges: EdgeList | undefined;
  membersSeq: number;
  /** Groups that hold this object as a direct member. */
  memberOf: DirectoryObject[] | undefined;
}

/** A new live object, created at `seq`. */
export function newObject(
  id: string,
  type: MemberType,
  attributes: Readonly<Record<string, AttributeValue>>,
  seq: number,
): DirectoryObject {
  return {
    id,
    type,
    state: 'live',
    attributes,
    createdSeq: seq,
    lifecycleSeq: seq,
    seq,
    changed: undefined,
    deletedAt: undefined,
    manager: undefined,
    managerSeq: 0,
    formerManagers: [],
    edges: type === 'group' ? { byMember: new Map(), log: new ChangeLog<Edge>() } : undefined,
    membersSeq: 0,
    memberOf: undefined,
  };
}
