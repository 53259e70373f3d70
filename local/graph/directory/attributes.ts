import type { AttributeValue } from '../control-api.js';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** User properties of the directory store that the emulator serves. */
export const userAttributes = words(`
  accountEnabled ageGroup assignedLicenses assignedPlans businessPhones city companyName
  consentProvidedForMinor country createdDateTime creationType deletedDateTime department displayName employeeHireDate
  employeeId employeeLeaveDateTime employeeOrgData employeeType externalUserState
  externalUserStateChangeDateTime faxNumber givenName identities imAddresses isManagementRestricted
  isResourceAccount jobTitle lastPasswordChangeDateTime legalAgeGroupClassification licenseAssignmentStates
  mail mailNickname mobilePhone officeLocation onPremisesDistinguishedName onPremisesDomainName
  onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime
  onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
  onPremisesUserPrincipalName otherMails passwordPolicies passwordProfile postalCode preferredDataLocation
  preferredLanguage provisionedPlans proxyAddresses securityIdentifier serviceProvisioningErrors
  showInAddressList signInSessionsValidFromDateTime state streetAddress surname usageLocation
  userPrincipalName userType`);

/** User properties that live outside the directory store (graph-protocol 2.16). */
export const userOutsideStore = new Set(
  words(`aboutMe birthday hireDate interests mySite pastProjects preferredName responsibilities schools skills
  mailboxSettings`),
);

export const groupAttributes = words(`
  assignedLabels assignedLicenses classification createdDateTime creationOptions deletedDateTime description
  displayName expirationDateTime groupTypes isAssignableToRole licenseProcessingState mail mailEnabled
  mailNickname membershipRule membershipRuleProcessingState onPremisesDomainName
  onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesProvisioningErrors onPremisesSamAccountName
  onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation preferredLanguage proxyAddresses
  renewedDateTime resourceBehaviorOptions resourceProvisioningOptions securityEnabled securityIdentifier
  serviceProvisioningErrors theme uniqueName visibility`);

/** What a read without `$select` prints (besides `id`). */
export const defaultUserAttributes = words(
  `businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname
  userPrincipalName`,
);

export const defaultGroupAttributes = words(`
  classification createdDateTime creationOptions deletedDateTime description displayName expirationDateTime
  groupTypes mail mailEnabled mailNickname membershipRule membershipRuleProcessingState
  onPremisesDomainName onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesProvisioningErrors
  onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation
  preferredLanguage proxyAddresses renewedDateTime resourceBehaviorOptions resourceProvisioningOptions
  securityEnabled securityIdentifier theme visibility`);

const collections = new Set(
  words(`assignedLabels assignedLicenses assignedPlans businessPhones creationOptions groupTypes identities
  imAddresses licenseAssignmentStates onPremisesProvisioningErrors otherMails provisionedPlans proxyAddresses
  resourceBehaviorOptions resourceProvisioningOptions serviceProvisioningErrors`),
);

const none: readonly unknown[] = [];

/** The value of a property that is not set: collections are empty, never null. */
export function unsetValue(name: string): AttributeValue {
  return collections.has(name) ? none : null;
}

/** Whether the property is a collection, which delta prints (empty) though it was never set. */
export function isCollection(name: string): boolean {
  return collections.has(name);
}

/** Directory extensions and schema extensions are listed nowhere: their names tell them. */
export function isExtension(name: string): boolean {
  return /^extension_[0-9a-f]{32}_\w+$/i.test(name) || /^ext\w+_\w+$/i.test(name);
}
