import type { Bundle } from '../bundle.js';
import type { Cloud } from '../cloud.js';
import type { Failure } from '../failures.js';
import type { Resource } from '../resource.js';
import type { ResourceState } from '../round.js';
import type { Subscription } from '../subscription.js';
import type { Tenant } from '../tenant.js';

/** Something that was asked of a part outside, which may have refused, or not have answered in time. */
export type Fact<Value> =
  | { readonly kind: 'told'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'late' }
  /** There was no reason to ask, or no way to. */
  | { readonly kind: 'notAsked' };

/** What the login service tells anybody of the tenant, and when it was asked by our clock, epoch milliseconds. */
export interface Whereabouts {
  /** Null where the login service of the tenant's cloud does not know it. */
  readonly cloud: Cloud | null;
  readonly serverTime: number | null;
  readonly ourTime: number;
}

/** An application by which the tenant is, or is to be, read. */
export interface ExaminedApplication {
  readonly clientId: string;
  /** The customer's own, or the operator's that is consented to. */
  readonly origin: 'credential' | 'consent';
  /** What it is for. */
  readonly bundles: readonly Bundle[];
  /** Whether it was proven here that it is let in. */
  readonly admitted: boolean;
  /** What the vault says of its secret: when it expires, ISO 8601 UTC, null where it has no date. */
  readonly secretExpiry: Fact<string | null>;
  /** When it expires as whoever entered it said. ISO 8601 UTC. */
  readonly namedExpiry: string | null;
  /** The application permissions that a new token carries; null where the token cannot be read. */
  readonly permissions: Fact<readonly string[] | null>;
  /** Delegated permissions granted to it, where they may be read. */
  readonly delegated: Fact<readonly string[]>;
}

/** A subscription as Graph lists it. */
export interface ListedSubscription {
  readonly subscriptionId: string;
  readonly notificationUrl: string | null;
}

/** Everything that the doctor looked at. */
export interface TenantFacts {
  readonly tenant: Tenant;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Where Graph reaches us. */
  readonly notificationUrl: string;
  readonly whereabouts: Fact<Whereabouts>;
  readonly applications: readonly ExaminedApplication[];
  /** Bundles that are asked for, but have no application. */
  readonly unservedBundles: readonly Bundle[];
  /** The id of the directory that answers. */
  readonly organizationId: Fact<string>;
  /** Whether one of each could be read. */
  readonly reads: Readonly<Record<Resource, Fact<void>>>;
  readonly subscriptionRows: Fact<readonly Subscription[]>;
  readonly listedSubscriptions: Fact<readonly ListedSubscription[]>;
  readonly syncStates: Fact<Readonly<Record<Resource, ResourceState>>>;
  /** Whether a started setup names a group whose members the application may not read, since it hides them. */
  readonly lacksHidden: Fact<boolean>;
  /** Whether Graph goes on from where the last round ended. */
  readonly positions: Readonly<Record<Resource, Fact<void>>>;
}
