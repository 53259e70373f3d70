import type { Clock } from './clock.js';

/** A post that the emulator makes to a subscriber: a handshake (text/plain) or notifications (JSON). */
export interface OutboundPost {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Makes the post; rejects when nobody answers. */
export type Deliver = (post: OutboundPost) => Promise<OutboundAnswer>;

/** Settings of a `GraphEmulator`; all have defaults fit for tests. */
export interface GraphEmulatorOptions {
  /** Origin of Graph, default `https://graph.emulator.test`. */
  readonly graphUrl?: string;
  /** Origin of the login host, default `https://login.emulator.test`. */
  readonly loginUrl?: string;
  readonly clock?: Clock;
  /** Seed of everything random (ids, request ids, jitter); default 1. */
  readonly seed?: number;
  /** How posts reach subscribers; default real http(s). */
  readonly deliver?: Deliver;
  /** The metadata index to check requests against; absent: no check. */
  readonly metadataFile?: string;
  /** Resource units enforced with 429; default off. */
  readonly throttling?: boolean;
  /** Added to every Graph answer, milliseconds; default 0. */
  readonly latencyMs?: number;
  /** Life of a delta token, milliseconds; default 7 days. */
  readonly deltaTokenLifeMs?: number;
  /** How long after a soft deletion an object is purged, milliseconds; default 30 days, as Graph. */
  readonly purgeAfterMs?: number;
  /**
   * Of which purged objects no delta query tells; default `some`, about half, as permanent deletions have been observed
   * not to appear (graph-protocol 2.10).
   */
  readonly silentPurges?: 'none' | 'some' | 'all';
  /** Life of an access token, milliseconds; default 3,599 s. */
  readonly accessTokenLifeMs?: number;
  /** Life of the token bound to a subscription, milliseconds; default 1 h. */
  readonly boundTokenLifeMs?: number;
  /** How long changes are collected into one notification post, milliseconds; default 100. */
  readonly notificationBatchMs?: number;
  /** Objects on a delta page; default 200, as Graph. */
  readonly deltaPageSize?: number;
  /** Member entries on a groups delta page; default 500, as Graph. */
  readonly deltaMemberEntries?: number;
}

/** What `GraphEmulator` offers besides the control API: Graph and login, served without sockets. */
export interface InProcessServers {
  readonly graphUrl: string;
  readonly loginUrl: string;
  /** Serves both origins like the global `fetch`; any other origin rejects. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Stops timers and pending deliveries. */
  close(): Promise<void>;
}
