/** What values of a field are; `any` where the directory's own administrators define it. */
export type FieldType = 'string' | 'boolean' | 'dateTime' | 'any';

export interface UserAttribute {
  readonly name: string;
  readonly type: FieldType;
  readonly collection: boolean;
  /** What Graph documents as its values; null where it may be anything. */
  readonly allowedValues: readonly string[] | null;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const TEXTS = words(`
  city companyName country creationType department displayName employeeId employeeType faxNumber givenName jobTitle
  mail mailNickname mobilePhone officeLocation onPremisesDistinguishedName onPremisesDomainName
  onPremisesImmutableId onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesUserPrincipalName
  passwordPolicies postalCode preferredDataLocation preferredLanguage securityIdentifier state streetAddress
  surname usageLocation userPrincipalName`);

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  ageGroup: ['Minor', 'NotAdult', 'Adult'],
  consentProvidedForMinor: ['Granted', 'Denied', 'NotRequired'],
  externalUserState: ['PendingAcceptance', 'Accepted'],
  legalAgeGroupClassification: [
    'Undefined',
    'MinorWithOutParentalConsent',
    'MinorWithParentalConsent',
    'MinorNoParentalConsentRequired',
    'NotAdult',
    'Adult',
  ],
  userType: ['Member', 'Guest'],
};

const TRUTHS = words('accountEnabled isManagementRestricted isResourceAccount onPremisesSyncEnabled');

const INSTANTS = words(`
  createdDateTime employeeHireDate externalUserStateChangeDateTime lastPasswordChangeDateTime
  onPremisesLastSyncDateTime signInSessionsValidFromDateTime`);

const LISTS = words('businessPhones imAddresses otherMails proxyAddresses');

function attributes(names: readonly string[], type: FieldType, collection = false): readonly UserAttribute[] {
  return names.map((name) => ({ name, type, collection, allowedValues: CHOICES[name] ?? null }));
}

/**
 * Attributes of a user that live in the directory store, so that delta selects and tracks them.
 * Source: api-reference/v1.0/api/user-delta.md, resources/user.md.
 */
export const MAPPED_ATTRIBUTES: readonly UserAttribute[] = [
  ...attributes([...TEXTS, ...Object.keys(CHOICES)], 'string'),
  ...attributes(TRUTHS, 'boolean'),
  ...attributes(INSTANTS, 'dateTime'),
  ...attributes(LISTS, 'string', true),
].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Parts of attributes that delta selects as a whole only. */
export const ATTRIBUTE_PARTS = {
  employeeOrgData: ['costCenter', 'division'],
  onPremisesExtensionAttributes: Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`),
} as const satisfies Readonly<Record<string, readonly string[]>>;

const OUTSIDE = 'It is not kept in the directory, so that reading changes refuses it.';
const STRUCTURED = 'It is no single value or list of texts.';
const PERMISSION = 'Reading it needs a permission that Rollcall does not ask for.';

function allFor(reason: string, names: string): readonly (readonly [string, string])[] {
  return words(names).map((name) => [name, reason]);
}

/** Attributes of a user that cannot be mapped, each with the reason as a sentence. */
export const UNSUPPORTED_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ...allFor(
    OUTSIDE,
    `aboutMe birthday deviceEnrollmentLimit hireDate interests mailboxSettings mySite pastProjects preferredName
    print responsibilities schools skills`,
  ),
  ...allFor(
    STRUCTURED,
    `assignedLicenses assignedPlans identities licenseAssignmentStates onPremisesProvisioningErrors
    provisionedPlans serviceProvisioningErrors`,
  ),
  ...allFor(PERMISSION, 'authorizationInfo customSecurityAttributes employeeLeaveDateTime'),
  ['deletedDateTime', 'Nobody who is in the directory has it.'],
  ['employeeOrgData', 'Name one of its parts: employeeOrgData.costCenter or employeeOrgData.division.'],
  ['identityParentId', 'It belongs to agents, which are not people.'],
  ['manager', 'Name what is wanted of the manager: manager.displayName, manager.mail or manager.id.'],
  [
    'onPremisesExtensionAttributes',
    'Name one of its parts, onPremisesExtensionAttributes.extensionAttribute1 to extensionAttribute15.',
  ],
  ['passwordProfile', 'It holds credentials.'],
  ['showInAddressList', 'Graph does not keep it right.'],
  ['signInActivity', 'Reading changes refuses it.'],
]);
