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

/** What Graph prints of such an object, whichever of it was set (resources/user.md). */
const partsOfObject: Readonly<Record<string, readonly string[]>> = {
  employeeOrgData: ['division', 'costCenter'],
  onPremisesExtensionAttributes: Array.from({ length: 15 }, (_, n) => `extensionAttribute${n + 1}`),
};

/** A set value as it is printed: of an object every part, null where it has none. */
export function printedValue(name: string, value: AttributeValue): AttributeValue {
  const parts = partsOfObject[name];
  if (parts === undefined || typeof value !== 'object' || value === null || Array.isArray(value))
    return value;
  const set = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(parts.map((part) => [part, set[part] ?? null]));
}

/** Delta tells nobody of changes of these (known issues, and graph-protocol 2.16), though they can be selected. */
export function isTracked(name: string): boolean {
  return name !== 'licenseAssignmentStates' && (isDirectoryExtension(name) || !isExtension(name));
}

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
  return isDirectoryExtension(name) || /^ext[0-9a-z]{8}_\w+$/i.test(name);
}

function isDirectoryExtension(name: string): boolean {
  return /^extension_[0-9a-f]{32}_\w+$/i.test(name);
}
