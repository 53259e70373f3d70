/** A request that may come again, found by a name that tells nothing of it. */
export interface RepeatableRequest {
  /** Null where the route names no tenant. */
  readonly tenantId: string | null;
  /** Digest of who asks what, and of the request's id. */
  readonly name: string;
  /** Digest of what is asked, under a key that only the request's id gives. */
  readonly content: string;
  /** ISO 8601 UTC: when somebody set out to answer it. */
  readonly claimedAt: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
  /** The answer, sealed under the request's id; null as long as there is none. */
  readonly answer: string | null;
}

export interface StoredRequest {
  readonly request: RepeatableRequest;
  /** ETag. */
  readonly tag: string;
}

/** Which requests are being answered or were. Every method may throw Unavailable or Throttled. */
export interface RepeatableRequests {
  get(tenantId: string | null, name: string): Promise<StoredRequest | null>;
  /** @param tag null where there is none yet. @throws RowConflict where that is no longer so */
  save(request: RepeatableRequest, tag: string | null): Promise<StoredRequest>;
  /** Removes it unless it was changed or removed meanwhile. */
  forget(stored: StoredRequest): Promise<void>;
  /** Removes what expired before that instant (ISO 8601 UTC), of all tenants; answers how many. */
  forgetExpired(before: string): Promise<number>;
}

/** Keeps answers so that only who knows the request's id can read them; the id itself is kept nowhere. */
export interface AnswerSeal {
  /** A digest in hexadecimal that tells nothing of the parts. */
  name(parts: readonly string[]): string;
  /** A digest in hexadecimal that nobody can compare with guesses who does not know the request's id. */
  digest(content: string, requestId: string, name: string): string;
  seal(answer: string, requestId: string, name: string): string;
  /** What was sealed under the same id and name. */
  open(sealed: string, requestId: string, name: string): string;
}
