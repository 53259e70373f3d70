import type { DirectoryObject } from './records.js';

/** What a change did to one object, as notifications see it. */
export interface ChangeEvent {
  readonly object: DirectoryObject;
  readonly what: 'created' | 'updated' | 'deleted';
  /** Set when memberships of the group changed. */
  readonly members?: true;
}

/** A change that the present state does not allow: nothing happened. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused';
}
