import type { GROUP_ATTRIBUTES, USER_ATTRIBUTES } from './mirror-rows.js';

/** What an administrator calls the attributes that are read whether or not a setup asks for more. */
const BASE_USER_WORDS: Readonly<Record<(typeof USER_ATTRIBUTES)[number], string>> = {
  accountEnabled: 'whether the account is enabled',
  displayName: 'display name',
  givenName: 'given name',
  surname: 'surname',
  mail: 'mail address',
  userPrincipalName: 'user principal name',
  userType: 'user type',
  mailNickname: 'mail nickname',
  jobTitle: 'job title',
  department: 'department',
  companyName: 'company name',
  officeLocation: 'office location',
  mobilePhone: 'mobile phone',
  businessPhones: 'business phones',
  preferredLanguage: 'preferred language',
  employeeId: 'employee id',
  country: 'country or region',
};

export const GROUP_WORDS: Readonly<Record<(typeof GROUP_ATTRIBUTES)[number], string>> = {
  displayName: 'display name',
  mail: 'mail address',
  mailNickname: 'mail nickname',
  mailEnabled: 'whether it is mail-enabled',
  securityEnabled: 'whether it is security-enabled',
  groupTypes: 'group type',
  visibility: 'who sees its members',
};

/**
 * What an administrator calls every attribute of a user that can be selected, by Graph's name. Those that only setups
 * ask for follow in the order in which they are listed for people: address, employment, addresses for mail and chat,
 * the account, age, the on-premises directory.
 */
export const USER_WORDS: Readonly<Record<string, string>> = {
  ...BASE_USER_WORDS,
  streetAddress: 'street address',
  postalCode: 'postal code',
  city: 'city',
  state: 'state or province',
  employeeType: 'employee type',
  employeeHireDate: 'employee hire date',
  employeeOrgData: 'cost center and division',
  otherMails: 'other mail addresses',
  proxyAddresses: 'proxy addresses',
  imAddresses: 'chat addresses',
  faxNumber: 'fax number',
  usageLocation: 'usage location',
  preferredDataLocation: 'preferred data location',
  createdDateTime: 'when the account was created',
  creationType: 'how the account was created',
  externalUserState: 'state of a guest invitation',
  externalUserStateChangeDateTime: 'when that state changed',
  isResourceAccount: 'whether it is a resource account',
  isManagementRestricted: 'whether its management is restricted',
  lastPasswordChangeDateTime: 'when the password was last changed',
  passwordPolicies: 'password policies',
  signInSessionsValidFromDateTime: 'since when sign-in sessions are valid',
  securityIdentifier: 'security identifier',
  ageGroup: 'age group',
  consentProvidedForMinor: 'consent provided for a minor',
  legalAgeGroupClassification: 'legal age group',
  onPremisesSyncEnabled: 'whether it is synced from on-premises',
  onPremisesLastSyncDateTime: 'when it was last synced from on-premises',
  onPremisesDistinguishedName: 'on-premises distinguished name',
  onPremisesDomainName: 'on-premises domain',
  onPremisesImmutableId: 'on-premises immutable id',
  onPremisesSamAccountName: 'on-premises account name',
  onPremisesSecurityIdentifier: 'on-premises security identifier',
  onPremisesUserPrincipalName: 'on-premises user principal name',
  onPremisesExtensionAttributes: 'extension attributes 1 to 15',
};
