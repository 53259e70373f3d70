import type { StoredMessage } from '../store/stored-message.js';

/** A message in the hands of a receiver. */
export interface MessageLock {
  /** 16 random bytes in hexadecimal. */
  readonly token: string;
  readonly message: StoredMessage;
  /** The session lock over it, if any: then it ends with the session's, and `until` is not used. */
  readonly session: SessionLock | null;
  until: number;
}

/** The receiver that a session belongs to. */
export interface SessionHolder {
  /** The receiver's link name, which clients make unique. */
  readonly name: string;
  /** A message of the session can be delivered. */
  wake(): void;
  /** The lock is gone without the receiver having closed. */
  lost(sessionId: string): void;
}

export interface SessionLock {
  readonly sessionId: string;
  readonly holder: SessionHolder;
  /** The locked messages delivered under it. */
  readonly messages: Set<MessageLock>;
  until: number;
}
