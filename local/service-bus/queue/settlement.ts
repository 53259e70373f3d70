/** Rewrites a message's content with the properties that the receiver wants changed; null changes nothing. */
export type Rewrite = ((content: Buffer) => Buffer) | null;

/** What a receiver may do with a message that it holds. */
export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'abandon'; readonly rewrite: Rewrite }
  | { readonly kind: 'defer'; readonly rewrite: Rewrite }
  | {
      readonly kind: 'dead-letter';
      readonly rewrite: Rewrite;
      readonly reason: string | null;
      readonly description: string | null;
    };
