/** Which access token for Graph is asked for. */
export interface TokenWish {
  /** A new token in place of one that Graph has just refused. */
  readonly fresh: boolean;
  /** With `fresh`: a kept one that was got within so many milliseconds is given nevertheless. */
  readonly unlessWithinMs?: number;
}
