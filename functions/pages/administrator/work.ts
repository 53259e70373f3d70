import type { Tenant } from '../../../shared/core/tenant.js';

/** What the doctor found: a sentence, and the one thing that mends it. */
export interface ShownFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly fix: string;
}

/** Asks Microsoft how the connection is. Null where there is no such tenant. */
export type Examine = (tenantId: string) => Promise<readonly ShownFinding[] | null>;

export type ConsentStarted =
  /** Where the administrator goes on. */
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'refused'; readonly finding: string; readonly fix: string };

/** Makes a request for the consents that a tenant lacks. @param askedBy name of the operator who invited */
export type StartConsent = (tenant: Tenant, askedBy: string) => Promise<ConsentStarted>;
