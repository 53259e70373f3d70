/** One-way fingerprint of a client state, and its comparison in constant time. */
export interface ClientStateHasher {
  /** SHA-256, hexadecimal. */
  hash(clientState: string): string;
  /** Constant time in the content. */
  equal(hashA: string, hashB: string): boolean;
}
