/** Taking a tenant's secrets out of the vault; never a value. Every method may throw Unavailable. */
export interface TenantSecrets {
  /** Names of the secrets that we made and that are tagged with the tenant's id. */
  namesOf(tenantId: string): Promise<readonly string[]>;
  /**
   * Puts a secret with all its versions into the vault's deleted ones; one that lies there already is no fault.
   * `scheduledPurgeDate` is ISO 8601 UTC, null where the vault names none. Null: there is no such secret, or it is
   * the operator's own.
   */
  remove(name: string): Promise<{ readonly scheduledPurgeDate: string | null } | null>;
}
