import type { Resource } from '../core/resource.js';
import type { Connection } from './directory.js';

/** One application, logged in anew to be examined. Every method may throw what those of Directory throw. */
export interface ExaminedLogin {
  /** The application permissions that the token carries; null where the token cannot be read. */
  readonly permissions: readonly string[] | null;
  /** The id of the directory that answers, in lower case. */
  organizationId(): Promise<string>;
  /** Reads one object, whichever comes first. */
  readOne(resource: Resource): Promise<void>;
  /**
   * Delegated permissions granted to the application in this tenant.
   * @throws AccessRefused where the application may not read what was granted to it, as most may not
   */
  delegatedPermissions(): Promise<readonly string[]>;
  /** The application's own subscriptions in that tenant. */
  subscriptions(): Promise<
    readonly { readonly subscriptionId: string; readonly notificationUrl: string | null }[]
  >;
  /** Asks from a delta link on, and drops the answer. @throws CursorExpired */
  follow(resource: Resource, link: string): Promise<void>;
}

/** Looks at how a tenant is connected, without touching what syncs have open. */
export interface DirectoryExamination {
  /** @throws CredentialRefused, Unavailable */
  logIn(connection: Connection): Promise<ExaminedLogin>;
}
