/** A multi-tenant app in a tenant, as an administrator's consent made it. Instants are milliseconds since 1970. */
export interface ServicePrincipal {
  readonly clientId: string;
  readonly displayName: string;
  /** Application permissions granted. */
  readonly roles: readonly string[];
  /** Delegated permissions granted. */
  readonly scopes: readonly string[];
  readonly consentedAt: number;
  /** Until then the login service does not know the app in this tenant. */
  readonly readyAt: number;
  /** Until then its tokens carry no roles. */
  readonly rolesAt: number;
}
