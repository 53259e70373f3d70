import type { TokenWish } from '../../ports/token-wish.js';

/** As whom one request is made, handed through the SDK's middleware chain beside the request itself. */
export class TokenRequest {
  constructor(
    /** The exact address; the SDK would take a link apart and put it together in another order. */
    readonly address: string,
    /** Bare origin of the tenant's Graph host, the only one that ever gets the token. */
    readonly graphOrigin: string,
    readonly token: (wish: TokenWish) => Promise<string>,
  ) {}
}
