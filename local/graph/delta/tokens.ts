import { createHmac } from 'node:crypto';

/** The query of a delta round, fixed by its first request and carried by its tokens. */
export interface DeltaQuery {
  readonly resource: 'users' | 'groups';
  /** Absent: the default set. */
  readonly select: readonly string[] | undefined;
  /** The objects asked for by `$filter`. */
  readonly ids: readonly string[] | undefined;
}

/** Where the next page of a delta round begins. */
export interface DeltaPageToken {
  readonly kind: 'deltaPage';
  readonly tenantId: string;
  readonly issuedAt: number;
  /** The tenant's token generation at issue: expiring all tokens begins another. */
  readonly generation: number;
  readonly query: DeltaQuery;
  readonly initial: boolean;
  /** What changed after this point is told; 0 in an initial round. */
  readonly since: number;
  /** Of an initial round: the point its delta link stands for, fixed at its start. */
  readonly end: number;
  /** Initial: index in creation order; increment: sequence number of the last object told. */
  readonly cursor: number;
  /** Initial: how many objects there were at its start. */
  readonly limit: number;
  /** Groups whose members were told in part, with the sequence number of the last member told. */
  readonly pending: readonly (readonly [id: string, told: number])[];
  /** Makes links of held-back pages differ. */
  readonly nonce: number;
}

/** The point of a directory's history that a delta link stands for. */
export interface DeltaLinkToken {
  readonly kind: 'deltaLink';
  readonly tenantId: string;
  readonly issuedAt: number;
  /** The tenant's token generation at issue: expiring all tokens begins another. */
  readonly generation: number;
  readonly query: DeltaQuery;
  readonly since: number;
}

/** Where the next page of a plain list begins. */
interface ListPageToken {
  readonly kind: 'listPage';
  readonly tenantId: string;
  readonly issuedAt: number;
  /** The tenant's token generation at issue: expiring all tokens begins another. */
  readonly generation: number;
  /** Path the token belongs to. */
  readonly path: string;
  readonly cursor: number;
  readonly nonce: number;
}

export type PagingToken = DeltaPageToken | DeltaLinkToken | ListPageToken;

/** Turns tokens into opaque text and back; text that was not made here is refused. */
export class TokenCodec {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  encode(token: PagingToken): string {
    const body = Buffer.from(JSON.stringify(token)).toString('base64url');
    return `${this.#seal(body)}${body}`;
  }

  decode(text: string): PagingToken | undefined {
    const body = text.slice(16);
    if (text.length < 17 || this.#seal(body) !== text.slice(0, 16)) return undefined;
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as PagingToken;
  }

  #seal(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('base64url').slice(0, 16);
  }
}
