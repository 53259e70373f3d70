export type Severity = 'error' | 'warning' | 'info';

/** What a code of the doctor says, in words for whoever has to mend it. */
export interface CatalogEntry {
  /** `grave`: an error where users and groups cannot be read for it, else a warning. */
  readonly severity: Severity | 'grave';
  /** What is the matter. */
  readonly meaning: string;
  /** The one thing to do. */
  readonly fix: string;
}

/**
 * Every code of the doctor, the gravest first. A code never changes its meaning; docs/doctor.md lists this table.
 * The AADSTS numbers are those of learn.microsoft.com/entra/identity-platform/reference-error-codes.
 */
export const CATALOG = {
  VaultUnreachable: {
    severity: 'error',
    meaning: 'The vault with the client secrets cannot be reached, so that nobody can log in.',
    fix: "Check that the vault is there, that its network lets this deployment in, and that the deployment's identity may read and write secrets in it.",
  },
  TenantUnknown: {
    severity: 'error',
    meaning: 'The login service of this cloud knows no such tenant (AADSTS90002).',
    fix: 'Disconnect the tenant, and connect it again with the right tenant id and the cloud that it lives in.',
  },
  WrongCloud: {
    severity: 'error',
    meaning:
      'The tenant lives in another national cloud than the one it was connected with (AADSTS90002, 900432, 500011).',
    fix: 'Disconnect the tenant, and connect it again with the cloud that it lives in.',
  },
  CloudNotServed: {
    severity: 'error',
    meaning: 'This deployment does not serve the cloud of the tenant any more, so that nobody is asked.',
    fix: 'Name the cloud in SERVED_CLOUDS again, or disconnect the tenant.',
  },
  SecretMissing: {
    severity: 'grave',
    meaning: 'The client secret is not in the vault any more, or is disabled there.',
    fix: 'Make a new client secret in Entra and enter its value (PUT credential).',
  },
  SecretWrong: {
    severity: 'grave',
    meaning:
      'The client secret is wrong (AADSTS7000215). Often the id of the secret was entered in place of its value.',
    fix: 'Make a new client secret in Entra and enter the text of its column Value, not that of Secret ID (PUT credential).',
  },
  SecretExpired: {
    severity: 'grave',
    meaning: 'The client secret has expired (AADSTS7000222, or the date that the vault has).',
    fix: 'Make a new client secret in Entra and enter its value (PUT credential).',
  },
  ApplicationNotInTenant: {
    severity: 'grave',
    meaning:
      'The application is not in the tenant (AADSTS700016): it was removed, or the client id is wrong.',
    fix: 'Check the application (client) id under App registrations in Entra, and enter it with its secret (PUT credential).',
  },
  ApplicationDisabled: {
    severity: 'grave',
    meaning: 'The application is disabled in the tenant (AADSTS7000112).',
    fix: 'Under Enterprise applications in Entra, open it and set Enabled for users to sign-in to Yes.',
  },
  ConsentMissing: {
    severity: 'grave',
    meaning: 'No administrator of the tenant has consented yet (AADSTS700016, 65001).',
    fix: 'Send the administrator the consent link (POST consent).',
  },
  ConsentWithdrawn: {
    severity: 'grave',
    meaning:
      'Consent that had worked was withdrawn: the application or its permissions were removed in Entra.',
    fix: 'Have an administrator of the tenant consent again (POST consent), or grant admin consent under API permissions of its own application.',
  },
  ConsentUnconfirmed: {
    severity: 'grave',
    meaning: 'Consent was given in Entra, but the administrator did not come back to confirm it here.',
    fix: 'Have the administrator open the consent link once more and follow it to its end (POST consent).',
  },
  DelegatedInsteadOfApplication: {
    severity: 'grave',
    meaning:
      'The token carries no application permission: delegated permissions were granted in their place, or none. Nobody is signed in when a directory is read, so that delegated ones have no effect.',
    fix: "Under API permissions in Entra, add the permissions as type Application and grant admin consent; of an application of the operator's, the operator adds them and an administrator of the tenant consents again (POST consent).",
  },
  MissingPermission: {
    severity: 'grave',
    meaning: 'The application lacks a permission that it needs.',
    fix: 'Under API permissions in Entra, add it as type Application and grant admin consent.',
  },
  ConditionalAccessBlocks: {
    severity: 'grave',
    meaning: 'A Conditional Access policy of the tenant blocks the application (AADSTS53003).',
    fix: 'Exclude the application from that policy under Conditional Access in Entra.',
  },
  LoginRefused: {
    severity: 'grave',
    meaning: 'The login service refuses the application for a reason that is not listed here.',
    fix: 'Look the number up at login.microsoftonline.com/error and mend what it says.',
  },
  OtherDirectory: {
    severity: 'error',
    meaning: 'Microsoft Graph answers for another directory than the one that is connected.',
    fix: 'Disconnect the tenant, and connect it again with the tenant id of its own directory.',
  },
  DirectoryRefuses: {
    severity: 'error',
    meaning: 'Microsoft Graph refuses a read although the application holds the permission for it.',
    fix: 'Grant admin consent anew under API permissions in Entra, and look for a policy of the tenant that keeps applications out.',
  },
  CredentialMissing: {
    severity: 'error',
    meaning: 'There is no credential, and no application that consent could be asked for.',
    fix: 'Enter a credential (PUT credential).',
  },
  TenantParked: {
    severity: 'error',
    meaning: 'The tenant is parked: nothing is read until what stopped it is fixed. Nothing is removed.',
    fix: 'Fix what it says; it is tried again automatically, and immediately by a run (POST runs).',
  },
  RunsFailing: {
    severity: 'error',
    meaning: 'A run failed and none has succeeded since, so that what is held may be out of date.',
    fix: 'Read the error of the last failed run (GET runs), resolve it, and ask for a run (POST runs).',
  },
  RemovalsHeld: {
    severity: 'warning',
    meaning: 'The removal guard holds removals of a setup: these people are kept until somebody decides.',
    fix: 'Look at them (GET setups/{setupId}/held), then approve or reject them.',
  },
  DeadLetters: {
    severity: 'warning',
    meaning: 'Messages of the tenant were set aside, and what they were for may not have been done.',
    fix: 'Read why (GET dead-letters), then replay or discard each.',
  },
  SetupNeedsAttention: {
    severity: 'warning',
    meaning: 'A started setup names a group or a role that is gone or cannot be read.',
    fix: 'Do what the attention of the setup says (GET setups/{setupId}).',
  },
  SecretExpiring: {
    severity: 'warning',
    meaning: 'The client secret expires within 60 days.',
    fix: 'Make a new client secret in Entra and enter its value (PUT credential) before that day.',
  },
  NeedlesslyWidePermission: {
    severity: 'warning',
    meaning:
      'The application holds a permission that is wider than anything that is read. Group.Read.All, GroupMember.Read.All and User.Read.All are never called so.',
    fix: 'Remove it under API permissions in Entra.',
  },
  SubscriptionDead: {
    severity: 'warning',
    meaning: 'Microsoft Graph no longer knows a subscription, so that it tells of no changes.',
    fix: 'Ask for a run (POST runs) to catch up; a new subscription is made within the hour by itself.',
  },
  SubscriptionExpired: {
    severity: 'warning',
    meaning: 'A subscription has ended without being renewed.',
    fix: 'Check that the timer upkeep runs; it makes a new one by itself.',
  },
  SubscriptionMissing: {
    severity: 'warning',
    meaning: 'There is no subscription, so that changes are read by polls, at night and by runs alone.',
    fix: 'Check that Microsoft Graph reaches the address of notifications (PUBLIC_URL) from outside; it is tried again every few minutes.',
  },
  NotificationsSilent: {
    severity: 'warning',
    meaning: 'Polls find changes that no notification announces, though a subscription stands.',
    fix: 'Check that Microsoft Graph reaches PUBLIC_URL from outside (firewall, proxy, certificate); meanwhile the tenant is polled every 15 minutes.',
  },
  SubscriptionElsewhere: {
    severity: 'warning',
    meaning: 'A subscription leads to another address than that of this deployment.',
    fix: 'Check PUBLIC_URL; a new subscription to it is made by itself.',
  },
  DeltaTokenExpired: {
    severity: 'warning',
    meaning: 'Microsoft Graph no longer accepts the position from which changes are read.',
    fix: 'Ask for a run (POST runs): it reads everything anew and removes nothing that is still there.',
  },
  DeltaTokenStale: {
    severity: 'warning',
    meaning:
      'The last complete reading is more than 7 days old, and Microsoft Graph keeps positions for 7 days only.',
    fix: 'Ask for a run (POST runs) and see why the nightly ones did not succeed (GET runs).',
  },
  ClockSkew: {
    severity: 'warning',
    meaning:
      "The clock of this deployment and that of Microsoft's login service differ by more than 5 minutes.",
    fix: 'Set the clock of the machine that Rollcall runs on by a time server.',
  },
  BundleNotServed: {
    severity: 'warning',
    meaning: 'A bundle is asked for that no application of this deployment asks consent for any more.',
    fix: 'Name its application in CONSENT_APPS again, or enter a credential (PUT credential).',
  },
  LoginUnreachable: {
    severity: 'warning',
    meaning: 'The login service gave no answer, or one that says to come back later.',
    fix: 'Ask again in some minutes; if it stays, check that this deployment reaches the login host.',
  },
  DirectoryUnreachable: {
    severity: 'warning',
    meaning: 'Microsoft Graph gave no answer to a read, or one that says to come back later.',
    fix: 'Ask again in some minutes; if it stays, check that this deployment reaches the Graph host.',
  },
  StorageUnreachable: {
    severity: 'warning',
    meaning: 'What is kept of the tenant could not be read from the tables.',
    fix: 'See what the health of the deployment says (GET /api/health).',
  },
  TenantPaused: {
    severity: 'info',
    meaning: 'The tenant is paused: nothing is read until it goes on.',
    fix: 'Set paused to false when it shall go on (PATCH).',
  },
  TenantDisconnecting: {
    severity: 'info',
    meaning: 'The tenant is being disconnected; nothing of it is examined.',
    fix: 'Nothing: everything of it is being removed.',
  },
} as const satisfies Readonly<Record<string, CatalogEntry>>;

export type FindingCode = keyof typeof CATALOG;
