/** Faults that the control API injects: what to match, and what to do to the answer. */

/** How a refused token is answered (graph-protocol: Token life and resync). */
export interface TokenExpiry {
  /** Which tokens: of delta links, of next links, or both (default delta). */
  readonly tokens?: 'delta' | 'page' | 'both';
  /** `gone` is 410 without, `goneWithLocation` with a Location whose `$deltatoken` is empty. Default badRequest. */
  readonly answer?: 'badRequest' | 'gone' | 'goneWithLocation';
  /** Default `syncStateNotFound` (page tokens: `Directory_ExpiredPageToken`). */
  readonly code?: string;
  /** Puts the code into `innerError` and an empty one outside. */
  readonly nested?: boolean;
}

/** What happens to a matched Graph request. Those on pages leave the directory's truth intact. */
export type Fault =
  | {
      readonly kind: 'status';
      /** 401, 403, 404, 410, 429, 500, 503, 504 … */
      readonly status: number;
      /** Seconds (may be fractional) or any raw header text; null or absent sends no Retry-After. */
      readonly retryAfter?: number | string | null;
      readonly code?: string;
      readonly message?: string;
    }
  | { readonly kind: 'tokenExpired'; readonly expiry?: TokenExpiry }
  /** Of the login host: refuses with this AADSTS number, as it would a disabled app (7000112) or by policy (53003). */
  | { readonly kind: 'loginRefused'; readonly code: number; readonly error?: string }
  /** The connection is cut after about half of the body (in-process: the body errors, or fetch rejects at 0). */
  | { readonly kind: 'cutConnection'; readonly at?: 'start' | 'body' }
  | { readonly kind: 'notJson'; readonly body?: string }
  | { readonly kind: 'noValueList' }
  | { readonly kind: 'bothLinks' }
  | { readonly kind: 'neitherLink' }
  /** One element of the page is printed once more without its id, before the others. */
  | { readonly kind: 'elementWithoutId' }
  /** The page is held back: an empty one with a nextLink comes instead. `times` such in a row. */
  | { readonly kind: 'emptyPage' }
  /** Up to this many recently changed objects are printed again, as they are now. */
  | { readonly kind: 'replay'; readonly objects?: number }
  /** The nextLink is the requested URL itself. */
  | { readonly kind: 'repeatedToken' }
  | { readonly kind: 'delay'; readonly milliseconds: number };

/**
 * A rule that matches Graph requests (not logins, unless `login` is set). Matching rules fire in the order
 * they were added; delays and page faults combine, the first error answer wins.
 */
export interface FaultRule {
  /** Absent: any tenant. */
  readonly tenantId?: string;
  /** Regular expression on path and query, as requested (`^/v1.0/users/delta`). Absent: any. */
  readonly path?: string;
  readonly method?: string;
  /** Also (only) matches requests of the login host. */
  readonly login?: boolean;
  /** How often it fires at most (default 1); null for ever. */
  readonly times?: number | null;
  /** Matching requests let through before it may fire (default 0). */
  readonly skip?: number;
  /** Chance of firing per match, 0..1 (default 1), from `seed` (default 1). */
  readonly probability?: number;
  readonly seed?: number;
  readonly fault: Fault;
}

/** Faults of notification delivery, by chance (0..1) from a seed. All absent: none. */
export interface NotificationFaults {
  readonly drop?: number;
  readonly duplicate?: number;
  /** Chance that a notification waits `delayMilliseconds` more, and so arrives after later ones. */
  readonly delay?: number;
  readonly delayMilliseconds?: number;
  /** Shuffles the notifications of a post. */
  readonly reorder?: boolean;
  readonly seed?: number;
}
