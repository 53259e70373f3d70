/**
 * What one chunk of a full round saw, in arrival order. For users and groups: the object and whether it was
 * alive. For groups also the edges. Kept compactly so that a later sweep knows what the round did not see.
 */
export interface SeenChunk {
  readonly objects: readonly { readonly id: string; readonly live: boolean }[];
  readonly edges: readonly {
    readonly groupId: string;
    readonly memberId: string;
    readonly present: boolean;
  }[];
}
