export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds from some fixed point, never set back. */
  monotonic(): number;
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
}

export interface Chance {
  /** A fresh random id: 32 hexadecimal characters. */
  newId(): string;
  /** A fresh random value that cannot be guessed, 43 characters of base64url. */
  newToken(): string;
  /** At least 0, below 1. */
  fraction(): number;
}
