/**
 * What one chunk of a full round saw, in arrival order. For users and groups: the object and whether it was
 * alive; and its references, from group to member or from user to manager. Kept compactly so that a later sweep
 * knows what the round did not see.
 */
export interface SeenChunk {
  readonly objects: readonly { readonly id: string; readonly live: boolean }[];
  readonly references: readonly { readonly from: string; readonly to: string; readonly present: boolean }[];
}
